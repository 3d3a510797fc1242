/** Everything the database does by itself. The server calls it every so often, tests when they moved the clock. */

import { stepMetrics } from '../../metering/metrics/keep-metrics.ts'
import { stepOnDemandGrowth } from '../../metering/splits/grow-on-demand.ts'
import { stepPartitions } from '../../metering/splits/split-partitions.ts'
import type { Engine } from '../engine.ts'
import { enginesWithWork } from '../regions.ts'
import { stepIndexQueues } from './apply-index-queues.ts'
import { stepBackfill } from './backfill-indexes.ts'
import { stepExpiryOrders } from './build-expiry-orders.ts'
import { stepTokenSweep } from './sweep-client-tokens.ts'
import { stepIndexSweep } from './sweep-deleted-indexes.ts'
import { stepSweep } from './sweep-deleted-tables.ts'
import { endExpirySweep, stepExpirySweep } from './sweep-expired-items.ts'
import { stepTableStates } from './table-states.ts'
import { stepStreams } from './trim-streams.ts'

/** After so many rounds of steps the next call goes on, so that nobody waits long for this one to end. */
const roundsMax = 200

/**
 * Does what is due, or much of it, and resolves with whether some of it is left. Each step is a turn of its own, so that
 * requests go on in between, and every job has its step in every round.
 */
export async function runDueJobs(engine: Engine): Promise<boolean> {
  for (let round = 0; round < roundsMax; round += 1) {
    const nowMs = engine.clock.now()
    let isBusy = await engine.transactionFaults.releaseDue(nowMs)
    if (await stepTokenSweep(engine, nowMs)) isBusy = true
    for (const region of enginesWithWork(engine)) {
      if (await stepTables(region, nowMs)) isBusy = true
    }
    // After the tables: one that went just now is swept now.
    if (await stepSweep(engine)) isBusy = true
    if (await stepPartitions(engine, nowMs)) isBusy = true
    if (await stepStreams(engine, nowMs)) isBusy = true
    await stepOnDemandGrowth(engine, nowMs)
    if (await stepMetrics(engine, nowMs)) isBusy = true
    if (isBusy) continue
    endExpirySweep(engine, nowMs)
    return false
  }
  return true
}

async function stepTables(engine: Engine, nowMs: number): Promise<boolean> {
  await stepTableStates(engine, nowMs)
  const hasSwept = await stepIndexSweep(engine)
  const hasFilled = await stepBackfill(engine, nowMs)
  const hasApplied = await stepIndexQueues(engine, nowMs)
  const hasOrdered = await stepExpiryOrders(engine)
  const hasExpired = await stepExpirySweep(engine, nowMs)
  return hasSwept || hasFilled || hasApplied || hasOrdered || hasExpired
}
