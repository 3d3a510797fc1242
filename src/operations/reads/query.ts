/** Query: the items of one partition key value in the order of the sort key (operations.md §2.6). */

import { invalid, type ServiceError } from '../../api/errors.ts'
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { keyRange, rangeAfter } from '../../engine/items/key-range.ts'
import { attributesOfKey } from '../../engine/schema/table.ts'
import type { Condition } from '../../expressions/condition.ts'
import { type FittedKeyCondition, fitKeyCondition } from '../../expressions/fit-key-condition.ts'
import type { KeyCondition } from '../../expressions/key-condition.ts'
import type { Projection } from '../../expressions/projection.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { attributeOf, type Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { equalValues } from '../../values/equality.ts'
import { accessPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { checkStrongRead } from '../request/strong-read.ts'
import { answerPage } from './answer-page.ts'
import { checkSelect } from './read-selection.ts'
import { isCursor, positionOf, type ReadTarget, reachBack, readTarget } from './read-target.ts'

const { wording } = operations.Query
const languages = clauseLanguages.query

interface Prepared {
  readonly keyCondition: KeyCondition
  readonly filter: Condition | undefined
  readonly projection: Projection | undefined
  readonly startKey: Item | undefined
}

export async function query(engine: MeteredEngine, input: InputOf<'Query'>, usage: RequestUsage): Promise<OutputOf<'Query'>> {
  const { keyCondition, filter, projection, startKey } = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  const target = readTarget(table, input, 'Query')
  const fitted = fitKeyCondition(keyCondition, target.key)
  checkFilter(target, filter, input)
  const fetched = reachBack(target, { select: input.Select, projection, filter })

  const whole = { ...keyRange(target.space, fitted), reverse: input.ScanIndexForward === false }
  if (startKey !== undefined) checkStartKey(target, fitted, startKey)
  const range = startKey === undefined ? whole : rangeAfter(whole, positionOf(target, startKey))
  if (range === undefined) throw invalid('The provided starting key does not match the range key predicate')
  // No Limit ends a page of one item, for there is no next page to ask for [I].
  const limit = namesOneItem(target, fitted) ? undefined : input.Limit
  usage.pattern = accessPattern(engine, 'Query', target, input, { keyCondition, filter, projection })
  usage.continues = startKey !== undefined
  if (input.ConsistentRead === true && table.replication !== undefined) await checkStrongRead(engine, table)
  if (usage.beforeDoing !== undefined) {
    const member = { table, index: target.index, key: range.start, isConsistent: input.ConsistentRead === true }
    await usage.beforeDoing({ access: 'read', members: [member] })
  }
  return answerPage(engine, usage, target, { input, range, itemsMax: limit, fetched, filter, projection })
}

function prepare(input: InputOf<'Query'>): Prepared {
  const written = readClauses(input, languages)
  checkSelect(input, inEnvelope)
  const startKey = input.ExclusiveStartKey === undefined ? undefined : checkAttributes(input.ExclusiveStartKey, wording)
  const { keyCondition, filter, projection } = compileClauses(written)
  if (keyCondition === undefined) {
    throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.')
  }
  return { keyCondition, filter, projection, startKey }
}

/** Query answers bare but for what its Select does not go with. */
function inEnvelope(message: string): ServiceError {
  return invalid(`1 validation error detected: ${message}`)
}

function checkFilter({ key }: ReadTarget, filter: Condition | undefined, { QueryFilter: legacy }: InputOf<'Query'>): void {
  const keys = attributesOfKey(key).map(({ name }) => name)
  const filtered = filter?.attributes.find((name) => keys.includes(name))
  if (filtered === undefined) return
  if (legacy !== undefined) throw invalid(`QueryFilter can only contain non-primary key attributes: Primary key attribute: ${filtered}`)
  throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered}`)
}

/** A start key is a position: it need not be the key of an item, but must lie inside what the key condition allows. */
function checkStartKey(target: ReadTarget, fitted: FittedKeyCondition, startKey: Item): void {
  if (!isCursor(target, startKey)) throw invalid('The provided starting key is invalid')
  if (namesOneItem(target, fitted)) {
    if (target.key.range.length > 0) throw invalid('The query can return at most one row and cannot be restarted')
    // [I] How the key is printed.
    throw invalid(`The provided exclusive start key is invalid: ExclusiveStartKey: ${printKey(startKey)}`)
  }
  const outside = target.key.hash.some(({ name }, at) => {
    const value = attributeOf(startKey, name)
    const wanted = fitted.hashValues[at]
    return value === undefined || wanted === undefined || !equalValues(value, wanted)
  })
  if (outside) throw invalid('The provided starting key is outside query boundaries based on provided conditions')
}

function printKey(key: Item): string {
  const values = Object.entries(key).map(([name, value]) => {
    const [[type, content] = []] = Object.entries(value)
    return `${name}=AttributeValue: {${type}:${content}}`
  })
  return `{${values.join(', ')}}`
}

/** A condition that names a whole key of the table. Entries of an index may share a key. */
function namesOneItem({ index, key }: ReadTarget, { rangeEquals }: FittedKeyCondition): boolean {
  return index === undefined && rangeEquals.length === key.range.length
}
