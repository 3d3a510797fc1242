/** From what a request says of an event source mapping to its settings, or to what is wrong with it (lambda-triggers.md §1.1). */
import { compileEventPattern } from '../../../patterns/event-pattern.ts'
import { PatternError } from '../../../patterns/pattern-error.ts'
import type { LambdaInput } from '../contract/check-input.ts'
import { invalidParameter } from '../contract/errors.ts'
import { filtersMax, recordAgeSecondsMin } from '../contract/limits.ts'
import type { LambdaContext } from '../lambda-context.ts'
import type { MappingSettings } from '../records/mapping.ts'

type Said = Omit<LambdaInput<'UpdateEventSourceMapping'>, 'UUID'>

/** What is not said is as it was before. Throws InvalidParameterValueException. */
export function settingsFrom({ functions }: Pick<LambdaContext, 'functions'>, said: Said, before: MappingSettings): MappingSettings {
  const { failureDestination: oldDestination, kmsKeyArn: oldKey, ...others } = before
  const failureDestination = destinationOf(functions, said.DestinationConfig, oldDestination)
  const kmsKeyArn = said.KMSKeyArn ?? oldKey
  const settings: MappingSettings = {
    ...others,
    batchSize: said.BatchSize ?? before.batchSize,
    windowSeconds: said.MaximumBatchingWindowInSeconds ?? before.windowSeconds,
    factor: said.ParallelizationFactor ?? before.factor,
    filters: said.FilterCriteria === undefined ? before.filters : filtersOf(said.FilterCriteria),
    recordAgeSecondsMax: said.MaximumRecordAgeInSeconds ?? before.recordAgeSecondsMax,
    bisects: said.BisectBatchOnFunctionError ?? before.bisects,
    retriesMax: said.MaximumRetryAttempts ?? before.retriesMax,
    tumblingSeconds: said.TumblingWindowInSeconds ?? before.tumblingSeconds,
    reportsItemFailures: said.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? before.reportsItemFailures,
    metrics: said.MetricsConfig === undefined ? before.metrics : metricsOf(said.MetricsConfig.Metrics ?? []),
    ...(failureDestination !== undefined && { failureDestination }),
    ...(kmsKeyArn !== undefined && kmsKeyArn !== '' && { kmsKeyArn }),
  }
  checkTogether(settings)
  return settings
}

/** [I] The words. */
function checkTogether({ recordAgeSecondsMax, tumblingSeconds, factor }: MappingSettings): void {
  if (recordAgeSecondsMax >= 0 && recordAgeSecondsMax < recordAgeSecondsMin) {
    throw invalidParameter(`MaximumRecordAgeInSeconds must be -1 or at least ${recordAgeSecondsMin}.`)
  }
  if (tumblingSeconds > 0 && factor > 1) {
    throw invalidParameter('ParallelizationFactor must be 1 when TumblingWindowInSeconds is set.')
  }
}

function filtersOf({ Filters = [] }: NonNullable<Said['FilterCriteria']>): readonly string[] {
  // [I] The words.
  if (Filters.length > filtersMax) throw invalidParameter(`FilterCriteria has more than ${filtersMax} filters.`)
  return Filters.map(({ Pattern = '' }) => {
    try {
      compileEventPattern(Pattern)
      return Pattern
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      throw invalidParameter('Invalid filter pattern definition.')
    }
  })
}

function metricsOf(names: readonly ('EventCount' | 'ErrorCount' | 'KafkaMetrics')[]): MappingSettings['metrics'] {
  return names.map((name) => {
    // [I] The words.
    if (name === 'KafkaMetrics') throw invalidParameter('KafkaMetrics is not supported for the event source.')
    return name
  })
}

/** Undefined: there is none. */
function destinationOf(
  functions: LambdaContext['functions'],
  said: Said['DestinationConfig'],
  before: string | undefined,
): string | undefined {
  if (said === undefined) return before
  if (said.OnSuccess?.Destination !== undefined) {
    throw invalidParameter('Unsupported DestinationConfig parameter for given event source mapping type.')
  }
  const destination = said.OnFailure?.Destination
  if (destination === undefined || destination === '') return undefined
  if (functions?.destination(destination) === undefined) {
    throw invalidParameter(`Stator has no destination ${destination}: the file of functions says what it stands for (docs/triggers.md).`)
  }
  return destination
}
