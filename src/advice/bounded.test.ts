/** All that the advisor keeps has bounds: many lanes, many items, many tables, many pages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAdvised, tableOf } from '../../test/harness/advised-service.ts'
import { Cases } from './cases.ts'
import { Lanes } from './lanes.ts'
import { casesMax, itemsMax, lanesMax, touchedItemsMax, touchesOfLaneMax } from './limits.ts'
import { Recent } from './recent.ts'
import { RecentItems } from './recent-items.ts'
import { RecentTouches } from './recent-touches.ts'
import type { TouchedItem } from './touched.ts'
import { WaitingList } from './waiting.ts'

const sender = { identity: 'a', address: 'b', userAgent: 'c', invocationId: undefined, attempt: 1, traceId: undefined }

function item(key: number): TouchedItem {
  const keyText = String(key)
  return {
    tableId: 1,
    tableName: 'T',
    keyHash: keyText,
    keyText,
    partitionKeyText: keyText,
    keyNames: ['pk'],
    isThere: true,
    attributes: { pk: { S: keyText } },
    kind: 'put',
  }
}

function writing(items: readonly TouchedItem[]) {
  const touched = { reads: () => [], writes: () => items, asked: () => items, unprocessed: () => [] }
  return { number: 1, operation: 'PutItem', sender, endedMs: 1, input: {}, usage: { index: undefined }, touched } as const
}

test('What was used last is kept, and the rest makes room', () => {
  const recent = new Recent<number, string>(3)
  for (const key of [1, 2, 3]) recent.set(key, `${key}`)
  recent.get(1)
  recent.set(4, '4')
  assert.deepEqual(
    [...recent.entries()].map(([key]) => key),
    [3, 1, 4],
  )
  recent.delete(4)
  recent.set(4, 'again')
  assert.deepEqual([...recent.values()], ['3', '1', 'again'])
})

test('Lanes, touches and items are as many as may be', () => {
  const lanes = new Lanes()
  for (let at = 0; at < 3 * lanesMax; at += 1) lanes.laneOf({ ...sender, traceId: String(at) }, { beganMs: at, endedMs: at })
  assert.equal(lanes.size, lanesMax)
  const touches = new RecentTouches()
  for (let at = 0; at < 500; at += 1) {
    touches.add(writing([item(at), item(at + 1)]))
    assert.ok(touches.size <= touchesOfLaneMax + touchedItemsMax)
  }
  assert.equal(touches.ofItem(item(500), 0, true)?.keyHash, '500')
  assert.equal(touches.ofItem(item(400), 0, true), undefined)
  const items = new RecentItems()
  const lane = lanes.laneOf(sender, { beganMs: 0, endedMs: 0 })
  for (let at = 0; at < itemsMax + 100; at += 1) items.note({ ...writing([item(at)]), lane } as never)
  assert.equal(items.size, itemsMax)
})

test('Subjects are as many as may be, and what is waited for, too', () => {
  const cases = new Cases(() => 0)
  const meeting = { region: 'r', atMs: 0, lane: { confidence: 'high' } } as const
  for (let tableId = 0; tableId < 1000; tableId += 1) cases.add(meeting, { table: { tableId, tableName: 'T' }, counts: { times: 1 } })
  assert.equal(cases.size, casesMax)
  const given: number[] = []
  const waiting = new WaitingList<number>({ max: 5, forMs: 10, givenUp: (value) => given.push(value) })
  for (let at = 0; at < 20; at += 1) waiting.add('same', at, at)
  assert.equal(waiting.size, 5)
  assert.equal(waiting.take('same'), 19)
  waiting.expire(26)
  assert.deepEqual(given, [15])
  waiting.expire(28)
  assert.deepEqual(given, [15, 16, 17])
  assert.equal(waiting.take('same'), 18)
  assert.equal(waiting.take('same'), undefined)
})

test('A thousand programs with a thousand keys each give no advice, and find what they ask for', async (context) => {
  const advised = await openAdvised()
  context.after(() => advised.close())
  await advised.client()('CreateTable', tableOf('Many'))
  for (let at = 0; at < 3000; at += 1) {
    const ask = advised.client(`program ${at % 1000}`)
    const pk = { S: `key-${(at * 7919) % 1_000_003}` }
    await ask('PutItem', { TableName: 'Many', Item: { pk, at: { N: String(at) } } }, { takesMs: 3 })
    await ask('GetItem', { TableName: 'Many', Key: { pk: { S: `key-${(at * 104_729) % 1_000_003}` } } }, { takesMs: 3 })
  }
  assert.deepEqual(await advised.findings(), [])
})
