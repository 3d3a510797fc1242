/** Which writes a store without room is told to take: those that only delete. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { musicTable } from '../../../test/harness/music-table.ts'
import { ManualClock } from '../../base/clock.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { Store, WriteTurn } from '../../storage/store.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { type Engine, openEngine } from '../engine.ts'
import { changeItem } from '../items/change-item.ts'
import type { ItemWrite } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { writeTransaction } from './write-transaction.ts'

interface Told {
  isRoomMade: boolean
}

/** Hears which turns say that they make room. */
function hearingStore(told: Told): Store {
  const store = openMemoryStore()
  const heard = (turn: WriteTurn): WriteTurn =>
    new Proxy(turn, {
      get: (_, name: keyof WriteTurn) =>
        name === 'makesRoom'
          ? () => {
              told.isRoomMade = true
            }
          : turn[name].bind(turn),
    })
  return { ...forwardedStore(store), write: (reads, decide, guards) => store.write(reads, (turn) => decide(heard(turn)), guards) }
}

function writeOf(engine: Engine, pk: string, kind: 'put' | 'delete'): ItemWrite {
  const table = engine.catalog.find('music') ?? assert.fail('the table is gone')
  const attributes = { pk: { S: pk } }
  const newItem = kind === 'put' ? StoredItem.of(attributes) : undefined
  return { table, ...itemPlace(table, attributes), decide: () => ({ kind: 'become', newItem }) }
}

test('a deletion makes room, alone and with others; a transaction that puts something does not', async () => {
  const told = { isRoomMade: false }
  const engine = await openEngine({ storage: { kind: 'custom', open: () => hearingStore(told) }, clock: new ManualClock(0) })
  await changeTables(engine, ['music'], (tables) => tables.create(musicTable))
  const write = async (...writes: readonly (readonly [string, 'put' | 'delete'])[]): Promise<boolean> => {
    told.isRoomMade = false
    const all = writes.map(([pk, kind]) => writeOf(engine, pk, kind))
    const [first] = all
    if (all.length > 1) await writeTransaction(engine, all, undefined)
    else await changeItem(engine, first ?? assert.fail())
    return told.isRoomMade
  }
  assert.equal(await write(['a', 'put'], ['b', 'put'], ['c', 'put'], ['d', 'put']), false)
  assert.equal(await write(['a', 'put']), false)
  assert.equal(await write(['a', 'delete']), true)
  assert.equal(await write(['b', 'delete'], ['e', 'put'], ['f', 'put']), false)
  assert.equal(await write(['c', 'delete'], ['d', 'delete']), true)
  await engine.close()
})
