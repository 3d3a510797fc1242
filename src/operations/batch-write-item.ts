/** BatchWriteItem: up to twenty-five puts and deletes, each on its own, in any tables (operations.md §2.9). */
import { invalid } from '../api/errors.ts'
import { batchWriteRequestsMax } from '../api/limits.ts'
import { type InputOf, type OutputOf, operations } from '../api/operations.ts'
import { activeTable } from '../engine/catalog/find-table.ts'
import type { Table } from '../engine/catalog/table.ts'
import type { Engine } from '../engine/engine.ts'
import { changeItem, type ItemWrite } from '../engine/items/change-item.ts'
import { itemKey } from '../engine/items/item-key.ts'
import { StoredItem } from '../engine/keyspace/stored-item.ts'
import type { Item } from '../values/attribute-value.ts'
import { checkAttributes } from '../values/check.ts'
import { type ConsumedUnits, consumedCapacities, unitsOfWrite } from './consumed-capacity.ts'
import { checkDistinct } from './distinct-keys.ts'
import { checkItemSize } from './item-size.ts'
import { checkBatchItemKey, checkIndexKeys, checkKey } from './key-parameters.ts'

const { wording } = operations.BatchWriteItem

type WriteRequest = InputOf<'BatchWriteItem'>['RequestItems'][string][number]

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

  const consumed = await Promise.all(tables.map((table) => writeAll(engine, table)))
  return { UnprocessedItems: {}, ...consumedCapacities(input.ReturnConsumedCapacity, consumed) }
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
    return { table, key: itemKey(table, write.key), decide: () => ({ kind: 'become', newItem: undefined }) }
  }
  checkBatchItemKey(table, write.item)
  checkIndexKeys(table, write.item)
  const newItem = StoredItem.of(write.item)
  checkItemSize(newItem.sizeBytes)
  return { table, key: itemKey(table, write.item), decide: () => ({ kind: 'become', newItem }) }
}

interface TableWrites {
  readonly tableName: string
  readonly writes: readonly ItemWrite[]
}

/** Every item in a turn of its own; the turns of a batch share a commit. Each is rounded on its own. */
async function writeAll(engine: Engine, { tableName, writes }: TableWrites): Promise<ConsumedUnits> {
  const outcomes = await Promise.all(writes.map((write) => changeItem(engine, write)))
  const units = outcomes.filter((outcome) => outcome.kind === 'changed').map((outcome) => unitsOfWrite(tableName, outcome))
  return {
    tableName,
    tableUnits: units.reduce((sum, { tableUnits }) => sum + tableUnits, 0),
    indexUnits: units.flatMap(({ indexUnits = [] }) => indexUnits),
  }
}
