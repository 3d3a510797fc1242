/** A replica with strong consistency that has missed something knows that it has caught up: when it is in reach, and nothing waits for it any more. */
import { logRange } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { replicaLinkLog } from '../keyspace/replica-keys.ts'
import { behindReadOf, isStrong, replicasInReach } from '../replicas/strong-reach.ts'
import { otherReplicas } from '../schema/replication.ts'
import type { Table } from '../schema/table.ts'

/** Resolves with whether it has. */
export async function catchUp(engine: Engine, table: Table): Promise<boolean> {
  if (!isStrong(table) || replicasInReach(engine.settings, engine.catalog.region, table).size === 0) return false
  const behind = behindReadOf(table)
  const logs = otherReplicas(table).map(({ tableId }) => replicaLinkLog({ fromId: tableId, toId: table.tableId }))
  const lasts = await engine.store.view(async (view) => {
    if ((await view.get([behind]))[0] === undefined) return undefined
    for (const log of logs) if ((await view.scan(logRange(log), { entries: 1, bytes: 1 })).entries.length > 0) return undefined
    return view.lasts(logs)
  })
  if (lasts === undefined) return false
  return engine.store.write([behind, ...logs], (turn) => {
    if (logs.some((log, at) => turn.last(log) !== lasts[at])) return false
    turn.delete(behind)
    return true
  })
}
