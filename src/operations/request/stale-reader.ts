/** What a read reads from: the database as it is, or as a fault wants it to be seen (RequestUsage.lag). */
import type { ItemReader } from '../../engine/items/read-item.ts'
import type { Whose } from '../../engine/recent/recent-changes.ts'
import { staleStore } from '../../engine/recent/stale-store.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage, UnderstoodMember } from '../../metering/traffic/request-usage.ts'

/** For the member at this place of a request. */
export function readerOf(engine: MeteredEngine, { lag }: RequestUsage, place = 0): ItemReader {
  const tableId = lag?.kind === 'stale' ? lag.tables.get(place) : undefined
  return lag?.kind === 'stale' && tableId !== undefined ? staleReader(engine, lag, { tableId }) : engine
}

/** For the members of a request together, by their keys. */
export function readerOfAll(engine: MeteredEngine, { lag }: RequestUsage, members: readonly UnderstoodMember[]): ItemReader {
  if (lag?.kind !== 'stale') return engine
  const keys = members.flatMap(({ key }, at) => (key !== undefined && lag.tables.has(at) ? [key] : []))
  return staleReader(engine, lag, { keys })
}

type StaleLag = Extract<NonNullable<RequestUsage['lag']>, { kind: 'stale' }>

function staleReader({ store, catalog, recentChanges, clock }: MeteredEngine, { staleness }: StaleLag, whose: Whose): ItemReader {
  const past = () => recentChanges.before(staleness, clock.now(), whose)
  return { store: store.by((unguarded) => staleStore(unguarded, past)), catalog }
}
