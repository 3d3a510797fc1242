/** What replicas of global tables do by themselves: tell each other, copy what there was, come and go, forget what was deleted. */
import type { Engine } from '../engine.ts'
import { enginesWithWork } from '../regions.ts'
import { isReplicated } from '../schema/replication.ts'
import { catchUp } from './catch-up.ts'
import { copyTo } from './copy-to-replicas.ts'
import { deliverFrom, type ReplicaListener } from './deliver-changes.ts'
import { settleReplica } from './settle-replicas.ts'
import { trimTombstones } from './trim-tombstones.ts'

/** One bounded piece of each for every replica of every region. A table that fails keeps none of the others from theirs. */
export async function stepReplicas(engine: Engine, nowMs: number, listener: ReplicaListener): Promise<boolean> {
  let isBusy = false
  const failures: unknown[] = []
  for (const region of enginesWithWork(engine)) {
    for (const { name, replication } of region.catalog.tables()) {
      if (replication === undefined) continue
      for (const step of steps) {
        const table = region.catalog.find(name)
        if (table?.replication === undefined) break
        try {
          if (await step(region, table, nowMs, listener)) isBusy = true
        } catch (error) {
          failures.push(error)
        }
      }
    }
  }
  if (failures.length > 0) throw failures[0]
  return isBusy
}

type ReplicaStep = (engine: Engine, table: Parameters<typeof copyTo>[1], nowMs: number, listener: ReplicaListener) => Promise<boolean>

const steps: readonly ReplicaStep[] = [
  async (engine, table, nowMs, listener) => isReplicated(table) && deliverFrom(engine, table, nowMs, listener),
  catchUp,
  copyTo,
  settleReplica,
  trimTombstones,
]
