/** An event source mapping as answers show it (lambda-triggers.md §1.1). */
import { streamArn } from '../../../api/table-name.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { functionArn, mappingArn } from '../contract/function-name.ts'
import type { Lambda } from '../contract/shapes.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { lastResultKey } from '../records/lambda-keys.ts'
import type { Mapping } from '../records/mapping.ts'

export type MappingDescription = Lambda<'EventSourceMappingConfiguration'>

/** With how their last batches ended. */
export async function describeMappings(
  { engine }: Pick<LambdaContext, 'engine'>,
  mappings: readonly Mapping[],
): Promise<readonly MappingDescription[]> {
  const results = await engine.store.get(mappings.map(({ uuid }) => lastResultKey(uuid)))
  return mappings.map((mapping, at) => describeMapping(engine, mapping, results[at] === undefined ? undefined : String(results[at])))
}

export async function describeOne(context: Pick<LambdaContext, 'engine'>, mapping: Mapping): Promise<MappingDescription | undefined> {
  return (await describeMappings(context, [mapping]))[0]
}

function describeMapping(engine: MeteredEngine, mapping: Mapping, lastResult: string | undefined): MappingDescription {
  const { uuid, tableName, label, startingPosition, state, modifiedMs, settings } = mapping
  const { region, account } = engine
  const { filters, failureDestination, kmsKeyArn, metrics } = settings
  return {
    UUID: uuid,
    StartingPosition: startingPosition,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    ParallelizationFactor: settings.factor,
    EventSourceArn: streamArn({ region, account, tableName }, label),
    ...(filters.length > 0 && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
    FunctionArn: functionArnOf(engine, mapping),
    LastModified: modifiedMs / 1000,
    LastProcessingResult: lastResult ?? 'No records processed',
    State: state,
    StateTransitionReason: 'User action',
    DestinationConfig: { OnFailure: failureDestination === undefined ? {} : { Destination: failureDestination } },
    MaximumRecordAgeInSeconds: settings.recordAgeSecondsMax,
    BisectBatchOnFunctionError: settings.bisects,
    MaximumRetryAttempts: settings.retriesMax,
    TumblingWindowInSeconds: settings.tumblingSeconds,
    FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(kmsKeyArn !== undefined && { KMSKeyArn: kmsKeyArn }),
    ...(metrics.length > 0 && { MetricsConfig: { Metrics: metrics } }),
    EventSourceMappingArn: mappingArn(engine, uuid),
  }
}

function functionArnOf({ region, account }: MeteredEngine, { functionName, qualifier }: Mapping): string {
  return functionArn({ region, account }, { name: functionName, qualifier })
}
