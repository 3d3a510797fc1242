/** CreateEventSourceMapping: from now on a function is invoked for what is written to a table (lambda-triggers.md §1). */
import { parseStreamArn } from '../../../api/table-name.ts'
import { uuid } from '../../../base/random.ts'
import { startConsumer, startReads } from '../../../engine/consumers/start-consumer.ts'
import type { Stream } from '../../../engine/schema/stream.ts'
import type { LambdaInput } from '../contract/check-input.ts'
import { invalidParameter, LambdaError } from '../contract/errors.ts'
import { parseFunctionName } from '../contract/function-name.ts'
import { tagsMax } from '../contract/limits.ts'
import { findFunction } from '../functions.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { consumerIdOf, defaultSettings, type Mapping } from '../records/mapping.ts'
import { describeOne, type MappingDescription } from './describe-mapping.ts'
import { settingsFrom } from './mapping-settings.ts'

type Input = LambdaInput<'CreateEventSourceMapping'>

export async function createEventSourceMapping(context: LambdaContext, input: Input): Promise<MappingDescription | undefined> {
  const { engine } = context
  const arn = input.EventSourceArn
  const address = arn === undefined ? undefined : parseStreamArn(arn)
  if (arn === undefined || address === undefined) throw invalidParameter('Unrecognized event source.')
  const startingPosition = startingPositionOf(input, arn)
  const settings = settingsFrom(context, input, defaultSettings)
  checkTags(input.Tags ?? {})
  const { name, qualifier } = functionOf(context, input.FunctionName)
  const streamNow = (): Stream => {
    const stream = engine.catalog.streams.find(engine.catalog.region, address)
    if (stream === undefined) throw invalidParameter(`Stream not found: ${arn}`)
    return stream
  }
  const id = uuid(engine.random)
  for (;;) {
    const known = streamNow()
    const made = await context.records.change(
      ({ turn, put }) => {
        const stream = streamNow()
        // Its shards are others by now: the turn has to read other logs.
        if (stream.lastShardNumber !== known.lastShardNumber || stream.tableId !== known.tableId) return undefined
        const nowMs = engine.clock.now()
        const { tableId, tableName, label, region: catalogRegion } = stream
        const mapping: Mapping = {
          uuid: id,
          catalogRegion,
          region: engine.region,
          functionName: name,
          ...(qualifier !== undefined && { qualifier }),
          tableId,
          tableName,
          label,
          startingPosition,
          settings,
          tags: input.Tags ?? {},
          state: 'Creating',
          isEnabled: input.Enabled ?? true,
          createdMs: nowMs,
          modifiedMs: nowMs,
        }
        checkUnique(context, mapping, arn)
        put(mapping)
        startConsumer(turn, { id: consumerIdOf(id), stream, position: startingPosition }, nowMs)
        return mapping
      },
      () => startReads({ stream: known }),
    )
    if (made !== undefined) return describeOne(context, made)
  }
}

function startingPositionOf({ StartingPosition }: Input, arn: string): 'TRIM_HORIZON' | 'LATEST' {
  if (StartingPosition === undefined) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    )
  }
  if (StartingPosition === 'AT_TIMESTAMP') throw invalidParameter(`Unsupported starting position for arn type: ${arn}`)
  return StartingPosition
}

/** Throws InvalidParameterValueException when there is none. */
export function functionOf(context: LambdaContext, text: string): { readonly name: string; readonly qualifier: string | undefined } {
  const parsed = parseFunctionName(text)
  const isOurs = parsed?.account === undefined || parsed.account === context.engine.account
  if (parsed === undefined || !isOurs || findFunction(context, parsed.name) === undefined) throw invalidParameter('Function does not exist')
  return parsed
}

/** One function reads a stream once. `except`: the id of a mapping that is being changed. */
export function checkUnique({ records }: LambdaContext, mapping: Mapping, arn: string): void {
  const same = records
    .mappings()
    .find(
      (each) =>
        each.uuid !== mapping.uuid &&
        each.state !== 'Deleting' &&
        each.functionName === mapping.functionName &&
        each.qualifier === mapping.qualifier &&
        each.tableId === mapping.tableId &&
        each.label === mapping.label,
    )
  if (same === undefined) return
  throw new LambdaError(
    'ResourceConflictException',
    `The event source arn (" ${arn} ") and function (" ${mapping.functionName} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${same.uuid}`,
  )
}

/** [I] The words. */
export function checkTags(tags: { readonly [key: string]: string }): void {
  if (Object.keys(tags).length > tagsMax) throw invalidParameter(`A resource has no more than ${tagsMax} tags.`)
}
