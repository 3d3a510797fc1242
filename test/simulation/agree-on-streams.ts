/**
 * What must hold of all streams there were in a window, read through every node: every change that was acknowledged while the stream was
 * on is in it once, none twice; those of an item are in order, each where the one before it left off; and who read beside the writers
 * has missed nothing.
 */
import assert from 'node:assert/strict'
import type { StreamConsumer, StreamRecord } from '../harness/stream-consumer.ts'
import { type Item, keyText, type StreamPeriod, type TableLife, toldOf } from './tables.ts'
import type { StreamWatch } from './watch-streams.ts'
import { askOf, type World } from './world.ts'

export async function checkStreams(world: World, watch: StreamWatch): Promise<void> {
  const { cluster, tables } = world
  for (const { life, period } of tables.streams) {
    const { beside, readers, images } = watch.stream(period.arn)
    let first: readonly string[] | undefined
    for (const [at, reader] of readers.entries()) {
      const node = cluster.node(at)
      assert.ok(node !== undefined)
      await reader.poll(askOf(cluster, node))
      const records = taken(reader)
      const told = records.map((record) => JSON.stringify(record))
      assert.deepEqual(told, first ?? told, `${period.arn} is the same for every node`)
      if (first === undefined) checkStream({ life, period, images }, records)
      first = told
    }
    const seen = taken(beside)
    const ids = seen.map(({ eventID }) => eventID)
    assert.equal(new Set(ids).size, ids.length, 'who reads beside the writers sees nothing twice')
    assert.deepEqual(seen.map((record) => JSON.stringify(record)).sort(), first?.toSorted(), 'nor misses anything')
    if (isOn(life, period)) continue
    watch.forget(period.arn)
    tables.streams = tables.streams.filter((each) => each.period !== period)
  }
}

function isOn(life: TableLife, period: StreamPeriod): boolean {
  return life.isServing && life.stream === period
}

/** What was read since it was asked last. */
function taken({ records }: StreamConsumer): readonly StreamRecord[] {
  return records.splice(0)
}

interface Streamed {
  readonly life: TableLife
  readonly period: StreamPeriod
  /** As the records before these left them. */
  readonly images: Map<string, Item | undefined>
}

function checkStream({ life, period, images }: Streamed, records: readonly StreamRecord[]): void {
  assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length)
  const counts = new Map<string, number>()
  for (const { dynamodb, eventName } of records) {
    const key = keyText(dynamodb.Keys as Item)
    const [before, after] = [dynamodb.OldImage as Item | undefined, dynamodb.NewImage as Item | undefined]
    if (images.has(key)) assert.deepEqual(before, images.get(key), `a record of ${key} goes on where the one before it left off`)
    assert.equal(eventName, before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY')
    // What has expired is not written again.
    if (after === undefined && before?.['ttl'] !== undefined) images.delete(key)
    else images.set(key, after)
    const told = toldOf(key, before, after)
    counts.set(told, (counts.get(told) ?? 0) + 1)
  }
  for (const [told, count] of counts) assert.equal(count, 1, `${told} is told ${count} times by ${period.arn}`)
  for (const { told, askedAt, answeredAt } of life.changes) {
    if (askedAt < period.onAt || answeredAt > period.offAskedAt) continue
    assert.ok(counts.has(told), `${told} of ${life.name} is told`)
  }
  if (!isOn(life, period)) return
  for (const [key, item] of images) {
    if (life.expiring.has(key) || item?.['ttl'] !== undefined) continue
    assert.deepEqual(item, life.items.get(key), `the last record of ${key} of ${life.name} leaves what is there`)
  }
}
