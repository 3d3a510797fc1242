/** GetEventSourceMapping and ListEventSourceMappings (lambda-triggers.md §1). */
import { parseStreamArn } from '../../../api/table-name.ts'
import type { LambdaInput } from '../contract/check-input.ts'
import { invalidParameter, noSuchMapping } from '../contract/errors.ts'
import { parseFunctionName } from '../contract/function-name.ts'
import { listedMappingsMax } from '../contract/limits.ts'
import type { Lambda } from '../contract/shapes.ts'
import type { LambdaContext } from '../lambda-context.ts'
import type { Mapping } from '../records/mapping.ts'
import { describeMappings, describeOne, type MappingDescription } from './describe-mapping.ts'
import { pageOf } from './page.ts'

export async function getEventSourceMapping(
  context: LambdaContext,
  { UUID }: LambdaInput<'GetEventSourceMapping'>,
): Promise<MappingDescription | undefined> {
  return describeOne(context, mappingSeen(context, UUID))
}

export async function listEventSourceMappings(
  context: LambdaContext,
  input: LambdaInput<'ListEventSourceMappings'>,
): Promise<Lambda<'ListEventSourceMappingsOutput'>> {
  const { EventSourceArn, FunctionName } = input
  const address = EventSourceArn === undefined ? undefined : parseStreamArn(EventSourceArn)
  if (EventSourceArn !== undefined && address === undefined) throw invalidParameter('Unrecognized event source.')
  const named = FunctionName === undefined ? undefined : parseFunctionName(FunctionName)
  const all = context.records
    .mappings()
    .filter((mapping) => isSeen(context, mapping))
    .filter(({ tableName, label }) => address === undefined || (address.tableName === tableName && address.label === label))
    .filter(({ functionName, qualifier }) => named === undefined || (named.name === functionName && named.qualifier === qualifier))
  const { items, next } = pageOf(all, input, listedMappingsMax, ({ uuid }) => uuid)
  return { EventSourceMappings: await describeMappings(context, items), ...next }
}

/** Throws ResourceNotFoundException when the region has none of this id. */
export function mappingSeen(context: LambdaContext, uuid: string): Mapping {
  const mapping = context.records.mapping(uuid)
  if (mapping === undefined || !isSeen(context, mapping)) throw noSuchMapping()
  return mapping
}

function isSeen({ engine }: LambdaContext, { catalogRegion }: Mapping): boolean {
  return catalogRegion === engine.catalog.region
}
