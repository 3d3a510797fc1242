/** Views come, change and go (docs/views.md): each with its table and the outbox of its source in one turn. */
import { checkInput } from '../../api/check-input.ts'
import { type InputOf, operations } from '../../api/operations.ts'
import { removeTable } from '../../engine/backups/make-backup.ts'
import { storedLevel } from '../../engine/catalog/change-level.ts'
import { changeTables, type TableTurn } from '../../engine/catalog/change-tables.ts'
import { viewKey } from '../../engine/keyspace/view-keys.ts'
import { outboxLevel } from '../../engine/nodes/feature-level.ts'
import { settledTable } from '../../engine/schema/settle-table.ts'
import type { KeySchema, Table, TableDefinition } from '../../engine/schema/table.ts'
import { beginView, endView, viewIn } from '../../engine/views/change-view.ts'
import { allViews } from '../../engine/views/keep-views.ts'
import type { ViewRecord } from '../../engine/views/view-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { viewsMax } from '../limits.ts'
import { defineTable } from '../tables/definition/define-table.ts'
import { checkTableQuotas, newTable } from '../tables/new-table.ts'
import { compileView, keyOfView } from './compile-view.ts'
import { readView, type ViewDefinition, ViewFault } from './view-definition.ts'

/** What became of a view. */
export type ViewChange = 'made' | 'made anew' | 'unchanged'

/**
 * Has a view be what it is to be: made with its table, begun anew when it was another, left alone when it is the same. Throws ViewFault, or
 * what CreateTable throws. Resolves when that is durable; it is filled afterwards.
 */
export async function applyView(engine: MeteredEngine, given: unknown): Promise<ViewChange> {
  const definition = readView(given)
  checkLevel(engine, definition)
  const { region } = engine.catalog
  const before = (await allViews(engine)).map(({ name, record }) => ({ name, from: record.from }))
  if (before.length >= viewsMax && !before.some(({ name }) => name === definition.name)) {
    throw new ViewFault(`View ${definition.name}: there may be ${viewsMax} views in a region.`)
  }
  checkNoCircle(definition, before)
  const fromBefore = before.find(({ name }) => name === definition.name)?.from
  const names = [...new Set([definition.name, definition.from, ...(fromBefore === undefined ? [] : [fromBefore])])]
  const wanted = JSON.stringify(given)
  return changeTables(engine, names, (tables) => applyIn(engine, tables, { definition, given, wanted }), [viewKey(region, definition.name)])
}

/** Views of views are fine, as long as none is of itself in the end. */
function checkNoCircle({ name, from }: ViewDefinition, views: readonly { readonly name: string; readonly from: string }[]): void {
  const sources = new Map(views.map((view) => [view.name, view.from]))
  let source: string | undefined = from
  for (let steps = 0; source !== undefined && steps <= viewsMax; steps += 1) {
    if (source === name) throw new ViewFault(`View ${name}: ${from} is made of it.`)
    source = sources.get(source)
  }
}

interface Wanted {
  readonly definition: ViewDefinition
  readonly given: unknown
  readonly wanted: string
}

function applyIn(engine: MeteredEngine, tables: TableTurn, { definition, given, wanted }: Wanted): ViewChange {
  const { name, from } = definition
  const { region } = engine.catalog
  const record = viewIn(tables, region, name)
  const source = tables.find(from)
  if (source === undefined || source.status === 'DELETING') throw new ViewFault(`View ${name}: there is no table ${from}.`)
  const existing = tables.find(name)
  if (existing !== undefined && !isOwn(existing, record)) throw new ViewFault(`View ${name}: there is a table ${name}, and it is no view.`)
  const isSame = record !== undefined && JSON.stringify(record.definition) === wanted
  if (isSame && existing !== undefined && record.sourceId === source.tableId) return 'unchanged'
  const table = tableOf(definition, source)
  compileView(definition, { source: source.key, target: table.key })
  const target = targetIn(engine, tables, { existing, table })
  beginView(tables, { region, definition: given, source, target, nowMs: engine.clock.now() })
  return record === undefined ? 'made' : 'made anew'
}

/** The table that is there, with its rows, where it has the key that it needs. */
function targetIn(
  engine: MeteredEngine,
  tables: TableTurn,
  { existing, table }: { readonly existing: Table | undefined; readonly table: TableDefinition },
): Table {
  if (existing !== undefined) {
    if (isSameSchema(existing.key, table.key)) return existing
    removeTable(tables, existing, { region: engine.catalog.region, nowMs: engine.clock.now() })
  } else checkTableQuotas(tables, table)
  const created = tables.create({ ...newTable(engine, table), isView: true })
  if (engine.settings.tableStateDelayMs === 0) tables.replace(settledTable(created))
  return tables.find(table.name) ?? created
}

function isOwn({ isView, tableId }: Table, record: ViewRecord | undefined): boolean {
  return isView === true && record?.targetId === tableId
}

function isSameSchema(one: KeySchema, other: KeySchema): boolean {
  return JSON.stringify([one.hash, one.range]) === JSON.stringify([other.hash, other.range])
}

function tableOf(definition: ViewDefinition, source: Table): TableDefinition {
  const key = keyOfView(definition, source.attributes)
  const input: InputOf<'CreateTable'> = checkInput(operations.CreateTable, {
    TableName: definition.name,
    KeySchema: key.map(({ name }, at) => ({ AttributeName: name, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
    AttributeDefinitions: key.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    BillingMode: 'PAY_PER_REQUEST',
  })
  return defineTable(definition.name, input)
}

function checkLevel({ catalog }: MeteredEngine, { name }: ViewDefinition): void {
  if ((storedLevel(catalog) ?? outboxLevel) >= outboxLevel) return
  throw new ViewFault(`View ${name}: there are views when all servers of this store have been replaced by ones that know them.`)
}

export interface DropOptions {
  /** Its table stays, as an ordinary one with the rows that it has. */
  readonly keepTable?: boolean
}

/** Resolves with whether there was a view of this name; then it is gone, with its table. */
export async function dropView(engine: MeteredEngine, name: string, { keepTable = false }: DropOptions = {}): Promise<boolean> {
  const { region } = engine.catalog
  const found = (await allViews(engine)).find((each) => each.name === name)
  if (found === undefined) return false
  return changeTables(
    engine,
    [name, found.record.from],
    (tables) => {
      const record = viewIn(tables, region, name)
      if (record === undefined) return false
      const table = tables.find(name)
      if (table?.deletionProtection === true && !keepTable) throw new ViewFault(`View ${name}: its table is protected against deletion.`)
      endView(tables, region, name)
      if (table === undefined || !isOwn(table, record)) return true
      if (keepTable) {
        const { isView: _, ...kept } = tables.find(name) ?? table
        tables.replace(kept)
      } else removeTable(tables, tables.find(name) ?? table, { region, nowMs: engine.clock.now() })
      return true
    },
    [viewKey(region, name)],
  )
}
