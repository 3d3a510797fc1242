/**
 * What views of a region there are and what is to be done about them: kept, begun anew when a table in the place of the source or of the
 * rows is another, ended when the table with their rows is gone.
 */
import type { Store, StoredValue } from '../../storage/store.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import type { ItemWriter } from '../items/decide-change.ts'
import { deleteSome, leftoversIn } from '../jobs/delete-leftovers.ts'
import { stepFirst } from '../jobs/run-due-jobs.ts'
import { sweptViewId, viewDataRange, viewKey, viewSweepKey, viewSweepRange, viewsRange } from '../keyspace/view-keys.ts'
import { sweepBudget, viewsBudget } from '../limits.ts'
import { nextKeys } from '../records/read-range.ts'
import { wholeRange } from '../records/whole-view.ts'
import { beginView, endView, viewIn } from './change-view.ts'
import type { CompiledView } from './contribution.ts'
import { stepView, type ViewBudgets } from './step-view.ts'
import { decodeView, type ViewRecord, viewOfDestination } from './view-record.ts'

/** A view by its name. */
export interface FoundView {
  readonly name: string
  readonly record: ViewRecord
}

/** The names under which there may be views: asks nobody but the catalog. */
function viewNames({ catalog }: { readonly catalog: Catalog }): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { name, isView, outboxes = [] } of catalog.tables()) {
    if (isView === true) names.add(name)
    for (const { destination } of outboxes) {
      const view = viewOfDestination(destination)
      if (view !== undefined) names.add(view)
    }
  }
  return names
}

/** All views of a region, in the order of their names. */
export async function allViews({ store, catalog }: CatalogHolder): Promise<readonly FoundView[]> {
  const range = viewsRange(catalog.region)
  const entries = await wholeRange(store, range, viewsBudget)
  return entries.map(({ key, value }) => ({
    name: Buffer.from(key.subarray(range.start.length)).toString('utf8'),
    record: decodeView(value),
  }))
}

/** A bounded step of each view. Resolves with whether one of them did something; rejects with what was met first, when all had theirs. */
export async function stepViews(
  engine: ItemWriter & CatalogHolder,
  compile: (found: FoundView) => CompiledView,
  budgets?: ViewBudgets,
): Promise<boolean> {
  const names = [...viewNames(engine)]
  if (names.length === 0) return false
  const { region } = engine.catalog
  const stored = await engine.store.get(names.map((name) => viewKey(region, name)))
  let isBusy = false
  await stepFirst(names.entries(), async ([at, name]) => {
    if (await stepOne(engine, { name, stored: stored[at], compile, budgets })) isBusy = true
    return false
  })
  return isBusy
}

interface ToStep {
  readonly name: string
  readonly stored: StoredValue | undefined
  readonly compile: (found: FoundView) => CompiledView
  readonly budgets: ViewBudgets | undefined
}

async function stepOne(engine: ItemWriter & CatalogHolder, { name, stored, compile, budgets }: ToStep): Promise<boolean> {
  const record = stored === undefined ? undefined : decodeView(stored)
  const target = engine.catalog.find(name)
  // A copy of the table of a view, restored from a backup, is no view.
  if (record === undefined || stored === undefined) return false
  if (target?.isView !== true) {
    await changeTables(engine, [name, record.from], (tables) => endView(tables, engine.catalog.region, name), [
      viewKey(engine.catalog.region, name),
    ])
    return true
  }
  const source = engine.catalog.find(record.from)
  if (source === undefined) return false
  const isSame = source.tableId === record.sourceId && target.tableId === record.targetId
  if (!isSame) return beginAnew(engine, name, record)
  return stepView(engine, { name, record, stored, compiled: compile({ name, record }) }, budgets)
}

/** The tables are others than they were. */
function beginAnew(engine: CatalogHolder, name: string, { from }: ViewRecord): Promise<boolean> {
  const { region } = engine.catalog
  return changeTables(
    engine,
    [name, from],
    (tables) => {
      const record = viewIn(tables, region, name)
      const [source, target] = [tables.find(from), tables.find(name)]
      if (record === undefined || source === undefined || target?.isView !== true) return false
      if (source.tableId === record.sourceId && target.tableId === record.targetId) return false
      beginView(tables, { region, definition: record.definition, source, target, nowMs: engine.clock.now() })
      return true
    },
    [viewKey(region, name)],
  )
}

/** Deletes a bounded piece of what was kept for views that are no more. Resolves with whether there was any. */
export async function sweepViews(store: Store): Promise<boolean> {
  const { keys } = await store.view((view) => nextKeys(view, viewSweepRange(), { entries: 1, bytes: 1 }))
  const [sweep] = keys
  if (sweep === undefined) return false
  const viewId = sweptViewId(sweep)
  const found = await leftoversIn(store, [{ range: viewDataRange(viewId), isLog: () => false }], sweepBudget)
  if (found !== undefined) await deleteSome(store, found)
  else await store.write([], (turn) => turn.delete(viewSweepKey(viewId)))
  return true
}
