/**
 * From ServiceNamespace, ResourceId and ScalableDimension to the table or index whose capacity they mean, and that capacity. The
 * texts are from users' reports; what AWS says of a resource that is none is one sentence for all three members.
 */

import type { Access } from '../../../engine/partitions/capacity-units.ts'
import type { GlobalIndex, Table } from '../../../engine/schema/table.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { invalidScaling, ScalingError } from '../contract/errors.ts'
import type { ScalingShape } from '../contract/shapes.ts'
import type { ScalingPlace } from '../targets/scaling-keys.ts'

export const dynamodb = 'dynamodb'

export type DynamodbDimension = Extract<ScalingShape<'ScalableDimension'>, `${typeof dynamodb}:${string}`>

/** Whose capacity is scaled: by name, whether or not it is there. */
export interface ScaledCapacity {
  readonly tableName: string
  readonly indexName?: string
  readonly access: Access
}

interface NamedResource {
  readonly ServiceNamespace: string
  readonly ResourceId: string
  readonly ScalableDimension: string
}

const resourcePattern = /^table\/([a-zA-Z0-9_.-]{3,255})(?:\/index\/([a-zA-Z0-9_.-]{3,255}))?$/
const dimensionPattern = /^dynamodb:(table|index):(Read|Write)CapacityUnits$/

/** ValidationException for every other service, and for a dimension that the resource does not have. */
export function placeOf({ catalog }: MeteredEngine, { ServiceNamespace, ResourceId, ScalableDimension }: NamedResource): ScalingPlace {
  checkNamespace(ServiceNamespace)
  const place = { region: catalog.region, resourceId: ResourceId, dimension: ScalableDimension }
  if (capacityNamed(place) === undefined) throw unsupported()
  return place
}

/** Other services have no resources here, not even to be listed. */
export function checkNamespace(serviceNamespace: string): void {
  if (serviceNamespace !== dynamodb) throw unsupported()
}

function unsupported(): ScalingError {
  return invalidScaling('Unsupported service namespace, resource type or scalable dimension')
}

/** Undefined for a pair of resource and dimension that names nothing of DynamoDB's. */
export function capacityNamed({ resourceId, dimension }: ScalingPlace): ScaledCapacity | undefined {
  const [, tableName, indexName] = resourcePattern.exec(resourceId) ?? []
  const [, kind, units] = dimensionPattern.exec(dimension) ?? []
  if (tableName === undefined || kind !== (indexName === undefined ? 'table' : 'index')) return undefined
  return { tableName, ...(indexName !== undefined && { indexName }), access: units === 'Read' ? 'read' : 'write' }
}

/** A table or index that is there. */
export interface ScaledResource extends ScaledCapacity {
  readonly table: Table
  readonly index: GlobalIndex | undefined
  /** False while anything of it comes, goes or changes: its capacity is left alone then. */
  readonly isActive: boolean
  /** Units per second that are in force; undefined on demand. */
  readonly capacity: number | undefined
}

/** What the place names, if the table and the global index are there. */
export function findResource({ catalog }: MeteredEngine, place: ScalingPlace): ScaledResource | undefined {
  const named = capacityNamed(place)
  const table = named && catalog.find(named.tableName)
  if (named === undefined || table === undefined) return undefined
  const index = named.indexName === undefined ? undefined : globalIndex(table, named.indexName)
  if (named.indexName !== undefined && index === undefined) return undefined
  const { provisioned } = index ?? table
  const isActive = table.status === 'ACTIVE' && (index === undefined || index.status === 'ACTIVE')
  const capacity = named.access === 'read' ? provisioned?.readUnits : provisioned?.writeUnits
  return { ...named, table, index, isActive, capacity }
}

/** Like `findResource`, for those who may not name what is not there. */
export function existingResource(engine: MeteredEngine, place: ScalingPlace): ScaledResource {
  const found = findResource(engine, place)
  if (found !== undefined) return found
  const kind = capacityNamed(place)?.indexName === undefined ? 'table' : 'index'
  throw invalidScaling(`DynamoDB ${kind} does not exist: ${place.resourceId}`)
}

function globalIndex(table: Table, name: string): GlobalIndex | undefined {
  const index = table.indexes.find((each) => each.name === name)
  return index?.kind === 'global' ? index : undefined
}

/** How an operation says that nobody registered what it is about. */
export function noScalableTarget({ resourceId, dimension }: ScalingPlace): ScalingError {
  return new ScalingError(
    'ObjectNotFoundException',
    `No scalable target registered for service namespace: ${dynamodb}, resource ID: ${resourceId}, scalable dimension: ${dimension}`,
  )
}
