/**
 * One bounded step of keeping a view: rows of what it was before are deleted; then what follows in the source is taken, and the rows, what is
 * kept beside them and how far it has come change in one turn. So after a crash each change of the source has been counted once, or is
 * still in the outbox. A turn that finds another step done meanwhile, by another node, does nothing.
 */
import { latin1 } from '../../base/bytes.ts'
import { isSameValue, type KeyBytes, type ScanBudget, type StoredValue, type WriteTurn } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { isServing } from '../catalog/find-table.ts'
import { CollectionSizes } from '../changes/item-collections.ts'
import { type FollowBudgets, type FollowedPage, followStart, isLoadedItem, readFollowed } from '../followers/follow-table.ts'
import { applyChange, decideChange, type ItemWrite, type ItemWriter, readsOf } from '../items/decide-change.ts'
import { itemKey, itemPlace } from '../items/item-key.ts'
import { spaceRange } from '../keyspace/keys.ts'
import { StoredItem } from '../keyspace/stored-item.ts'
import { groupKey, viewKey, viewProgressKey } from '../keyspace/view-keys.ts'
import { clearBudget, followBudgets } from '../limits.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { Table } from '../schema/table.ts'
import type { CompiledView, Contribution } from './contribution.ts'
import { GroupChanges } from './group-changes.ts'
import { encodeGroup, rowOf } from './group-state.ts'
import { type SettledGroup, settleGroups } from './settle-groups.ts'
import { decodeProgress, encodeProgress, type ViewProgress, type ViewRecord } from './view-record.ts'

/** How much a step takes. */
export interface ViewBudgets extends FollowBudgets {
  /** Of rows that go. */
  readonly clear: ScanBudget
}

export interface SteppedView {
  readonly name: string
  readonly record: ViewRecord
  /** The record as it is stored. */
  readonly stored: StoredValue
  readonly compiled: CompiledView
}

const viewBudgets: ViewBudgets = { ...followBudgets, clear: clearBudget }

/** Resolves with whether it has done something. Rejects as the store does. */
export async function stepView(engine: ItemWriter, view: SteppedView, budgets: ViewBudgets = viewBudgets): Promise<boolean> {
  const { catalog } = engine
  const [source, target] = [catalog.find(view.record.from), catalog.find(view.name)]
  if (source?.tableId !== view.record.sourceId || target === undefined) return false
  if (!isServing(source) || !isServing(target)) return false
  const [storedProgress] = await engine.store.get([viewProgressKey(view.record.viewId)])
  const progress = decodeProgress(storedProgress)
  const step = { ...view, source, target, storedProgress }
  if (progress.phase === 'clear') return clear(engine, step, budgets)
  const outbox = { tableId: source.tableId, outboxId: view.record.viewId }
  const page = await readFollowed(engine, { table: source, outbox }, progress.position, budgets)
  if (page.next === page.from) return false
  await follow(engine, step, page)
  return true
}

interface Step extends SteppedView {
  readonly source: Table
  readonly target: Table
  readonly storedProgress: StoredValue | undefined
}

async function clear(engine: ItemWriter, step: Step, budgets: ViewBudgets): Promise<true> {
  const { target } = step
  const { values } = await engine.store.view(async (view) => view.scanValues(spaceRange(spaceOf(target)), budgets.clear))
  const writes = values.map((value) => rowWrite(target, StoredItem.decode(value).attributes, undefined))
  const progress: ViewProgress = values.length > 0 ? { phase: 'clear' } : { phase: 'follow', position: followStart }
  await inTurn(engine, step, { writes, progress })
  return true
}

async function follow(engine: ItemWriter, step: Step, page: FollowedPage): Promise<void> {
  const { compiled, target, record } = step
  const progress: ViewProgress = { phase: 'follow', position: page.next }
  const done = page.entries.map(({ key }) => key)
  const changes = changesOf(step, page)
  if (compiled.measures.length === 0) {
    const rows = new Map<string, ItemWrite>()
    for (const { before, after } of changes) {
      if (before !== undefined) setRow(rows, rowWrite(target, before.key, undefined))
      if (after?.row !== undefined) setRow(rows, rowWrite(target, after.key, after.row))
    }
    await inTurn(engine, step, { writes: [...rows.values()], progress, done })
    return
  }
  const groups = new GroupChanges(record.viewId, (key) => itemKey(target, key))
  for (const { before, after, key } of changes) {
    if (before !== undefined) groups.takeAway(before, key)
    if (after !== undefined) groups.add(after, key)
  }
  const settled = await engine.store.view((view) =>
    settleGroups(view, { viewId: record.viewId, measures: compiled.measures }, groups.groups),
  )
  const writes = settled.map(({ change, state }) => rowWrite(target, change.key, rowOf(compiled.measures, change.key, state)))
  await inTurn(engine, step, { writes, progress, done, also: (turn) => putGroups(turn, record, settled) })
}

interface ContributionChange {
  readonly key: KeyBytes
  readonly before: Contribution | undefined
  readonly after: Contribution | undefined
}

/** What changes in the view, in the order of the log. */
function changesOf({ source, compiled }: Step, { entries, items, from }: FollowedPage): readonly ContributionChange[] {
  const changes: ContributionChange[] = []
  const contributionOf = (item: StoredItem | undefined): Contribution | undefined => item && compiled.contributionOf(item.attributes)
  for (const entry of entries) {
    const { oldItem, newItem, isWithoutEffect } = entry
    if (isWithoutEffect || !isLoadedItem(source, from, entry)) continue
    const [before, after] = [contributionOf(oldItem), contributionOf(newItem)]
    const key = itemKey(source, (newItem ?? oldItem)?.attributes ?? {})
    if (before !== undefined || after !== undefined) changes.push({ key, before, after })
  }
  for (const { key, item } of items) {
    const after = contributionOf(item)
    if (after !== undefined) changes.push({ key, before: undefined, after })
  }
  return changes
}

/** Of several changes of a row the last. */
function setRow(rows: Map<string, ItemWrite>, write: ItemWrite): void {
  rows.set(latin1(write.key), write)
}

function rowWrite(target: Table, key: Item, row: Item | undefined): ItemWrite {
  const newItem = row && StoredItem.of(row)
  return { table: target, ...itemPlace(target, key), cause: 'view', decide: () => ({ kind: 'become', newItem }) }
}

function putGroups(turn: WriteTurn, { viewId }: ViewRecord, settled: readonly SettledGroup[]): void {
  for (const { change, state } of settled) {
    const key = groupKey(viewId, change.digest)
    if (state.count === 0) turn.delete(key)
    else turn.put(key, encodeGroup(state))
    for (const entries of change.entries.values()) {
      for (const { key: entry, text } of entries.values()) {
        if (text === undefined) turn.delete(entry)
        else turn.put(entry, text)
      }
    }
  }
}

interface StepWrites {
  readonly writes: readonly ItemWrite[]
  readonly progress: ViewProgress
  /** Keys of the changes that are done. */
  readonly done?: readonly KeyBytes[]
  also?(turn: WriteTurn): void
}

async function inTurn(engine: ItemWriter, step: Step, { writes, progress, done = [], also }: StepWrites): Promise<void> {
  const { record, target, name, stored, storedProgress } = step
  const recordKey = viewKey(engine.catalog.region, name)
  const progressKey = viewProgressKey(record.viewId)
  await engine.store.writeReading(
    () => [recordKey, progressKey, ...writes.flatMap((write) => readsOf(engine.catalog, write))],
    (turn) => {
      const latest = engine.catalog.find(name)
      if (latest?.tableId !== target.tableId || !isServing(latest)) return
      if (!isSameValue(turn.get(recordKey), stored) || !isSameValue(turn.get(progressKey), storedProgress)) return
      const sizes = new CollectionSizes(turn)
      for (const write of writes) {
        const outcome = decideChange(engine, turn, write, sizes)
        if (outcome.kind !== 'changed') continue
        applyChange(engine, turn, outcome)
        sizes.follow(outcome.collection)
      }
      also?.(turn)
      turn.put(progressKey, encodeProgress(progress))
      for (const key of done) turn.delete(key)
    },
  )
}
