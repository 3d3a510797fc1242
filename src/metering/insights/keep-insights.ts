/**
 * The jobs that keep what contributors came to: each node puts its minutes into the store when they are over, and adds to what others have put;
 * one of them drops what is a day old. In bounded steps; without rules there is nothing to do.
 */
import { hourMs, minuteMs } from '../../base/clock.ts'
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import { type Job, stepFirst } from '../../engine/jobs/run-due-jobs.ts'
import { type InsightRule, insightKey, insightRange, insightRules } from '../../engine/keyspace/insight-keys.ts'
import { nextKeys } from '../../engine/records/read-range.ts'
import { enginesWithWork } from '../../engine/regions.ts'
import type { Store } from '../../storage/store.ts'
import { contributorRowsPerTurnMax, contributorsAgeMsMax, contributorTrimBudget } from '../limits.ts'
import type { MeteredEngine } from '../metered-engine.ts'
import type { Insights } from './insights.ts'
import { decodeMinute, encodeMinute, joined } from './minute-contributors.ts'
import { type EndedMinute, joinedMinutes } from './space-contributors.ts'

export interface InsightsHolder {
  readonly store: Store
  readonly metering: { readonly insights: Insights }
}

export function keepInsightsJobs(engine: MeteredEngine): readonly Job[] {
  const trimmed = new Map<string, number>()
  return [
    {
      name: 'contributors',
      isPerNode: true,
      step: async (nowMs) => {
        if (!engine.schedule.isDue('contributors', nowMs, minuteMs) && isSameMinute(engine, nowMs)) return false
        engine.schedule.ran('contributors', nowMs)
        await storeContributors(engine, nowMs)
        return false
      },
    },
    { name: 'old contributors', step: (nowMs, lease) => trim(leasedEngine(engine, lease), trimmed, nowMs) },
  ]
}

function isSameMinute({ schedule }: MeteredEngine, nowMs: number): boolean {
  const lastMs = schedule.lastRunMs('contributors', nowMs)
  return lastMs !== undefined && Math.floor(lastMs / minuteMs) === Math.floor(nowMs / minuteMs)
}

/** Puts all minutes that are over at `nowMs`. Rejects like the store; then nothing is lost. */
export async function storeContributors({ store, metering: { insights } }: InsightsHolder, nowMs: number): Promise<void> {
  await putAll(store, insights.takeLeft(), () => {})
  for (const space of insights.all()) await putAll(store, space.takeEnded(nowMs), (ended) => space.giveBack(ended))
}

async function putAll(store: Store, ended: readonly EndedMinute[], giveBack: (ended: readonly EndedMinute[]) => void): Promise<void> {
  const all = joinedMinutes(ended)
  for (let from = 0; from < all.length; from += contributorRowsPerTurnMax) {
    const rows = all
      .slice(from, from + contributorRowsPerTurnMax)
      .map((each) => ({ each, key: insightKey(each.space, each.rule, each.minute) }))
    try {
      await store.write(
        rows.map(({ key }) => key),
        (turn) => {
          for (const { each, key } of rows) {
            const stored = turn.get(key)
            turn.put(key, encodeMinute(stored === undefined ? each.contributors : joined(decodeMinute(stored), each.contributors)))
          }
        },
      )
    } catch (error) {
      giveBack(all.slice(from))
      throw error
    }
  }
}

/** Once an hour for each table and index that was ever looked at. Resolves with whether there was anything to drop. */
async function trim(engine: MeteredEngine, trimmed: Map<string, number>, nowMs: number): Promise<boolean> {
  const hour = Math.floor(nowMs / hourMs)
  const spaces = enginesWithWork(engine).flatMap(({ catalog }) =>
    [...catalog.tables()].flatMap(({ tableId, insights = [] }) => insights.map(({ indexId }) => ({ tableId, indexId }))),
  )
  if (spaces.length === 0) {
    trimmed.clear()
    return false
  }
  const oldMinute = Math.floor((nowMs - contributorsAgeMsMax) / minuteMs)
  return stepFirst(spaces, async (space) => {
    for (const rule of Object.keys(insightRules) as InsightRule[]) {
      const name = `${space.tableId} ${space.indexId} ${rule}`
      if (trimmed.get(name) === hour) continue
      const { keys, exhausted } = await engine.store.view((view) =>
        nextKeys(view, insightRange(space, rule, 0, oldMinute), contributorTrimBudget),
      )
      if (keys.length > 0) {
        await engine.store.write([], (turn) => {
          turn.makesRoom()
          for (const key of keys) turn.delete(key)
        })
      }
      if (exhausted) trimmed.set(name, hour)
      if (keys.length > 0) return true
    }
    return false
  })
}
