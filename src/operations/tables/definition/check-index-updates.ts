/**
 * What can be wrong with the index updates of an UpdateTable request before its table is looked at: errors.md §5 "UpdateTable",
 * with the checks of CreateTable for an index that is to be created. For vector indexes see
 * indexes-streams-ttl-transactions.md §4.1; where it is silent their words follow those of global ones [I].
 */
import { invalid } from '../../../api/errors.ts'
import { checkProjection, checkVectorDimensions } from './check-indexes.ts'
import { checkAddedKey, checkSearchSchemasDefined, firstRepeated } from './check-keys.ts'
import { checkBounds } from './check-throughput.ts'
import type { GlobalIndexChange, GlobalIndexUpdate, UpdateTableRequest, VectorIndexUpdate } from './request.ts'

export function checkIndexUpdates(request: UpdateTableRequest): void {
  const { GlobalSecondaryIndexUpdates = [], VectorIndexUpdates = [] } = request
  for (const update of GlobalSecondaryIndexUpdates) checkOneAction(update)
  for (const update of VectorIndexUpdates) checkOneVectorAction(update)
  for (const { Create, Update } of GlobalSecondaryIndexUpdates) {
    checkBounds((Create ?? Update)?.ProvisionedThroughput)
    checkWarmSaysSomething(Update)
  }
  checkCreations(request)
  checkOneUpdatePerIndex(GlobalSecondaryIndexUpdates)
}

/** Only the definitions of this request count. */
function checkCreations({
  AttributeDefinitions = [],
  GlobalSecondaryIndexUpdates = [],
  VectorIndexUpdates = [],
}: UpdateTableRequest): void {
  const globals = GlobalSecondaryIndexUpdates.flatMap(({ Create }) => Create ?? [])
  const vectors = VectorIndexUpdates.flatMap(({ Create }) => Create ?? [])
  if (globals[0] !== undefined && AttributeDefinitions.length === 0) {
    throw invalid(`One or more parameter values were invalid: AttributeDefinitions is not specified for index: ${globals[0].IndexName}`)
  }
  const names = AttributeDefinitions.map((definition) => definition.AttributeName)
  const repeated = globals.length + vectors.length === 0 ? undefined : firstRepeated(names)
  if (repeated !== undefined) throw invalid(`One or more parameter values were invalid: Attribute Name is duplicated: ${repeated}`)
  const defined = new Set(names)
  for (const { KeySchema, Projection } of globals) {
    checkAddedKey(KeySchema, defined)
    checkProjection(Projection)
  }
  checkSearchSchemasDefined({ VectorIndexes: vectors }, defined)
  checkVectorDimensions(vectors, [])
  for (const { Projection } of vectors) checkProjection(Projection)
}

function checkOneAction({ Update, Create, Delete }: GlobalIndexUpdate): void {
  const actions = [Update, Create, Delete].filter((action) => action !== undefined)
  if (actions.length === 0) {
    throw invalid(
      'One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
    )
  }
  if (actions.length > 1) {
    throw invalid(
      'One or more parameter values were invalid: Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object',
    )
  }
}

/** Even for an index or a table that is not there. The same object of a new index is as good as none. */
function checkWarmSaysSomething({ IndexName, WarmThroughput }: Partial<GlobalIndexChange> = {}): void {
  if (WarmThroughput === undefined || Object.keys(WarmThroughput).length > 0) return
  throw invalid(
    `One or more parameter values were invalid: WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: ${IndexName}`,
  )
}

function checkOneVectorAction({ Create, Delete }: VectorIndexUpdate): void {
  if (Create === undefined && Delete === undefined) {
    throw invalid('One or more parameter values were invalid: One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null')
  }
  if (Create !== undefined && Delete !== undefined) {
    throw invalid('One or more parameter values were invalid: Only one vector index action is allowed per VectorIndexUpdate object')
  }
}

function checkOneUpdatePerIndex(updates: readonly GlobalIndexUpdate[]): void {
  const repeated = firstRepeated(updates.map(({ Update, Create, Delete }) => (Update ?? Create ?? Delete)?.IndexName ?? ''))
  if (repeated === undefined) return
  throw invalid(
    `One or more parameter values were invalid: Only one global secondary index update per index is allowed simultaneously. Index: ${repeated}`,
  )
}
