/**
 * Many writes decided together: one turn reads everything, asks every write what is to become of its item, and then either does all
 * of them or nothing (indexes-streams-ttl-transactions.md §7.1). That one turn decides is what makes transactions serializable.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import { assert } from '../../base/assert.ts'
import { latin1 } from '../../base/bytes.ts'
import { type KeyBytes, StoreContended, type WriteTurn } from '../../storage/store.ts'
import { CollectionSizes } from '../changes/item-collections.ts'
import { changeTime } from '../history/keep-history.ts'
import { bringOver } from '../items/bring-over.ts'
import {
  applyChange,
  type Changed,
  currentTable,
  decideChange,
  type ItemWrite,
  type ItemWriter,
  isDeletion,
  type Outcome,
  readsOf,
} from '../items/decide-change.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { readUnits } from '../partitions/capacity-units.ts'
import { isKept } from '../schema/history.ts'
import { isFillingBranch } from '../schema/restore.ts'
import { type ClientToken, type DoneTransaction, findDone, type PlacedToken, placeToken, rememberDone } from './client-tokens.ts'
import { type Hold, type TransactionFaults, transactionConflict } from './transaction-faults.ts'

/** The part of an engine that decides transactions. */
export interface Transactor extends ItemWriter {
  readonly transactionFaults: TransactionFaults
}

/** One action: a write, or what is wrong with it already. No two writes are to the same item. */
export type TransactionWrite = ItemWrite | ServiceError

/** Why an action can't be done: its condition, or a fault of its own. */
export type Refusal =
  | { readonly kind: 'conditionFailed'; readonly oldItem: StoredItem | undefined }
  | { readonly kind: 'fault'; readonly error: ServiceError }

export type TransactionOutcome =
  | { readonly kind: 'done'; readonly changes: readonly Changed[] }
  /** For every action its refusal, undefined where there is none. */
  | { readonly kind: 'cancelled'; readonly refusals: readonly (Refusal | undefined)[] }
  /** It had been done before. */
  | { readonly kind: 'repeated'; readonly done: DoneTransaction }

/**
 * Resolves when durable. Throws ServiceError for what is wrong with the transaction as a whole: its token, its size, a table that was
 * deleted in the meantime.
 */
export async function writeTransaction(
  engine: Transactor,
  writes: readonly TransactionWrite[],
  token: ClientToken | undefined,
): Promise<TransactionOutcome> {
  const branches = writes.filter((write) => !(write instanceof ServiceError) && isFillingBranch(write.table)) as readonly ItemWrite[]
  if (branches.length > 0) await bringOver(engine, branches)
  let hold: Hold | undefined
  try {
    const first = await inOneTurn(engine, { writes, token, onHold: (taken) => (hold = taken) })
    if (first !== undefined) return first
    await hold?.released
    const second = await inOneTurn(engine, { writes, token, onHold: undefined })
    assert(second !== undefined, 'a transaction is held once')
    return second
  } finally {
    // Also when the store failed: others wait for it.
    hold?.end()
  }
}

interface Attempt {
  readonly writes: readonly TransactionWrite[]
  readonly token: ClientToken | undefined
  /** Told when the turn is over; undefined when the transaction may not be held any more. */
  readonly onHold: ((hold: Hold) => void) | undefined
}

/** Resolves with undefined when the transaction is held. What another process has its items for is a conflict. */
async function inOneTurn(engine: Transactor, { writes, token, onHold }: Attempt): Promise<TransactionOutcome | undefined> {
  const nowMs = engine.clock.now()
  const placed = token && placeToken(engine.catalog.region, token, nowMs)
  const reads = (): readonly KeyBytes[] => [
    ...writes.flatMap((write) => (write instanceof ServiceError ? [] : readsOf(engine.catalog, write))),
    ...(placed?.places ?? []),
  ]
  try {
    return await engine.store.writeReading(reads, (turn) => decideTransaction(engine, turn, { writes, token: placed, onHold, nowMs }))
  } catch (error) {
    if (error instanceof StoreContended) return conflictOn(writesHeld(engine, writes, error.held))
    throw error
  }
}

/** For each action whether another process has what it reads: for all of them when it is not known which it is. */
function writesHeld({ catalog }: Transactor, writes: readonly TransactionWrite[], held: readonly KeyBytes[]): readonly boolean[] {
  const texts = new Set(held.map(latin1))
  const areHeld = writes.map((write) => !(write instanceof ServiceError) && readsOf(catalog, write).some((key) => texts.has(latin1(key))))
  return areHeld.includes(true) ? areHeld : writes.map(() => true)
}

interface TurnInput extends Pick<Attempt, 'writes' | 'onHold'> {
  readonly token: PlacedToken | undefined
  readonly nowMs: number
}

function decideTransaction(
  engine: Transactor,
  turn: WriteTurn,
  { writes, token, onHold, nowMs }: TurnInput,
): TransactionOutcome | undefined {
  const faults = engine.transactionFaults
  if (token !== undefined) {
    faults.checkTokenNotHeld(token.name)
    const done = findDone(turn, token, { tables: engine.catalog, nowMs })
    if (done !== undefined) return { kind: 'repeated', done }
  }
  if (onHold !== undefined) {
    if (faults.takeConflict()) {
      turn.follow({ dropped: () => faults.giveConflictBack() })
      return conflictOn(writes.map((_, at) => at === 0))
    }
    const hold = faults.takeHold({ keys: keysOf(writes), tokenName: token?.name }, nowMs)
    if (hold !== undefined) {
      turn.follow({ durable: () => onHold(hold), dropped: () => hold.giveBack() })
      return undefined
    }
  }
  const outcomes = decideAll(engine, turn, writes)
  const changes = outcomes.filter((outcome) => outcome.kind === 'changed')
  if (changes.length < writes.length) return { kind: 'cancelled', refusals: outcomes.map(refusalOf) }
  // From here nothing may throw.
  if (changes.every(isDeletion)) turn.makesRoom()
  for (const changed of changes) applyChange(engine, turn, changed)
  if (token !== undefined) rememberDone(turn, token, doneTransaction(token, changes, nowMs))
  return { kind: 'done', changes }
}

type Decided = Outcome | Extract<Refusal, { kind: 'fault' }>

/** All of them, also behind one that is refused: each has its place in the reasons. */
function decideAll(engine: Transactor, turn: WriteTurn, writes: readonly TransactionWrite[]): readonly Decided[] {
  // What is wrong with the transaction as a whole comes first.
  for (const write of writes) if (!(write instanceof ServiceError)) currentTable(engine.catalog, write.table)
  alignTimes(engine, turn, writes)
  const sizes = new CollectionSizes(turn)
  return writes.map((write) => {
    if (write instanceof ServiceError) return { kind: 'fault', error: write }
    try {
      const outcome = decideChange(engine, turn, write, sizes)
      if (outcome.kind === 'changed') sizes.follow(outcome.collection)
      return outcome
    } catch (error) {
      if (error instanceof ServiceError) return { kind: 'fault', error }
      throw error
    }
  })
}

/** Of tables that keep their past all is changed at one time, behind the last change of each of the items. */
function alignTimes({ catalog, historyClock }: Transactor, turn: WriteTurn, writes: readonly TransactionWrite[]): void {
  for (const write of writes) {
    if (write instanceof ServiceError || !isKept(catalog.find(write.table.name)?.history)) continue
    const stored = turn.get(write.key)
    const oldItem = stored === undefined ? undefined : StoredItem.decode(stored)
    changeTime(historyClock, turn, currentTable(catalog, write.table), { key: write.key, oldItem })
  }
}

/** data-model.md §8: AWS's text is not certain. */
export function transactionTooLarge(): ServiceError {
  return invalid(
    'Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit',
  )
}

function largerSizeBytes({ change: { oldItem, newItem } }: Changed): number {
  return Math.max(oldItem?.sizeBytes ?? 0, newItem?.sizeBytes ?? 0)
}

function refusalOf(outcome: Decided): Refusal | undefined {
  return outcome.kind === 'changed' ? undefined : outcome
}

function conflictOn(actions: readonly boolean[]): TransactionOutcome {
  const conflict: Refusal = { kind: 'fault', error: transactionConflict() }
  return { kind: 'cancelled', refusals: actions.map((isMet) => (isMet ? conflict : undefined)) }
}

function keysOf(writes: readonly TransactionWrite[]): readonly KeyBytes[] {
  return writes.flatMap((write) => (write instanceof ServiceError ? [] : [write.key]))
}

/** A repetition is charged as a read of the items (capacity.md §3). */
function doneTransaction({ fingerprint }: PlacedToken, changes: readonly Changed[], nowMs: number): DoneTransaction {
  return {
    fingerprint,
    doneMs: nowMs,
    tableIds: [...new Set(changes.map(({ change }) => change.table.tableId))],
    readUnits: changes.map((changed) => 2 * readUnits(largerSizeBytes(changed), { consistent: true })),
  }
}
