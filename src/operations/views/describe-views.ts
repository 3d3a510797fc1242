/** Views as those see them who look after them: what they are made of, and how far they are behind. */

import { viewProgressKey } from '../../engine/keyspace/view-keys.ts'
import { readOutboxFigures } from '../../engine/outboxes/read-outbox.ts'
import { allViews, type FoundView } from '../../engine/views/keep-views.ts'
import { decodeProgress, type ViewProgress } from '../../engine/views/view-record.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export interface DescribedView {
  readonly name: string
  readonly region: string
  readonly from: string
  /** As it was given. */
  readonly definition: unknown
  readonly state: 'clearing' | 'filling' | 'following' | 'without source'
  /** When it was made, or made anew, in milliseconds since 1970. */
  readonly sinceMs: number
  /** Changes of the source that are not in it yet, at the most. */
  readonly waitingChanges: number
  /** How old the oldest of them is, in milliseconds; 0 when there is none. */
  readonly ageMs: number
}

export interface ViewList {
  readonly views: readonly DescribedView[]
}

/** Those of a region, in the order of their names. */
export async function describeViews(engine: MeteredEngine): Promise<readonly DescribedView[]> {
  const found = await allViews(engine)
  const stored = await engine.store.get(found.map(({ record }) => viewProgressKey(record.viewId)))
  return Promise.all(found.map((view, at) => describe(engine, view, decodeProgress(stored[at]))))
}

async function describe(engine: MeteredEngine, { name, record }: FoundView, progress: ViewProgress): Promise<DescribedView> {
  const { from, definition, sourceId, viewId, sinceMs } = record
  const { waiting, oldestUs } = await readOutboxFigures(engine.store, { tableId: sourceId, outboxId: viewId })
  return {
    name,
    region: engine.region,
    from,
    definition,
    state: engine.catalog.find(from)?.tableId === sourceId ? stateOf(progress) : 'without source',
    sinceMs,
    waitingChanges: waiting,
    ageMs: oldestUs === undefined ? 0 : Math.max(0, engine.clock.now() - oldestUs / 1000),
  }
}

function stateOf(progress: ViewProgress): DescribedView['state'] {
  if (progress.phase === 'clear') return 'clearing'
  return progress.position.isLoaded ? 'following' : 'filling'
}
