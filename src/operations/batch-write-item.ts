/** BatchWriteItem: up to twenty-five puts and deletes, each on its own, in any tables (operations.md §2.9). */
import { invalid, ServiceError } from '../api/errors.ts'
import { batchWriteRequestsMax } from '../api/limits.ts'
import { type InputOf, type OutputOf, operations } from '../api/operations.ts'
import { setOwn } from '../base/own.ts'
import { activeTable } from '../engine/catalog/find-table.ts'
import type { Table } from '../engine/catalog/table.ts'
import type { Engine } from '../engine/engine.ts'
import { changeItem, type ItemWrite, type Outcome } from '../engine/items/change-item.ts'
import { itemPlace } from '../engine/items/item-key.ts'
import { StoredItem } from '../engine/keyspace/stored-item.ts'
import type { Item } from '../values/attribute-value.ts'
import { checkAttributes } from '../values/check.ts'
import { type ConsumedUnits, consumedCapacities, unitsOfWrite } from './consumed-capacity.ts'
import { checkDistinct } from './distinct-keys.ts'
import { itemCollectionMetricsByTable, type WrittenTable } from './item-collection-metrics.ts'
import { checkItemSize } from './item-size.ts'
import { checkBatchItemKey, checkIndexKeys, checkKey } from './key-parameters.ts'

const { wording } = operations.BatchWriteItem

type RequestItems = InputOf<'BatchWriteItem'>['RequestItems']
type WriteRequest = RequestItems[string][number]

type Prepared = { readonly kind: 'put'; readonly item: Item } | { readonly kind: 'delete'; readonly key: Item }

export async function batchWriteItem(engine: Engine, input: InputOf<'BatchWriteItem'>): Promise<OutputOf<'BatchWriteItem'>> {
  const requests = Object.entries(input.RequestItems).map(([tableName, writes]) => ({ tableName, writes: writes.map(prepare) }))
  const tables = requests.map(({ tableName, writes }): TableWrites => {
    const table = activeTable(engine.catalog.durable, tableName)
    return { tableName, writes: writes.map((write) => itemWrite(table, write)) }
  })
  const writes = tables.flatMap((table) => table.writes)
  checkDistinct(writes.map(({ key }) => key))
  if (writes.length > batchWriteRequestsMax) throw invalid('Too many items requested for the BatchWriteItem call')

  const written = await Promise.all(tables.map((table) => writeAll(engine, table)))
  const processed = written.filter(({ changes }) => changes.length > 0)
  return {
    UnprocessedItems: unprocessedItems(input.RequestItems, written),
    ...itemCollectionMetricsByTable(input.ReturnItemCollectionMetrics, processed),
    ...consumedCapacities(input.ReturnConsumedCapacity, processed.map(unitsOfWrites)),
  }
}

function prepare({ PutRequest: put, DeleteRequest: remove }: WriteRequest): Prepared {
  if (put !== undefined && remove === undefined) return { kind: 'put', item: checkAttributes(put.Item, wording) }
  if (remove !== undefined && put === undefined) return { kind: 'delete', key: checkAttributes(remove.Key, wording) }
  // [I]: AWS's text for this is not known.
  throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest')
}

function itemWrite(table: Table, write: Prepared): ItemWrite {
  if (write.kind === 'delete') {
    checkKey(table, write.key)
    return { table, ...itemPlace(table, write.key), decide: () => ({ kind: 'become', newItem: undefined }) }
  }
  checkBatchItemKey(table, write.item)
  checkIndexKeys(table, write.item)
  const newItem = StoredItem.of(write.item)
  checkItemSize(table, newItem)
  return { table, ...itemPlace(table, write.item), decide: () => ({ kind: 'become', newItem }) }
}

interface TableWrites {
  readonly tableName: string
  readonly writes: readonly ItemWrite[]
}

interface ProcessedTable extends WrittenTable {
  /** Which of its writes were not done. */
  readonly unprocessed: ReadonlySet<number>
}

/** Every item in a turn of its own; the turns of a batch share a commit. */
async function writeAll(engine: Engine, { tableName, writes }: TableWrites): Promise<ProcessedTable> {
  const outcomes = await Promise.all(writes.map((write) => changeItem(engine, write).catch(unlessInTransaction)))
  const unprocessed = new Set(outcomes.keys().filter((at) => outcomes[at] === undefined))
  return { tableName, changes: outcomes.filter((outcome) => outcome?.kind === 'changed'), unprocessed }
}

/** A batch has no exception for an item that a transaction holds: the item comes back unprocessed [I]. */
function unlessInTransaction(error: unknown): Outcome | undefined {
  if (error instanceof ServiceError && error.exception === 'TransactionConflictException') return undefined
  throw error
}

function unprocessedItems(requests: RequestItems, written: readonly ProcessedTable[]): RequestItems {
  const items: Record<string, readonly WriteRequest[]> = {}
  for (const [at, [tableName, writes]] of Object.entries(requests).entries()) {
    const unprocessed = writes.filter((_, place) => written[at]?.unprocessed.has(place))
    if (unprocessed.length > 0) setOwn(items, tableName, unprocessed)
  }
  return items
}

/** Each item is rounded on its own. */
function unitsOfWrites({ tableName, changes }: WrittenTable): ConsumedUnits {
  const units = changes.map((changed) => unitsOfWrite(tableName, changed))
  return {
    tableName,
    tableUnits: units.reduce((sum, { tableUnits }) => sum + tableUnits, 0),
    indexUnits: units.flatMap(({ indexUnits = [] }) => indexUnits),
    vectorBytes: units.flatMap(({ vectorBytes = [] }) => vectorBytes),
  }
}
