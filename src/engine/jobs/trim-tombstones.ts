/**
 * Deletes tombstones when no earlier write of the item can arrive any more. A look through the tombstones of a replica has four stages, each
 * done when all links of the global table have brought over what was in them when it began:
 *
 * | stage    | what is done, or waited for                                                        | what is true then |
 * | -------- | ---------------------------------------------------------------------------------- | ----------------- |
 * | `mark`   | every tombstone that is there gets a mark, in bounded steps                        |                   |
 * | `spread` | the changes that wait in the links now                                             | every replica knows of the marked deletions: what it writes from now on is later |
 * | `return` | the changes that wait in the links then, written by replicas that did not know yet | nothing earlier can come any more |
 * | `sweep`  | tombstones that still have the mark go, in bounded steps                           |                   |
 *
 * A look begins anew when a replica joins or leaves. A tombstone goes from all replicas in one turn: where one had forgotten the deletion and
 * another had not, a write by a slower clock would count at the one and not at the other.
 */
import { type KeyBytes, logEntryNumber, logRange, type StoredValue, type View, type WriteTurn } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { keyOfText, keyText } from '../keyspace/key-text.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { tombstoneOf, tombstoneRoundKey, tombstonesRange } from '../keyspace/replica-keys.ts'
import { tombstoneBudget, tombstonesLookedThroughEveryMs } from '../limits.ts'
import { logsBetween } from '../replicas/link-log.ts'
import { decodeTombstone, isMarkedTombstone, markedTombstone } from '../replicas/tombstones.ts'
import { isReplicated } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'
import { compareOrders } from '../schema/write-order.ts'

interface Round {
  readonly stage: 'mark' | 'spread' | 'return' | 'sweep'
  /** The replicas that it is about. */
  readonly replicaIds: readonly number[]
  /** The last tombstone that was looked at, in base64. */
  readonly last?: string
  /** Where the logs between the replicas ended, in the order of `logsBetween`. */
  readonly ends?: readonly number[]
}

/** One bounded piece for this table. Resolves with whether there was anything to do. */
export async function trimTombstones(engine: Engine, table: Table, nowMs: number): Promise<boolean> {
  const { replicas } = table.replication ?? { replicas: [] }
  if (!isReplicated(table) || replicas.some(({ status, copyingFrom }) => copyingFrom !== undefined || status !== 'ACTIVE')) return false
  const job = `tombstones ${table.tableId}`
  if (!engine.schedule.isDue(job, nowMs)) return false
  const stored = (await engine.store.get([tombstoneRoundKey(table.tableId)]))[0]
  const replicaIds = replicas.map(({ tableId }) => tableId)
  const round = roundOf(stored, replicaIds)
  switch (round.stage) {
    case 'mark':
      return mark(engine, table, { round, stored, nowMs })
    case 'spread':
    case 'return':
      return moveOn(engine, table, { round, stored, nowMs })
    case 'sweep':
      return sweep(engine, table, { round, stored, nowMs })
  }
}

interface Step {
  readonly round: Round
  /** The round as it stands in the store. */
  readonly stored: StoredValue | undefined
  readonly nowMs: number
}

function roundOf(stored: StoredValue | undefined, replicaIds: readonly number[]): Round {
  const round = stored === undefined ? undefined : (JSON.parse(String(stored)) as Round)
  return round?.replicaIds.join() === replicaIds.join() ? round : { stage: 'mark', replicaIds }
}

async function mark(engine: Engine, table: Table, step: Step): Promise<boolean> {
  const { keys, goesOn } = await nextTombstones(engine, table, step.round)
  if (keys.length === 0 && step.round.last === undefined) return rest(engine, table, step)
  const { replicaIds } = step.round
  // Where the links end is looked at when the last mark is durable.
  const next: Round = goesOn ?? { stage: 'spread', replicaIds }
  return write(engine, table, step, {
    keys,
    next,
    each: (turn, key, value) => turn.put(key, markedTombstone(value)),
  })
}

async function moveOn(engine: Engine, table: Table, step: Step): Promise<boolean> {
  const { stage, ends, replicaIds } = step.round
  const now = await engine.store.view(async (view) =>
    ends === undefined || (await isPast(view, table, ends)) ? endsOf(view, table) : undefined,
  )
  if (now === undefined) return false
  const next: Round =
    ends !== undefined && stage === 'return'
      ? { stage: 'sweep', replicaIds }
      : { stage: ends === undefined ? stage : 'return', replicaIds, ends: now }
  return write(engine, table, step, { keys: [], next })
}

async function sweep(engine: Engine, table: Table, step: Step): Promise<boolean> {
  const { keys, goesOn } = await nextTombstones(engine, table, step.round)
  const otherIds = step.round.replicaIds.filter((id) => id !== table.tableId)
  const isDone = await write(engine, table, step, {
    keys,
    besides: keys.flatMap((key) => otherIds.map((id) => tombstoneOf(key, id))),
    next: goesOn,
    each: (turn, key, value) => {
      if (!isMarkedTombstone(value)) return
      turn.delete(key)
      for (const same of otherIds.map((id) => tombstoneOf(key, id))) if (isSameDeletion(turn.get(same), value)) turn.delete(same)
    },
  })
  if (goesOn === undefined) engine.schedule.ran(`tombstones ${table.tableId}`, step.nowMs, step.nowMs + tombstonesLookedThroughEveryMs)
  return isDone
}

/** The next piece of them, and the round as it goes on behind it; undefined when there are no others. */
function nextTombstones(
  { store }: Engine,
  table: Table,
  round: Round,
): Promise<{ readonly keys: readonly KeyBytes[]; readonly goesOn: Round | undefined }> {
  return store.view(async (view) => {
    const { entries, exhausted } = await view.scan(restOf(table, round), tombstoneBudget)
    const keys = entries.map(({ key }) => key)
    const last = keys.at(-1)
    return { keys, goesOn: exhausted ? undefined : { ...round, ...(last !== undefined && { last: keyText(last) }) } }
  })
}

function isSameDeletion(other: StoredValue | undefined, value: StoredValue): boolean {
  return other !== undefined && compareOrders(decodeTombstone(other).order, decodeTombstone(value).order) === 0
}

/** There is no tombstone. */
async function rest(engine: Engine, table: Table, step: Step): Promise<boolean> {
  engine.schedule.ran(`tombstones ${table.tableId}`, step.nowMs, step.nowMs + tombstonesLookedThroughEveryMs)
  if (step.stored !== undefined) await write(engine, table, step, { keys: [], next: undefined })
  return false
}

interface Written {
  readonly keys: readonly KeyBytes[]
  /** What else the turn reads. */
  readonly besides?: readonly KeyBytes[]
  readonly next: Round | undefined
  readonly each?: (turn: Pick<WriteTurn, 'get' | 'put' | 'delete'>, key: KeyBytes, value: StoredValue) => void
}

/** Nothing, when the round is another one by now, or is about other replicas. */
function write(
  { store, catalog }: Engine,
  table: Table,
  { round, stored }: Step,
  { keys, besides = [], next, each }: Written,
): Promise<boolean> {
  const roundKey = tombstoneRoundKey(table.tableId)
  return store.write([roundKey, ...keys, ...besides], (turn) => {
    const latest = catalog.find(table.name)
    const ids = latest?.replication?.replicas.map(({ tableId }) => tableId).join()
    if (latest?.tableId !== table.tableId || ids !== round.replicaIds.join() || turn.get(roundKey) !== stored) return false
    for (const key of keys) {
      const value = turn.get(key)
      if (value !== undefined) each?.(turn, key, value)
    }
    if (next === undefined) turn.delete(roundKey)
    else turn.put(roundKey, JSON.stringify(next))
    return true
  })
}

function restOf({ tableId }: Table, { last }: Round): ReturnType<typeof tombstonesRange> {
  const range = tombstonesRange(tableId)
  return last === undefined ? range : rangeBeyond(range, keyOfText(last))
}

function endsOf(view: View, { replication }: Table): readonly number[] | Promise<readonly number[]> {
  return view.lasts(logsBetween(replication?.replicas ?? []))
}

/** Whether everything that was in the links then has been brought over. */
async function isPast(view: View, { replication }: Table, ends: readonly number[]): Promise<boolean> {
  for (const [at, log] of logsBetween(replication?.replicas ?? []).entries()) {
    const { entries } = await view.scan(logRange(log), { entries: 1, bytes: 1 })
    const [first] = entries
    if (first !== undefined && logEntryNumber(first.key) <= (ends[at] ?? 0)) return false
  }
  return true
}
