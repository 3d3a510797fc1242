/** What waits in outboxes, for Prometheus: read when it is asked, as nothing else needs to know it all the time. */

import { readOutboxFigures } from '../engine/outboxes/read-outbox.ts'
import { enginesWithTables } from '../engine/regions.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import type { Sinks } from '../operations/sinks/sinks.ts'

/** A figure of an outbox. */
export interface OutboxSample {
  readonly name: string
  /** Default: a gauge. */
  readonly type?: 'counter' | 'gauge'
  readonly help: string
  readonly values: readonly { readonly labels: readonly (readonly [name: string, value: string])[]; readonly value: number }[]
}

/** How many changes wait in each outbox, and how old the oldest is. Rejects as the store does. */
export async function outboxSamples(engine: MeteredEngine): Promise<readonly OutboxSample[]> {
  const waiting: OutboxSample['values'][number][] = []
  const ages: OutboxSample['values'][number][] = []
  for (const { catalog, store, clock } of enginesWithTables(engine)) {
    for (const table of catalog.tables()) {
      for (const outbox of table.outboxes ?? []) {
        const figures = await readOutboxFigures(store, { tableId: table.tableId, outboxId: outbox.outboxId })
        const labels = [
          ['region', catalog.region],
          ['table', table.name],
          ['destination', outbox.destination],
        ] as const
        const ageMs = figures.oldestUs === undefined ? 0 : Math.max(0, clock.now() - figures.oldestUs / 1000)
        waiting.push({ labels: labels.filter(([, value]) => value !== ''), value: figures.waiting })
        ages.push({ labels: labels.filter(([, value]) => value !== ''), value: ageMs / 1000 })
      }
    }
  }
  if (waiting.length === 0) return []
  return [
    { name: 'stator_outbox_changes', help: 'changes of the table that wait for the destination', values: waiting },
    { name: 'stator_outbox_age_seconds', help: 'how old the oldest of them is', values: ages },
  ]
}

/** What became of what sinks of this server were told. */
export function sinkSamples(sinks: Sinks | undefined): readonly OutboxSample[] {
  if (sinks === undefined) return []
  const counted = (name: string, help: string, count: 'taken' | 'refused' | 'failures'): OutboxSample => ({
    name,
    help,
    type: 'counter',
    values: sinks.running.map(({ definition, delivery }) => ({ labels: [['sink', definition.name]], value: delivery.counts[count] })),
  })
  return [
    counted('stator_sink_changes_total', 'changes that the sink took', 'taken'),
    counted('stator_sink_refused_total', 'changes that it will not take, which are in the file of dead letters', 'refused'),
    counted('stator_sink_failures_total', 'how often it took nothing, and was asked again', 'failures'),
  ]
}
