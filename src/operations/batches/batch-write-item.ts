/** BatchWriteItem: up to twenty-five puts and deletes, each on its own, in any tables (operations.md §2.9). */
import { invalid, ServiceError } from '../../api/errors.ts'
import { batchWriteRequestsMax } from '../../api/limits.ts'
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { allOver } from '../../base/all-over.ts'
import { setOwn } from '../../base/own.ts'
import { madeInSlices, Pace } from '../../base/pace.ts'
import { changeItem, isContended } from '../../engine/items/change-item.ts'
import type { ItemWrite } from '../../engine/items/decide-change.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesLookedAt } from '../../engine/schema/looked-at.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { isThrottle } from '../../metering/throughput/throttle.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { KeptMembers, RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { itemCollectionMetricsByTable, type WrittenTable } from '../items/item-collection-metrics.ts'
import { checkItemSize } from '../items/item-size.ts'
import { checkBatchItemKey, checkIndexKeys, checkKey } from '../items/key-parameters.ts'
import { type BatchMember, batchPattern } from '../request/access-pattern.ts'
import { type ConsumedUnits, consumedCapacities, unitsOfWrite } from '../request/consumed-capacity.ts'
import { checkDistinctInBatch } from '../request/distinct-keys.ts'
import { requestTable } from '../request/request-table.ts'
import { sentAttributes, sentItem } from '../request/sent-items.ts'

const { wording } = operations.BatchWriteItem

type RequestItems = InputOf<'BatchWriteItem'>['RequestItems']
type WriteRequest = RequestItems[string][number]

interface TableRequests {
  readonly tableName: string
  readonly writes: readonly Prepared[]
}

type Prepared = { readonly kind: 'put'; readonly newItem: StoredItem } | { readonly kind: 'delete'; readonly key: Item }

export async function batchWriteItem(
  engine: MeteredEngine,
  input: InputOf<'BatchWriteItem'>,
  usage: RequestUsage,
): Promise<OutputOf<'BatchWriteItem'>> {
  const pace = new Pace()
  const requests: TableRequests[] = []
  for (const [tableName, writes] of Object.entries(input.RequestItems)) {
    requests.push({ tableName, writes: await madeInSlices(writes, prepare, pace) })
  }
  const meter = writeMeter(engine, usage)
  const tables: TableWrites[] = []
  for (const { tableName, writes } of requests) {
    const table = requestTable(engine, usage, tableName)
    tables.push({ tableName, writes: await madeInSlices(writes, (write) => ({ ...itemWrite(table, write), meter }), pace) })
  }
  const writes = tables.flatMap((table) => table.writes)
  checkDistinctInBatch(writes.map(({ key }) => key))
  if (writes.length > batchWriteRequestsMax) throw invalid('Too many items requested for the BatchWriteItem call')

  usage.pattern = batchPattern(engine, 'BatchWriteItem', requests.flatMap(membersOf))
  const kept = usage.beforeDoing && (await usage.beforeDoing({ access: 'write', members: writes }))
  const written = await allOver(withPlaces(tables).map((table) => writeAll(engine, table, kept)))
  refuseWhole(written)
  const processed = written.filter(({ changes }) => changes.length > 0)
  return {
    UnprocessedItems: unprocessedItems(input.RequestItems, written),
    ...itemCollectionMetricsByTable(input.ReturnItemCollectionMetrics, processed),
    ...consumedCapacities(input.ReturnConsumedCapacity, processed.map(unitsOfWrites)),
  }
}

function membersOf({ tableName, writes }: TableRequests): readonly BatchMember[] {
  return writes.map(({ kind }) => ({ action: kind === 'put' ? 'Put' : 'Delete', tableName, input: {}, clauses: {} }))
}

function prepare({ PutRequest: put, DeleteRequest: remove }: WriteRequest): Prepared {
  if (put !== undefined && remove === undefined) return { kind: 'put', newItem: sentItem(put.Item, wording) }
  if (remove !== undefined && put === undefined) return { kind: 'delete', key: checkAttributes(remove.Key, wording) }
  // [I]: AWS's text for this is not known.
  throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest')
}

function itemWrite(table: Table, write: Prepared): ItemWrite {
  if (write.kind === 'delete') {
    checkKey(table, write.key)
    return { table, ...itemPlace(table, write.key), decide: () => ({ kind: 'become', newItem: undefined }) }
  }
  const { newItem } = write
  const lookedAt = newItem.having(attributesLookedAt(table))
  checkBatchItemKey(table, lookedAt)
  checkIndexKeys(table, lookedAt)
  checkItemSize(table, newItem)
  return {
    table,
    ...itemPlace(table, lookedAt),
    decide: (_oldItem, current) => {
      if (current !== table) checkIndexKeys(current, newItem.attributes)
      return { kind: 'become', newItem }
    },
  }
}

interface TableWrites {
  readonly tableName: string
  readonly writes: readonly ItemWrite[]
}

interface PlacedWrites extends TableWrites {
  /** How many writes of other tables come before its own. */
  readonly before: number
}

function withPlaces(tables: readonly TableWrites[]): readonly PlacedWrites[] {
  let before = 0
  return tables.map((table) => {
    const placed = { ...table, before }
    before += table.writes.length
    return placed
  })
}

interface ProcessedTable extends WrittenTable {
  /** Which of its writes were not done, and what kept them. */
  readonly unprocessed: ReadonlyMap<number, unknown>
}

/** Every item in a turn of its own; the turns of a batch share a commit. */
async function writeAll(
  engine: MeteredEngine,
  { tableName, writes, before }: PlacedWrites,
  kept: KeptMembers | undefined,
): Promise<ProcessedTable> {
  const unprocessed = new Map<number, unknown>()
  const outcomes = await allOver(
    writes.map((write, at) => {
      const isKept = kept?.has(before + at) === true
      const outcome = isKept ? Promise.reject(kept.get(before + at)) : changeItem(engine, write)
      return outcome.catch((error: unknown) => {
        if (!isKept && !isUnprocessed(error)) throw error
        unprocessed.set(at, error)
        return undefined
      })
    }),
  )
  return { tableName, changes: outcomes.filter((outcome) => outcome?.kind === 'changed'), unprocessed }
}

/**
 * What there is no capacity for comes back unprocessed; so does an item that a transaction holds, for a batch has no such exception [I],
 * or that another server does.
 */
function isUnprocessed(error: unknown): boolean {
  return isThrottle(error) || isContended(error) || (error instanceof ServiceError && error.exception === 'TransactionConflictException')
}

/** A batch of which nothing could be done for want of capacity is refused as a whole (capacity.md §8). */
function refuseWhole(written: readonly ProcessedTable[]): void {
  if (written.some(({ changes }) => changes.length > 0)) return
  const errors = written.flatMap(({ unprocessed }) => [...unprocessed.values()])
  if (errors.every(isThrottle) && errors[0] !== undefined) throw errors[0]
}

function unprocessedItems(requests: RequestItems, written: readonly ProcessedTable[]): RequestItems {
  const items: Record<string, readonly WriteRequest[]> = {}
  for (const [at, [tableName, writes]] of Object.entries(requests).entries()) {
    const unprocessed = writes.filter((_, place) => written[at]?.unprocessed.has(place)).map(asSent)
    if (unprocessed.length > 0) setOwn(items, tableName, unprocessed)
  }
  return items
}

function asSent(request: WriteRequest): WriteRequest {
  const { PutRequest: put } = request
  return put === undefined ? request : { ...request, PutRequest: { ...put, Item: sentAttributes(put.Item) } }
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
