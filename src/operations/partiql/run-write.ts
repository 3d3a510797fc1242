/** One INSERT, UPDATE or DELETE in a turn of its own, and what it has to give back (partiql.md §3). */
import { ServiceError } from '../../api/errors.ts'
import { JsonText } from '../../base/json-text.ts'
import type { ItemChange } from '../../engine/changes/item-change.ts'
import { changeItem } from '../../engine/items/change-item.ts'
import type { ItemWrite } from '../../engine/items/decide-change.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { BoundWrite } from '../../expressions/partiql/bound-statement.ts'
import { projectPaths } from '../../expressions/projection.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { itemText } from '../../values/item-text.ts'
import { conditionalCheckFailed } from '../items/conditional-check.ts'
import { type ConsumedUnits, unitsOfWrite } from '../request/consumed-capacity.ts'
import { itemWrite, writeAction } from './write-action.ts'

/** A write that nothing but the item itself can refuse any more. */
export interface PreparedWrite {
  readonly statement: BoundWrite
  readonly write: ItemWrite
}

export type Written =
  | { readonly kind: 'written'; readonly returned: JsonText | undefined; readonly units: ConsumedUnits }
  /** Refused for what the item is; charged all the same. */
  | { readonly kind: 'refused'; readonly error: ServiceError; readonly units: ConsumedUnits }

export function prepareWrite(table: Table, statement: BoundWrite): PreparedWrite {
  return { statement, write: itemWrite(table, writeAction(table, statement)) }
}

/** Resolves when durable. Also throws: what an update finds out, or what the write would make of the item. */
export async function runWrite(
  engine: MeteredEngine,
  usage: RequestUsage,
  { statement, write }: PreparedWrite,
  returnedOnFailure: 'ALL_OLD' | 'NONE' | undefined,
): Promise<Written> {
  const outcome = await changeItem(engine, { ...write, meter: writeMeter(engine, usage) })
  const { tableName } = statement
  if (outcome.kind === 'changed') {
    return { kind: 'written', returned: returnedPart(statement, outcome.change), units: unitsOfWrite(tableName, outcome) }
  }
  const { oldItem, tableUnits } = outcome
  const units = { tableName, tableUnits }
  if (statement.kind !== 'insert') return { kind: 'refused', error: conditionalCheckFailed(oldItem, returnedOnFailure), units }
  const duplicate = new ServiceError('DuplicateItemException', 'Duplicate primary key exists in table')
  return { kind: 'refused', error: duplicate, units }
}

/** MODIFIED is every path that a clause names, looked up in the item as it was or is; undefined when that leads to nothing. */
function returnedPart(statement: BoundWrite, { oldItem, newItem }: ItemChange): JsonText | undefined {
  const returning = statement.kind === 'insert' ? undefined : statement.returning
  const item = returning?.image === 'OLD' ? oldItem : newItem
  if (returning === undefined || item === undefined) return undefined
  if (returning.part === 'ALL' || statement.kind !== 'update') return new JsonText(item.text)
  const modified = projectPaths(item.attributes, statement.update.paths)
  return Object.keys(modified).length === 0 ? undefined : new JsonText(itemText(modified))
}
