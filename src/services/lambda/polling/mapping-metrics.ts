/** What an event source mapping counts in CloudWatch's metrics of Lambda (lambda-triggers.md §6). */
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { MetricName } from '../../../metering/metrics/metric-names.ts'
import type { Mapping } from '../records/mapping.ts'

type Counted = 'polled' | 'filteredOut' | 'invoked' | 'failed' | 'dropped' | 'delivered'

const counts: { readonly [What in Counted]: MetricName } = {
  polled: 'PolledEventCount',
  filteredOut: 'FilteredOutEventCount',
  invoked: 'InvokedEventCount',
  failed: 'FailedInvokeEventCount',
  dropped: 'DroppedEventCount',
  delivered: 'OnFailureDestinationDeliveredEventCount',
}

/** Counts events, where the mapping asks for it. */
export function countEvents({ catalog, clock, metering }: MeteredEngine, mapping: Mapping, what: Counted, count: number): void {
  if (count === 0 || !mapping.settings.metrics.includes('EventCount')) return
  const dimensions = { region: catalog.region, EventSourceMappingUUID: mapping.uuid }
  metering.metrics.series(counts[what], dimensions).add(count, clock.now())
}

/** How old the last record of a batch is when the batch is over. */
export function noteIteratorAge({ catalog, clock, metering }: MeteredEngine, mapping: Mapping, creationMs: number): void {
  const nowMs = clock.now()
  const ageMs = Math.max(0, nowMs - creationMs)
  metering.metrics.series('IteratorAge', { region: catalog.region, FunctionName: mapping.functionName }).add(ageMs, nowMs)
}
