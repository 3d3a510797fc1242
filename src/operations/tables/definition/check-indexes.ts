/**
 * Are the lists of indexes what a table can have? Points 10, 11 and 13 of the check order in errors.md §5 "CreateTable", and
 * the definition errors of vector indexes (indexes-streams-ttl-transactions.md §4.1).
 */
import { invalid } from '../../../api/errors.ts'
import {
  globalIndexesMax,
  localIndexesMax,
  nonKeyAttributesPerTableMax,
  vectorDimensionsMax,
  vectorIndexesMax,
} from '../../../api/limits.ts'
import type { VectorIndex } from '../../../engine/schema/table.ts'
import { firstRepeated } from './check-keys.ts'
import type { LocalIndexRequest, ProjectionRequest, TableRequest, VectorIndexRequest } from './request.ts'

/** Point 10: local, global, then vector indexes. */
export function checkIndexLists(request: TableRequest): void {
  checkLocalIndexes(request)
  const { GlobalSecondaryIndexes } = request
  if (GlobalSecondaryIndexes?.length === 0) {
    throw invalid('One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty')
  }
  if (GlobalSecondaryIndexes !== undefined && GlobalSecondaryIndexes.length > globalIndexesMax) {
    throw invalid(
      `One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of ${globalIndexesMax}`,
    )
  }
  checkVectorIndexes(request)
}

function checkLocalIndexes({ LocalSecondaryIndexes, KeySchema }: TableRequest): void {
  if (LocalSecondaryIndexes === undefined) return
  if (LocalSecondaryIndexes.length === 0) {
    throw invalid('One or more parameter values were invalid: List of LocalSecondaryIndexes is empty')
  }
  const [tableHash, tableRange] = KeySchema
  if (tableRange === undefined) {
    throw invalid(
      'One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    )
  }
  for (const index of LocalSecondaryIndexes) checkLocalKey(index, tableHash?.AttributeName)
  if (LocalSecondaryIndexes.length > localIndexesMax) {
    throw invalid(
      `One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of ${localIndexesMax}`,
    )
  }
}

function checkLocalKey({ IndexName, KeySchema }: LocalIndexRequest, tableHash: string | undefined): void {
  const [hash, range] = KeySchema
  if (range === undefined) {
    throw invalid(`One or more parameter values were invalid: Index KeySchema does not have a range key for index: ${IndexName}`)
  }
  if (hash?.AttributeName !== tableHash) {
    throw invalid(
      `One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: ${IndexName}. index hash key: ${hash?.AttributeName}, table hash key: ${tableHash}`,
    )
  }
}

function checkVectorIndexes({ VectorIndexes }: TableRequest): void {
  if (VectorIndexes === undefined) return
  if (VectorIndexes.length === 0) {
    throw invalid('One or more parameter values were invalid: List of VectorIndexes is empty')
  }
  if (VectorIndexes.length > vectorIndexesMax) {
    throw invalid(`One or more parameter values were invalid: VectorIndex count exceeds the per-table limit of ${vectorIndexesMax}`)
  }
  checkVectorDimensions(VectorIndexes, [])
}

/** `existing` are the vector indexes that the table has already. */
export function checkVectorDimensions(requested: readonly VectorIndexRequest[], existing: readonly VectorIndex[]): void {
  const dimensionsByAttribute = new Map(existing.map((index) => [index.vectorAttribute, index.dimensions]))
  for (const { Dimensions, VectorAttribute } of requested) {
    if (Dimensions > vectorDimensionsMax) {
      throw invalid(
        `One or more parameter values were invalid: Number of dimensions must be between 1 and ${vectorDimensionsMax} inclusive.`,
      )
    }
    const name = VectorAttribute.AttributeName
    if ((dimensionsByAttribute.get(name) ?? Dimensions) !== Dimensions) {
      throw invalid(
        `One or more parameter values were invalid: Conflicting attribute definition for '${name}'. All VectorIndexes on the same vector attribute must use the same dimensions.`,
      )
    }
    dimensionsByAttribute.set(name, Dimensions)
  }
}

/** Point 11, of one index after the other, then of all together. */
export function checkProjections(request: TableRequest): void {
  const { LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [], VectorIndexes = [] } = request
  const projections = [...LocalSecondaryIndexes, ...GlobalSecondaryIndexes, ...VectorIndexes].map((index) => index.Projection)
  for (const projection of projections) checkProjection(projection)
  checkProjectedTotal(projections.reduce((sum, projection) => sum + (projection.NonKeyAttributes?.length ?? 0), 0))
}

/** Of all indexes of a table together. */
export function checkProjectedTotal(projectedAttributes: number): void {
  if (projectedAttributes > nonKeyAttributesPerTableMax) {
    // The limit is AWS's, the words are ours [I].
    throw invalid(
      `One or more parameter values were invalid: Number of NonKeyAttributes of all indexes exceeds the per-table limit of ${nonKeyAttributesPerTableMax}`,
    )
  }
}

export function checkProjection({ ProjectionType, NonKeyAttributes }: ProjectionRequest): void {
  if (ProjectionType === undefined) throw invalid('One or more parameter values were invalid: Unknown ProjectionType: null')
  if (ProjectionType !== 'INCLUDE') {
    if (NonKeyAttributes === undefined) return
    throw invalid(`One or more parameter values were invalid: ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`)
  }
  if (NonKeyAttributes === undefined) {
    throw invalid('One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified')
  }
  const repeated = firstRepeated(NonKeyAttributes)
  if (repeated !== undefined) {
    throw invalid(`One or more parameter values were invalid: Duplicate element in NonKeyAttributes: ${repeated}`)
  }
}

/** Point 13: one name space for indexes of all kinds. */
export function checkIndexNames(request: TableRequest): void {
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [], VectorIndexes = [] } = request
  const repeated = firstRepeated([...GlobalSecondaryIndexes, ...LocalSecondaryIndexes, ...VectorIndexes].map((index) => index.IndexName))
  if (repeated !== undefined) throw invalid(`One or more parameter values were invalid: Duplicate index name: ${repeated}`)
}
