/** Strongly consistent reads of global tables with strong consistency, which see what was written in any region, or are refused. */
import { invalid } from '../../api/errors.ts'
import { behindReadOf, checkCaughtUp, isStrong, strongReach } from '../../engine/replicas/strong-reach.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

/** Throws ServiceUnavailable where this region may not know what is the latest. Nothing to wait for in any other table. */
export async function checkStrongRead(engine: MeteredEngine, table: Table): Promise<void> {
  if (!isStrong(table)) return
  strongReach(engine.settings, engine.region, table)
  const [behind] = await engine.store.get([behindReadOf(table)])
  checkCaughtUp(engine.region, behind)
}

/** Transactions are of one region, and such a table is not. The words are ours [I]. */
export function checkNoTransaction(table: Table): void {
  if (isStrong(table)) throw invalid('Transactional operations are not supported for tables with MultiRegionConsistency STRONG')
}
