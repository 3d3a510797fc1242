/** Sinks as those see them who look after them: how far behind they are, and what is wrong. */

import { nameOfSinkKey, sinksRange } from '../../engine/keyspace/sink-keys.ts'
import { readOutboxFigures } from '../../engine/outboxes/read-outbox.ts'
import { wholeRange } from '../../engine/records/whole-view.ts'
import { decodeSink, type SinkRecord } from '../../engine/sinks/sink-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { sinksReadBudget } from '../limits.ts'
import type { Sinks } from './sinks.ts'

export interface DescribedSink {
  readonly name: string
  readonly region: string
  /** The name of its table. */
  readonly from: string
  /** Where it goes: `file`, `url` and so on. Left out: this server was not told of it, and what changes waits. */
  readonly to?: string
  readonly state: 'not begun' | 'loading' | 'following' | 'without table' | 'not configured'
  /** When it began, in milliseconds since 1970. */
  readonly sinceMs?: number
  /** Changes that it was not told of yet, at the most. */
  readonly waitingChanges: number
  /** How old the oldest of them is, in milliseconds; 0 when there is none. */
  readonly ageMs: number
  /** Since this server started: changes that it took, that it refused, and how often nothing came of it. */
  readonly taken: number
  readonly refused: number
  readonly failures: number
  /** Why it takes nothing now, as far as this server knows. */
  readonly trouble?: string
}

export interface SinkList {
  readonly sinks: readonly DescribedSink[]
}

/** Those of a region: that this server runs, then others that have begun. */
export async function describeSinks(engine: MeteredEngine, sinks: Sinks | undefined): Promise<readonly DescribedSink[]> {
  const entries = await wholeRange(engine.store, sinksRange(engine.catalog.region), sinksReadBudget)
  const records = new Map(entries.map(({ key, value }) => [nameOfSinkKey(key), decodeSink(value)]))
  const running = (sinks?.running ?? []).filter((sink) => sink.engine.catalog.region === engine.catalog.region)
  const described: DescribedSink[] = []
  for (const { definition, delivery } of running) {
    const { name, from, to } = definition
    const { trouble } = delivery
    const seen = await seenOf(engine, records.get(name))
    described.push({
      name,
      region: engine.region,
      from,
      to: to.kind,
      ...seen,
      ...delivery.counts,
      ...(trouble !== undefined && { trouble }),
    })
    records.delete(name)
  }
  for (const [name, record] of records) {
    const counts = { taken: 0, refused: 0, failures: 0 }
    described.push({
      name,
      region: engine.region,
      from: record.from,
      ...(await seenOf(engine, record)),
      state: 'not configured',
      ...counts,
    })
  }
  return described
}

type Seen = Pick<DescribedSink, 'state' | 'sinceMs' | 'waitingChanges' | 'ageMs'>

async function seenOf(engine: MeteredEngine, record: SinkRecord | undefined): Promise<Seen> {
  if (record === undefined) return { state: 'not begun', waitingChanges: 0, ageMs: 0 }
  const { from, sourceId, outboxId, sinceMs, position } = record
  const isThere = engine.catalog.find(from)?.tableId === sourceId
  const { waiting, oldestUs } = await readOutboxFigures(engine.store, { tableId: sourceId, outboxId })
  return {
    state: isThere ? (position.isLoaded ? 'following' : 'loading') : 'without table',
    sinceMs,
    waitingChanges: waiting,
    ageMs: oldestUs === undefined ? 0 : Math.max(0, engine.clock.now() - oldestUs / 1000),
  }
}
