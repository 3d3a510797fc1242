/** SearchVectors: the items whose vectors are nearest to a given one (operations.md §2.10, indexes-streams-ttl-transactions.md §4.4). */

import { invalid, type ServiceError } from '../../api/errors.ts'
import { responseBytesMax, vectorMatchesMax } from '../../api/limits.ts'
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { noBytes } from '../../base/bytes.ts'
import { JsonText } from '../../base/json-text.ts'
import { setOwn } from '../../base/own.ts'
import type { Pace } from '../../base/pace.ts'
import { activeTable } from '../../engine/catalog/find-table.ts'
import { isFillingBranch } from '../../engine/schema/restore.ts'
import type { Table, VectorIndex } from '../../engine/schema/table.ts'
import { floatOf, vectorValue } from '../../engine/vectors/float-vector.ts'
import type { VectorMatch, VectorSearch } from '../../engine/vectors/vector-caches.ts'
import { filterAttributes, hashAttributes, projectedNames } from '../../engine/vectors/vector-entries.ts'
import { checkExpressionParameters, checkExpressionValues } from '../../expressions/check-expression-parameters.ts'
import { Placeholders } from '../../expressions/placeholders.ts'
import { compileProjection, type Projection } from '../../expressions/projection.ts'
import { compileSearchCondition, type Equality } from '../../expressions/search-condition.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { AttributeValue, Item } from '../../values/attribute-value.ts'
import { checkAttributeValue } from '../../values/check.ts'
import { equalValues } from '../../values/equality.ts'
import { itemText } from '../../values/item-text.ts'
import { encodeKeyBytes } from '../../values/key-bytes.ts'
import { vectorAnswerBytesMax, vectorResultBytesMax, vectorSearchBytesMin } from '../limits.ts'
import { accessPattern, type PatternClauses } from '../request/access-pattern.ts'
import { projectedText } from '../request/projected-text.ts'
import { requestTable } from '../request/request-table.ts'

const { wording } = operations.SearchVectors

type SearchVectorsInput = InputOf<'SearchVectors'>

interface Prepared {
  readonly sought: Float32Array
  /** Undefined when there is no condition. */
  readonly equalities: readonly Equality[] | undefined
  readonly projection: Projection | undefined
}

export async function searchVectors(
  engine: MeteredEngine,
  input: SearchVectorsInput,
  usage: RequestUsage,
): Promise<OutputOf<'SearchVectors'>> {
  const prepared = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  const index = searchableIndex(table, input.IndexName)
  if (prepared.sought.length !== index.dimensions) {
    throw invalid(`Input search vector dimension ${prepared.sought.length} does not match vector index dimension ${index.dimensions}`)
  }
  const conditions = conditionsOn(index, prepared.equalities)
  checkProjected(table, index, prepared.projection)

  usage.pattern = accessPattern(engine, 'SearchVectors', { table, index }, input, clausesOf(prepared))
  if (usage.beforeDoing !== undefined) await usage.beforeDoing({ access: 'read', members: [{ table, index }] })
  const matches =
    conditions === undefined
      ? []
      : await engine.vectorCaches.search(engine.store, {
          table,
          index,
          sought: prepared.sought,
          countMax: input.TopK,
          pace: usage.pace,
          checkIndex: () => checkIsStillThere(engine, table, index),
          ...conditions,
        })
  const bytes = searchBytes(index, matches)
  recordSearch(engine, { table, index, bytes })
  return {
    ...(await searchResults(index, matches, prepared.projection, usage.pace)),
    ...consumedBytes(input.ReturnConsumedCapacity, bytes),
  }
}

interface Search {
  readonly table: Table
  readonly index: VectorIndex
  readonly bytes: number
}

function recordSearch({ metering: { metrics }, catalog, clock }: MeteredEngine, { table, index, bytes }: Search): void {
  const dimensions = { region: catalog.region, TableName: table.name, IndexName: index.name }
  metrics.series('VectorSearchRequestBytes', dimensions).add(bytes, clock.now())
}

function clausesOf({ equalities, projection }: Prepared): PatternClauses {
  const keyCondition = equalities?.map(({ name, value }) => ({ attribute: name, operator: '=' as const, values: [value] }))
  return { keyCondition, projection }
}

function prepare(input: SearchVectorsInput): Prepared {
  const { SearchConditionExpression, ProjectionExpression } = input
  if (input.TopK > vectorMatchesMax) {
    throw invalid(
      `Provided TopK value '${input.TopK}' is out of valid range. The value must be between 1 and ${vectorMatchesMax} inclusive`,
    )
  }
  const expressions = { SearchConditionExpression, ProjectionExpression }
  const values = input.ExpressionAttributeValues
  checkExpressionParameters({ expressions, names: input.ExpressionAttributeNames, values, wording })
  const sought = soughtVector(input.SearchVector)
  const placeholders = new Placeholders(input.ExpressionAttributeNames, checkExpressionValues(values, wording))
  const equalities = SearchConditionExpression === undefined ? undefined : compileSearchCondition(SearchConditionExpression, placeholders)
  const projection = ProjectionExpression === undefined ? undefined : compileProjection(ProjectionExpression, placeholders)
  placeholders.checkAllUsed()
  return { sought, equalities, projection }
}

function soughtVector(elements: SearchVectorsInput['SearchVector']): Float32Array {
  return Float32Array.from(elements, (element) => {
    const float = isNumber(element) ? floatOf(checkAttributeValue(element, wording)) : undefined
    if (float !== undefined) return float
    throw invalid('Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point number attribute')
  })
}

function isNumber(element: SearchVectorsInput['SearchVector'][number]): boolean {
  return element.N !== undefined
}

/** [I] An index that waits for its resources is not there yet. */
function searchableIndex(table: Table, indexName: string): VectorIndex {
  const index = table.vectorIndexes.find(({ name }) => name === indexName)
  const isFilling = isFillingBranch(table) || (index?.status === 'CREATING' && index.backfilling === true)
  if (index !== undefined && isFilling) throw invalid(`Cannot search backfilling vector index: ${indexName}`)
  if (index === undefined || index.status === 'CREATING' || index.status === 'DELETING') {
    throw noSuchIndex(indexName)
  }
  return index
}

/** The search may have waited, or this server learnt only now what another has done. */
function checkIsStillThere({ catalog }: MeteredEngine, { name, tableId }: Table, { name: indexName, indexId }: VectorIndex): void {
  const latest = activeTable(catalog, name)
  if (latest.tableId !== tableId || searchableIndex(latest, indexName).indexId !== indexId) throw noSuchIndex(indexName)
}

function noSuchIndex(indexName: string): ServiceError {
  return invalid(`The table does not have the specified index: ${indexName}`)
}

/** What the condition says of HASH and of INLINE_FILTER attributes; undefined when nothing can fulfil it. */
function conditionsOn(
  index: VectorIndex,
  equalities: readonly Equality[] = [],
): Pick<VectorSearch, 'partitionKey' | 'filters'> | undefined {
  const hash = hashAttributes(index)
  const foreign = equalities.find(({ name }) => index.searchSchema.every((attribute) => attribute.name !== name))
  if (foreign !== undefined) {
    throw invalid(
      `SearchConditionExpression must not contain any attributes that is not in SearchSchema. Invalid attribute: ${foreign.name}`,
    )
  }
  const hashValues: AttributeValue[] = []
  for (const { name } of hash) {
    const said = equalities.filter((equality) => equality.name === name).map(({ value }) => value)
    const [value] = said
    if (value === undefined) throw invalid('SearchConditionExpression must be provided when SearchSchema has a HASH key')
    if (said.some((other) => !equalValues(value, other))) return undefined
    hashValues.push(value)
  }
  checkTypes(index, equalities)
  const filters = filterAttributes(index)
  return {
    partitionKey: encodeKeyBytes(noBytes, hashValues),
    filters: equalities.filter(({ name }) => filters.some((attribute) => attribute.name === name)),
  }
}

/** [I] In the words in which Query says it. */
function checkTypes({ searchSchema }: VectorIndex, equalities: readonly Equality[]): void {
  for (const { name, value } of equalities) {
    if (searchSchema.every((attribute) => attribute.name !== name || attribute.type in value)) continue
    throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type')
  }
}

/** [I] In the words that are known of global indexes. */
function checkProjected(table: Table, index: VectorIndex, projection: Projection | undefined): void {
  const held = projection === undefined ? undefined : projectedNames(table, index)
  if (held === undefined || projection === undefined) return
  const wanted = new Set(projection.paths.map(([name]) => String(name)))
  const missing = [...wanted].filter((name) => name !== index.vectorAttribute && !held.includes(name))
  if (missing.length === 0) return
  throw invalid(`One or more parameter values were invalid: Vector index ${index.name} does not project [${missing.join(', ')}]`)
}

/** The best matches that together fit into an answer. */
async function searchResults(
  index: VectorIndex,
  matches: readonly VectorMatch[],
  projection: Projection | undefined,
  pace: Pace,
): Promise<Pick<OutputOf<'SearchVectors'>, 'SearchResults'>> {
  const showsVector = projection?.paths.some(([name]) => name === index.vectorAttribute) ?? false
  const results: { readonly Item: JsonText; readonly Score: number }[] = []
  let sizeBytes = vectorAnswerBytesMax
  for (const match of matches) {
    const Item = showsVector ? withVector(index, match, projection) : projectedText(match.item, projection)
    sizeBytes += vectorResultBytesMax + Buffer.byteLength(Item.text)
    if (sizeBytes > responseBytesMax) break
    results.push({ Item, Score: match.score })
    // Thousands of floats are printed for each.
    if (showsVector) await pace.pause()
  }
  return { SearchResults: results }
}

function withVector({ vectorAttribute }: VectorIndex, { item, vector }: VectorMatch, projection: Projection | undefined): JsonText {
  const whole: Record<string, AttributeValue> = { ...item.attributes }
  setOwn(whole, vectorAttribute, vectorValue(vector))
  const shown: Item = projection === undefined ? whole : projection.apply(whole)
  return new JsonText(itemText(shown))
}

/**
 * AWS's arithmetic is not known. Here a search consumes what it compares with and what it finds: the vector sought and the found
 * entries with their vectors, 1024 bytes at least [I]. That depends on the search and the data alone.
 */
function searchBytes({ dimensions }: VectorIndex, matches: readonly VectorMatch[]): number {
  const foundBytes = matches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return Math.max(vectorSearchBytesMin, dimensions * 4 + foundBytes)
}

function consumedBytes(
  asked: SearchVectorsInput['ReturnConsumedCapacity'],
  bytes: number,
): Pick<OutputOf<'SearchVectors'>, 'ConsumedCapacity'> {
  return asked === undefined || asked === 'NONE' ? {} : { ConsumedCapacity: { VectorSearchRequestBytes: bytes } }
}
