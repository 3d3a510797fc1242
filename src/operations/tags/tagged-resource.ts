/**
 * From the ResourceArn of TagResource, UntagResource and ListTagsOfResource to the tags of the table or stream it names, or to what
 * is wrong with it: operations.md §5.5.
 */
import { accessDenied, invalid, ServiceError } from '../../api/errors.ts'
import { parseStreamArn, parseTableArn, partitionOf } from '../../api/table-name.ts'
import { changeStreams } from '../../engine/catalog/change-streams.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import type { StreamAddress } from '../../engine/schema/stream.ts'
import type { Tag } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { tableInUse } from '../tables/table-in-use.ts'

/** A resource of our own account, whether it is there or not. */
export type TaggedResource = { readonly arn: string } & (
  | { readonly kind: 'table'; readonly tableName: string }
  | { readonly kind: 'stream'; readonly address: StreamAddress }
)

const dynamodbArnPattern = /^arn:(aws[a-z-]*):dynamodb:([^:]*):([^:]*):(.+)$/
/** Of a table, and neither a part of it nor its stream. */
const copyPattern = /^table\/[^/]+\/(backup|export|import)\//
const taggablePattern = /^table\/[a-zA-Z0-9_.-]{3,255}(\/stream\/[^/]+)?$/

/** Checks the form of the ARN, then its partition and Region: ValidationException. */
export function checkTaggedArn({ region }: MeteredEngine, resourceArn: string): void {
  if (!resourceArn.startsWith('arn:')) {
    throw invalid(`One or more parameter values were invalid: ARNs must start with 'arn:': ${resourceArn}`)
  }
  const [, partition, arnRegion, account, resource] = dynamodbArnPattern.exec(resourceArn) ?? []
  if (arnRegion === undefined || account === undefined || resource === undefined || copyPattern.test(resource)) {
    throw invalid(`One or more parameter values were invalid: Provided Arn is not a DynamoDB resource arn: ${resourceArn}`)
  }
  if (!taggablePattern.test(resource)) {
    throw invalid(
      `One or more parameter values were invalid: Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${resourceArn}`,
    )
  }
  if (partition !== partitionOf(region) || arnRegion !== region || !/^[0-9]{12}$/.test(account)) {
    throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`)
  }
}

/** What a checked ARN names. AccessDeniedException for something of another account, whether it is there or not. */
export function taggedResource(engine: MeteredEngine, arn: string): TaggedResource {
  const [, , , account] = dynamodbArnPattern.exec(arn) ?? []
  if (account !== engine.account) throw accessDenied()
  const table = parseTableArn(arn)
  if (table !== undefined) return { arn, kind: 'table', tableName: table.tableName }
  const address = parseStreamArn(arn)
  if (address === undefined) throw resourceNotFound(arn)
  return { arn, kind: 'stream', address }
}

/** Tagging does not know a table while it is CREATING. */
export function tagsOf({ catalog }: MeteredEngine, resource: TaggedResource): readonly Tag[] {
  if (resource.kind === 'stream') {
    const stream = catalog.streams.find(catalog.region, resource.address)
    if (stream === undefined) throw resourceNotFound(resource.arn)
    return stream.tags ?? []
  }
  const table = catalog.find(resource.tableName)
  if (table === undefined || table.status === 'CREATING') throw resourceNotFound(resource.arn)
  return table.tags
}

/** Gives the resource the tags that `change` makes of its own, which may throw. Those of a table do not change while it goes [I]. */
export function changeTags(
  engine: MeteredEngine,
  resource: TaggedResource,
  change: (tags: readonly Tag[]) => readonly Tag[],
): Promise<void> {
  if (resource.kind === 'stream') return changeTagsOfStream(engine, resource, change)
  return changeTables(engine, [resource.tableName], (tables) => {
    const table = tables.find(resource.tableName)
    if (table === undefined || table.status === 'CREATING') throw resourceNotFound(resource.arn)
    if (table.status === 'DELETING') throw tableInUse(table)
    tables.replace({ ...table, tags: change(table.tags) })
  })
}

function changeTagsOfStream(
  engine: MeteredEngine,
  { arn, address }: TaggedResource & { readonly kind: 'stream' },
  change: (tags: readonly Tag[]) => readonly Tag[],
): Promise<void> {
  const { region } = engine.catalog
  return changeStreams(engine, [{ ...address, region }], (turn) => {
    const stream = turn.streams.find(region, address)
    if (stream === undefined) throw resourceNotFound(arn)
    turn.replace(stream, { ...stream, tags: change(stream.tags ?? []) })
  })
}

function resourceNotFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: ResourceArn: ${arn} not found`)
}
