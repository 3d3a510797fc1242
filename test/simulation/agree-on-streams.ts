/**
 * What must hold of all streams there ever were, read through every node: every change that was acknowledged while the stream was on is
 * in it once, none twice; those of an item are in order, each where the one before it left off; and who read beside the writers has
 * missed nothing.
 */
import assert from 'node:assert/strict'
import { readStream, type StreamConsumer, type StreamRecord } from '../harness/stream-consumer.ts'
import { type Item, keyText, numberOf, type StreamPeriod, type TableLife } from './tables.ts'
import { askOf, type World } from './world.ts'
import { unsure } from './write-items.ts'

export async function checkStreams(world: World, consumers: ReadonlyMap<string, StreamConsumer>): Promise<void> {
  const { cluster, tables } = world
  for (const { life, period } of tables.streams) {
    let first: readonly string[] | undefined
    for (const node of cluster.up) {
      const records = await readStream(askOf(cluster, node), period.arn)
      const told = records.map((record) => JSON.stringify(record))
      assert.deepEqual(told, first ?? told, `${period.arn} is the same for every node`)
      if (first === undefined) checkStream(life, period, records)
      first = told
    }
    const consumer = consumers.get(period.arn)
    if (consumer === undefined) continue
    const ids = consumer.records.map(({ eventID }) => eventID)
    assert.equal(new Set(ids).size, ids.length, 'who reads beside the writers sees nothing twice')
    assert.deepEqual(consumer.records.map((record) => JSON.stringify(record)).sort(), first?.toSorted(), 'nor misses anything')
  }
}

function checkStream(life: TableLife, period: StreamPeriod, records: readonly StreamRecord[]): void {
  assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length)
  const last = new Map<string, Item | undefined>()
  const numbers = new Map<string, number>()
  for (const { dynamodb, eventName } of records) {
    const key = keyText(dynamodb.Keys as Item)
    const [before, after] = [dynamodb.OldImage as Item | undefined, dynamodb.NewImage as Item | undefined]
    if (last.has(key)) assert.deepEqual(before, last.get(key), `a record of ${key} goes on where the one before it left off`)
    assert.equal(eventName, before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY')
    last.set(key, after)
    const told = `${key} ${after === undefined ? `-${numberOf(before)}` : numberOf(after)}`
    numbers.set(told, (numbers.get(told) ?? 0) + 1)
  }
  for (const [told, count] of numbers) assert.equal(count, 1, `${told} is told ${count} times by ${period.arn}`)
  checkChanges(life, period, numbers)
  if (!life.isServing || life.stream !== period) return
  for (const [key, item] of last) {
    if (life.expiring.has(key) || item?.['ttl'] !== undefined) continue
    assert.deepEqual(item, life.items.get(key), `the last record of ${key} of ${life.name} leaves what is there`)
  }
}

/** A deletion is told by the number of what it deleted, which the change before it gave the item. */
function checkChanges({ changes, name }: TableLife, { onAt, offAskedAt }: StreamPeriod, numbers: ReadonlyMap<string, number>): void {
  const current = new Map<string, string>()
  for (const { key, number, askedAt, answeredAt } of changes) {
    const told = `${key} ${number ?? `-${current.get(key)}`}`
    if (number !== undefined) current.set(key, number)
    if (askedAt < onAt || answeredAt > offAskedAt || number === unsure) continue
    assert.ok(numbers.has(told), `${told} of ${name} is told`)
  }
}
