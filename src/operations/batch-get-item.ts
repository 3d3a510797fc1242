/** BatchGetItem: up to a hundred items by their keys, out of any tables (operations.md §2.8). */
import { invalid } from '../api/errors.ts'
import { batchGetKeysMax, responseBytesMax } from '../api/limits.ts'
import { type InputOf, type OutputOf, operations } from '../api/operations.ts'
import { JsonText } from '../base/json-text.ts'
import { setOwn } from '../base/own.ts'
import { activeTable } from '../engine/catalog/find-table.ts'
import type { Engine } from '../engine/engine.ts'
import { itemKey } from '../engine/items/item-key.ts'
import { readItems } from '../engine/items/read-item.ts'
import type { StoredItem } from '../engine/keyspace/stored-item.ts'
import { readUnits } from '../engine/partitions/capacity-units.ts'
import type { Projection } from '../expressions/projection.ts'
import type { Item } from '../values/attribute-value.ts'
import { checkAttributes } from '../values/check.ts'
import { type ConsumedUnits, consumedCapacities } from './consumed-capacity.ts'
import { checkDistinct } from './distinct-keys.ts'
import { projectedText } from './get-item.ts'
import { checkKey } from './key-parameters.ts'
import { checkOneLanguage, compileClauses, languagesOf, readClauses } from './request-clauses.ts'

const { wording } = operations.BatchGetItem
const languages = languagesOf('KeysAndAttributes', wording)

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

export async function batchGetItem(engine: Engine, input: InputOf<'BatchGetItem'>): Promise<Answer> {
  checkOneLanguage(Object.values(input.RequestItems), languages)
  const reads = Object.entries(input.RequestItems).map(([tableName, request]) => prepare(tableName, request))
  const storeKeys = reads.map(({ tableName, keys }) => {
    const table = activeTable(engine.catalog.durable, tableName)
    for (const key of keys) checkKey(table, key)
    return keys.map((key) => itemKey(table, key))
  })
  checkDistinct(storeKeys.flat())
  if (storeKeys.flat().length > batchGetKeysMax) throw invalid('Too many items requested for the BatchGetItem call')

  const found = await readItems(engine, storeKeys.flat(), responseBytesMax)
  return answer(input, reads, found)
}

function prepare(tableName: string, request: KeysAndAttributes): TableRead {
  const written = readClauses(request, languages)
  const keys = request.Keys.map((key) => checkAttributes(key, wording))
  const { projection } = compileClauses(written)
  return { tableName, request, keys, projection }
}

/** `found` holds the answers to the first keys of all reads together; keys beyond them were not processed. */
function answer(input: InputOf<'BatchGetItem'>, reads: readonly TableRead[], found: readonly (StoredItem | undefined)[]): Answer {
  const responses: Record<string, JsonText> = {}
  const unprocessed: Record<string, KeysAndAttributes> = {}
  const consumed: ConsumedUnits[] = []
  let at = 0
  for (const { tableName, request, keys, projection } of reads) {
    const answered = found.slice(at, at + keys.length)
    at += keys.length
    const texts = answered.filter((item) => item !== undefined).map((item) => projectedText(item, projection).text)
    setOwn(responses, tableName, new JsonText(`[${texts.join(',')}]`))
    if (answered.length < keys.length) setOwn(unprocessed, tableName, { ...request, Keys: request.Keys.slice(answered.length) })
    if (answered.length > 0) consumed.push({ tableName, tableUnits: sumOfUnits(answered, request.ConsistentRead === true) })
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ...consumedCapacities(input.ReturnConsumedCapacity, consumed) }
}

/** Each key is rounded on its own, and a missing item costs as much as a small one. */
function sumOfUnits(items: readonly (StoredItem | undefined)[], consistent: boolean): number {
  return items.reduce((sum, item) => sum + readUnits(item?.sizeBytes ?? 0, { consistent }), 0)
}
