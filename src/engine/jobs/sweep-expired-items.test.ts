import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storeWithDamagedRows } from '../../../test/harness/damaged-rows.ts'
import { musicTable } from '../../../test/harness/music-table.ts'
import { turnsDuring } from '../../../test/harness/turns-during.ts'
import { ManualClock } from '../../base/clock.ts'
import type { KeyBytes } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import { itemPlace } from '../items/item-key.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { stepExpirySweep } from './sweep-expired-items.ts'

const name = 'music'
const itemCount = 40

async function put(engine: Engine, pk: string): Promise<KeyBytes> {
  const table = engine.catalog.find(name) ?? assert.fail('the table is gone')
  const newItem = StoredItem.of({ pk: { S: pk }, until: { N: '1795341500' } })
  const place = itemPlace(table, newItem.attributes)
  await changeItem(engine, { table, ...place, decide: () => ({ kind: 'become', newItem }) })
  return place.key
}

test('A sweep passes damaged items, however many, gives way meanwhile, and deletes the others', async () => {
  const damaged: KeyBytes[] = []
  const isDamaged = (key: KeyBytes): boolean => damaged.some((each) => Buffer.compare(each, key) === 0)
  const clock = new ManualClock(1_795_341_600_000)
  const engine = await openEngine({ storage: { kind: 'custom', open: () => storeWithDamagedRows(isDamaged) }, clock })
  await changeTables(engine, [name], (tables) =>
    tables.create({ ...musicTable, timeToLive: { attributeName: 'until', enabled: true, changedMs: 0 } }),
  )
  const keys: KeyBytes[] = []
  for (let at = 0; at < itemCount; at += 1) keys.push(await put(engine, `p${at}`))
  const last = [...keys].sort(Buffer.compare).at(-1) ?? assert.fail()
  damaged.push(...keys.filter((key) => key !== last))
  let deleted = 0
  const options = { budget: { items: 1, sizeBytes: 1 << 20 }, onDeleted: (_: string, count: number) => (deleted += count) }
  const { turns, outcome } = await turnsDuring(() => stepExpirySweep(engine, clock.now(), options))
  assert.deepEqual([outcome, deleted], [true, 1])
  assert.ok(turns >= itemCount - 2, `${turns}`)
  await engine.close()
})
