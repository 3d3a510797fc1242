import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdviceBench, openBench } from '../../../test/harness/advice-bench.ts'
import { collectionSizesId } from '../../engine/keyspace/keys.ts'
import type { LocalIndex } from '../../engine/schema/table.ts'
import { collectionNearLimitRule } from './collection-near-limit.ts'

const local: LocalIndex = {
  kind: 'local',
  name: 'byDay',
  indexId: 1,
  key: { hash: [{ name: 'pk', type: 'S' }], range: [{ name: 'day', type: 'S' }] },
  projection: { type: 'ALL', nonKeyAttributes: [] },
  status: 'ACTIVE',
}

async function benchWith(sizes: readonly number[], bytesMax = 1_000_000, indexes: readonly LocalIndex[] = [local]): Promise<AdviceBench> {
  const bench = await openBench(collectionNearLimitRule, { range: 'sk', indexes })
  bench.engine.settings.itemCollectionSizeBytesMax = bytesMax
  const keys = sizes.map((bytes, at) => [bench.key(`customer ${at}`, undefined, collectionSizesId), String(bytes)] as const)
  await bench.engine.store.unguarded.write([], (turn) => {
    for (const [key, size] of keys) turn.put(key, size)
  })
  return bench
}

test('collection-near-limit warns of 850 KB of 1 MB', async () => {
  const [draft] = await (await benchWith([10, 870_400, 20], 1_048_576)).find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(draft.sentence, 'customer 1 of Orders holds 850 KB of 1 MB (83 %); when it is full, its writes are refused.')
})

test('collection-near-limit begins with 80 % and is an error from 95 %', async () => {
  for (const [bytes, severity] of [
    [799_999, 'none'],
    [800_000, 'warning'],
    [949_999, 'warning'],
    [950_000, 'error'],
  ] as const) {
    assert.equal(await (await benchWith([bytes])).severity(), severity, `${bytes}`)
  }
})

test('collection-near-limit looks at more collections than one chunk holds', async () => {
  const sizes = Array.from({ length: 2500 }, (_, at) => (at === 1700 ? 900_000 : 1))
  assert.equal((await (await benchWith(sizes)).find())[0]?.key, 'customer 1700')
})

test('collection-near-limit says nothing of tables without local indexes', async () => {
  assert.equal(await (await benchWith([2_000_000], 1_000_000, [])).severity(), 'none')
})
