/**
 * Copies to a new replica what the others have: all items, then all tombstones of each of them, in bounded steps and while they are
 * written to. A step reads the items again in the turn that puts them, so it copies what is there, and not what was; what is
 * written from the moment on in which the replica is there comes by the links. It is copied from all replicas, since each may
 * have been told by a client what it has told none of the others yet.
 */
import type { KeyBytes, KeyRange, StoredValue } from '../../storage/store.ts'
import { changeReplicas, putReplication } from '../catalog/change-replicas.ts'
import type { Engine } from '../engine.ts'
import { keyOfText, keyText } from '../keyspace/key-text.ts'
import { rangeBeyond, spaceRange } from '../keyspace/keys.ts'
import { replicaCopyKey, tombstonesRange } from '../keyspace/replica-keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { backfillBudget } from '../limits.ts'
import { nextKeys } from '../records/read-range.ts'
import { engineOfCatalog } from '../regions.ts'
import { orderOfItem } from '../replicas/item-order.ts'
import type { ReplicatedWrite } from '../replicas/link-log.ts'
import { decodeTombstone } from '../replicas/tombstones.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import { ownReplica, withReplica } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { replicaLinkOf } from '../settings.ts'
import { readsToReceive, receiveWrites } from './receive-writes.ts'

/** One bounded piece from each replica that this table is still to be copied from. Resolves with whether there was any. */
export async function copyTo(engine: Engine, table: Table): Promise<boolean> {
  let isBusy = false
  for (const region of ownReplica(table)?.copyingFrom ?? []) {
    if (replicaLinkOf(engine.settings, region, engine.catalog.region).isCut) continue
    if (await copyPiece(engine, table, region)) isBusy = true
  }
  return isBusy
}

/** How far it has come: what lies behind `last`, of the items or of the tombstones. */
interface CopyProgress {
  readonly of: 'items' | 'tombstones'
  readonly last?: string
}

async function copyPiece(engine: Engine, table: Table, region: string): Promise<boolean> {
  const source = engineOfCatalog(engine, region).catalog.find(table.name)
  const isThere = source !== undefined && table.replication?.replicas.some(({ tableId }) => tableId === source.tableId)
  if (!isThere) return endCopy(engine, table, region)
  const progressKey = replicaCopyKey({ fromId: source.tableId, toId: table.tableId })
  const { stored, keys, exhausted, progress } = await engine.store.view(async (view) => {
    const [value] = await view.get([progressKey])
    const before = progressOf(value)
    const piece = await nextKeys(view, restOf(source, before), backfillBudget)
    return { ...piece, stored: value, progress: before }
  })
  const lastKey = keys.at(-1)
  const goesOn = lastKey === undefined ? progress : { ...progress, last: keyText(lastKey) }
  const next = exhausted ? afterAll(progress) : goesOn
  if (keys.length > 0 && !(await copyKeys(engine, table, { source, progressKey, stored, keys, of: progress.of, next }))) return true
  return next === undefined ? endCopy(engine, table, region) : keys.length > 0 || moveOn(engine, progressKey, next)
}

interface Piece {
  readonly source: Table
  readonly progressKey: KeyBytes
  readonly stored: StoredValue | undefined
  readonly keys: readonly KeyBytes[]
  readonly of: CopyProgress['of']
  readonly next: CopyProgress | undefined
}

/** Resolves with false when another node was at it. */
async function copyKeys(engine: Engine, table: Table, { source, progressKey, stored, keys, of, next }: Piece): Promise<boolean> {
  const known = writesOf(of, await engine.store.get(keys))
  return engine.store.writeReading(
    () => [progressKey, ...keys, ...readsToReceive(engine, table, known)],
    (turn) => {
      const latest = engine.catalog.find(table.name)
      if (latest?.tableId !== table.tableId || latest.status === 'DELETING') return false
      if (turn.get(progressKey) !== stored || !engine.catalog.hasTable(source.tableId)) return false
      const now = keys.map((key) => turn.get(key))
      receiveWrites(engine, turn, table, writesOf(of, now))
      if (next !== undefined) turn.put(progressKey, JSON.stringify(next))
      return true
    },
  )
}

async function moveOn({ store }: Engine, progressKey: KeyBytes, next: CopyProgress): Promise<boolean> {
  await store.write([], (turn) => turn.put(progressKey, JSON.stringify(next)))
  return true
}

/** What is there no more is not copied. */
function writesOf(of: CopyProgress['of'], values: readonly (StoredValue | undefined)[]): readonly ReplicatedWrite[] {
  return values.flatMap((value) => (value === undefined ? [] : [writeOf(of, value)]))
}

function writeOf(of: CopyProgress['of'], value: StoredValue): ReplicatedWrite {
  if (of === 'items') {
    const newItem = StoredItem.decode(value)
    return { newItem, order: orderOfItem(newItem), keyAttributes: newItem.attributes }
  }
  const { order, keyAttributes } = decodeTombstone(value)
  return { newItem: undefined, order, keyAttributes }
}

function restOf(source: Table, { of, last }: CopyProgress): KeyRange {
  const range = of === 'items' ? spaceRange(spaceOf(source)) : tombstonesRange(source.tableId)
  return last === undefined ? range : rangeBeyond(range, keyOfText(last))
}

function afterAll({ of }: CopyProgress): CopyProgress | undefined {
  return of === 'items' ? { of: 'tombstones' } : undefined
}

function progressOf(value: StoredValue | undefined): CopyProgress {
  return value === undefined ? { of: 'items' } : (JSON.parse(String(value)) as CopyProgress)
}

/** All that this region had is there. */
async function endCopy(engine: Engine, { name, tableId }: Table, from: string): Promise<boolean> {
  await changeReplicas(engine, { region: engine.catalog.region, name, tableId }, ({ replication, tablesOf }) => {
    const own = replication.replicas.find((replica) => replica.tableId === tableId)
    if (own?.copyingFrom?.includes(from) !== true) return
    const { copyingFrom, ...rest } = own
    const left = copyingFrom.filter((region) => region !== from)
    const source = replication.replicas.find(({ region }) => region === from)
    if (source !== undefined) tablesOf(engine.catalog.region).delete(replicaCopyKey({ fromId: source.tableId, toId: tableId }))
    putReplication(tablesOf, name, withReplica(replication, left.length === 0 ? rest : { ...rest, copyingFrom: left }))
  })
  return true
}
