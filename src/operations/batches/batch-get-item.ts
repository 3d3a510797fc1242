/** BatchGetItem: up to a hundred items by their keys, out of any tables (operations.md §2.8). */

import { isDeepStrictEqual } from 'node:util'
import { invalid, type ServiceError } from '../../api/errors.ts'
import { batchGetKeysMax, responseBytesMax } from '../../api/limits.ts'
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { JsonText } from '../../base/json-text.ts'
import { setOwn } from '../../base/own.ts'
import { madeInSlices, type Pace } from '../../base/pace.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { readItems } from '../../engine/items/read-item.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { readUnits } from '../../engine/partitions/capacity-units.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { Projection } from '../../expressions/projection.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { admit, charge } from '../../metering/throughput/admit.ts'
import { isThrottle } from '../../metering/throughput/throttle.ts'
import type { KeptMembers, RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { checkKey } from '../items/key-parameters.ts'
import { type BatchMember, batchPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { type ConsumedUnits, consumedCapacities } from '../request/consumed-capacity.ts'
import { checkDistinctInBatch } from '../request/distinct-keys.ts'
import { projectedText } from '../request/projected-text.ts'
import { checkOneLanguage, compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { readerOfAll } from '../request/stale-reader.ts'
import { checkStrongRead } from '../request/strong-read.ts'

const { wording } = operations.BatchGetItem
const languages = clauseLanguages.batchGet

type RequestItems = InputOf<'BatchGetItem'>['RequestItems']
type KeysAndAttributes = RequestItems[string]
type Answer = OutputOf<'BatchGetItem'>

/** What is asked of one table. */
interface TableRead {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly request: KeysAndAttributes
  readonly keys: readonly Item[]
  readonly projection: Projection | undefined
}

export async function batchGetItem(engine: MeteredEngine, input: InputOf<'BatchGetItem'>, usage: RequestUsage): Promise<Answer> {
  checkOneLanguage(Object.values(input.RequestItems), languages)
  const reads = collapsed(Object.entries(input.RequestItems).map(([tableName, request]) => prepare(tableName, request)))
  const wanted = reads.flatMap(({ tableName, keys, request: { ConsistentRead: consistent = false } }) => {
    const table = requestTable(engine, usage, tableName)
    for (const key of keys) checkKey(table, key)
    return keys.map((key): WantedItem => ({ table, key: itemKey(table, key), isConsistent: consistent }))
  })
  checkDistinctInBatch(wanted.map(({ key }) => key))
  if (wanted.length > batchGetKeysMax) throw invalid('Too many items requested for the BatchGetItem call')
  usage.pattern = batchPattern(engine, 'BatchGetItem', reads.map(memberOf))
  for (const table of new Set(wanted.flatMap((each) => (each.isConsistent ? [each.table] : [])))) {
    if (table.replication !== undefined) await checkStrongRead(engine, table)
  }
  const kept = usage.beforeDoing && (await usage.beforeDoing({ access: 'read', members: wanted }))
  return answer(input, reads, await readWanted(engine, usage, wanted, kept), usage.pace)
}

/** A table may be named twice, once by its ARN: what one of the references asks for already is not asked for again. */
function collapsed(reads: readonly TableRead[]): readonly TableRead[] {
  const asked = new Map<string, readonly Item[]>()
  return reads.flatMap((read) => {
    const name = tableNameOf(read.tableName)
    const before = asked.get(name) ?? []
    const places = [...read.keys.keys()].filter((at) => before.every((key) => !isDeepStrictEqual(key, read.keys[at])))
    asked.set(name, [...before, ...read.keys])
    if (places.length === read.keys.length) return [read]
    const keysAt = <T>(all: readonly T[]): T[] => all.filter((_, at) => places.includes(at))
    if (places.length === 0) return []
    return [{ ...read, keys: keysAt(read.keys), request: { ...read.request, Keys: keysAt(read.request.Keys) } }]
  })
}

function memberOf({ tableName, request, projection }: TableRead): BatchMember {
  return { action: 'Get', tableName, input: request, clauses: { projection } }
}

interface WantedItem {
  readonly table: Table
  readonly key: ReturnType<typeof itemKey>
  readonly isConsistent: boolean
}

/**
 * What became of each wanted item. Those without capacity are not processed, nor are those beyond the size of an answer. Each has
 * paid before the next is admitted, as if it were asked for alone.
 */
async function readWanted(
  engine: MeteredEngine,
  usage: RequestUsage,
  wanted: readonly WantedItem[],
  kept: KeptMembers | undefined,
): Promise<readonly Found[]> {
  const items = await readItems(readerOfAll(engine, usage, wanted), wanted, responseBytesMax, usage.pace)
  const throttles: ServiceError[] = []
  const found = wanted.map(({ table, key, isConsistent }, at): Found => {
    if (at >= items.length || kept?.has(at) === true) return 'unprocessed'
    const isPaid = admission(() => admit(engine, usage, { table }, key))
    if (typeof isPaid !== 'boolean') {
      throttles.push(isPaid)
      return 'unprocessed'
    }
    const item = items[at]
    charge(engine, usage, { table, key, units: readUnits(item?.sizeBytes ?? 0, { consistent: isConsistent }), isPaid })
    return item
  })
  if (throttles[0] !== undefined && throttles.length === items.length) throw throttles[0]
  return found
}

/** Undefined: there is no such item. */
type Found = StoredItem | undefined | 'unprocessed'

function admission(admitOne: () => boolean): boolean | ServiceError {
  try {
    return admitOne()
  } catch (error) {
    if (isThrottle(error)) return error
    throw error
  }
}

function prepare(tableName: string, request: KeysAndAttributes): TableRead {
  const written = readClauses(request, languages)
  const keys = request.Keys.map((key) => checkAttributes(key, wording))
  const { projection } = compileClauses(written)
  return { tableName, request, keys, projection }
}

/** `found`: for the keys of all reads together. */
async function answer(input: InputOf<'BatchGetItem'>, reads: readonly TableRead[], found: readonly Found[], pace: Pace): Promise<Answer> {
  const responses: Record<string, JsonText> = {}
  const unprocessed: Record<string, KeysAndAttributes> = {}
  const consumed: ConsumedUnits[] = []
  let at = 0
  for (const { tableName, request, keys, projection } of reads) {
    const ofTable = found.slice(at, at + keys.length)
    at += keys.length
    const answered = ofTable.filter((item) => item !== 'unprocessed')
    const items = answered.filter((item) => item !== undefined)
    const texts = await madeInSlices(items, (item) => projectedText(item, projection).text, pace)
    setOwn(responses, tableName, new JsonText(`[${texts.join(',')}]`))
    if (answered.length < keys.length)
      setOwn(unprocessed, tableName, { ...request, Keys: request.Keys.filter((_, place) => ofTable[place] === 'unprocessed') })
    if (answered.length > 0) consumed.push({ tableName, tableUnits: sumOfUnits(answered, request.ConsistentRead === true) })
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ...consumedCapacities(input.ReturnConsumedCapacity, consumed) }
}

/** Each key is rounded on its own, and a missing item costs as much as a small one. */
function sumOfUnits(items: readonly (StoredItem | undefined)[], consistent: boolean): number {
  return items.reduce((sum, item) => sum + readUnits(item?.sizeBytes ?? 0, { consistent }), 0)
}
