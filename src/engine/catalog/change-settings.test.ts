import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keptOpen } from '../../../test/harness/forwarded-store.ts'
import { musicTable } from '../../../test/harness/music-table.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { ManualClock } from '../../base/clock.ts'
import { type Engine, openEngine } from '../engine.ts'
import { spaceNumber } from '../keyspace/keys.ts'
import { changeStoredSettings } from './change-settings.ts'
import { changeTables } from './change-tables.ts'

test('an id of an index that is given again brings no lag along, on any node', async () => {
  const store = await openTestStore()
  const open = (): Promise<Engine> =>
    openEngine({ storage: { kind: 'custom', open: () => keptOpen(store), isShared: true }, clock: new ManualClock(5) })
  const [one, other] = [await open(), await open()]
  const table = await changeTables(one, ['music'], (tables) => tables.create(musicTable))
  const lagged = { tableId: table.tableId, indexId: 7 }
  const kept = { tableId: table.tableId, indexId: 8 }
  await changeStoredSettings(one, { indexLagsMs: { [spaceNumber(lagged)]: 50, [spaceNumber(kept)]: 60 }, ttlSweepIntervalMs: 3 })
  const lagsOf = async ({ store: guarded, settings }: Engine): Promise<readonly (readonly [number, number])[]> => {
    await guarded.get([])
    return [...settings.indexLagsMs]
  }
  for (const engine of [one, other]) assert.equal((await lagsOf(engine)).length, 2)
  await changeTables(other, ['music'], (tables) => tables.freeIndexId(tables.find('music') ?? assert.fail(), lagged.indexId))
  for (const engine of [one, other, await open()]) {
    assert.deepEqual(await lagsOf(engine), [[spaceNumber(kept), 60]])
    assert.equal(engine.settings.ttlSweepIntervalMs, 3)
    await engine.close()
  }
})
