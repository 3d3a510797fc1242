/**
 * Drops what nodes told of their traffic once nobody asks for it any more: what is too old, what belongs to tables that are gone, and what
 * goes with a node that ended without a word. In bounded steps, each of which may be done twice.
 */
import { minuteMs } from '../../base/clock.ts'
import type { Catalog } from '../../engine/catalog/catalog.ts'
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import { rangeBeyond } from '../../engine/keyspace/keys.ts'
import { nodeKey } from '../../engine/keyspace/node-keys.ts'
import { hotMinutesMin } from '../../engine/limits.ts'
import type { GuardedStore } from '../../engine/records/guarded-store.ts'
import { nextKeys } from '../../engine/records/read-range.ts'
import type { Schedule } from '../../engine/schedule.ts'
import type { KeyBytes, KeyRange, Store } from '../../storage/store.ts'
import { heatMinutesMax, hotKeysWindowMs, reportAheadMinutesMax, reportsLoadBudget, reportsSweepEveryMs } from '../limits.ts'
import { addressIn, nodeIn, partitionsRange, patternsOfNodeRange, reportsRange, throttlesKey, toldKey } from './report-keys.ts'

export interface Swept {
  readonly store: GuardedStore
  readonly catalog: Catalog
  readonly schedule: Schedule
}

/** What is still to be looked through for what is too old. */
interface Progress {
  rests: { readonly kind: 1 | 2; readonly range: KeyRange }[]
}

const [everyMinute, everyHour] = ['traffic of gone nodes', 'old traffic']

export function sweepReportsJob({ store, catalog, schedule }: Swept): Job {
  const progress: Progress = { rests: [] }
  return {
    name: 'traffic reports',
    step: (nowMs, lease) => stepSweep(leasedEngine({ store, catalog, schedule }, lease), progress, nowMs),
  }
}

/** Deletes all entries of a range, a bounded piece in each turn. */
export async function deleteRange(store: Store, range: KeyRange): Promise<void> {
  for (let rest: KeyRange | undefined = range; rest !== undefined; ) rest = await deletePiece(store, rest, () => true)
}

async function stepSweep({ store, catalog, schedule }: Swept, progress: Progress, nowMs: number): Promise<boolean> {
  if (schedule.isDue(everyMinute, nowMs, minuteMs)) {
    await sweepGoneNodes(store)
    await deleteRange(store, partitionsRange(0, Math.floor(nowMs / minuteMs) - hotMinutesMin - 1))
    schedule.ran(everyMinute, nowMs)
  }
  if (progress.rests.length === 0 && schedule.isDue(everyHour, nowMs, reportsSweepEveryMs)) {
    progress.rests = ([1, 2] as const).map((kind) => ({ kind, range: reportsRange(kind) }))
    schedule.ran(everyHour, nowMs)
  }
  const [first, ...others] = progress.rests
  if (first === undefined) return false
  const range = await deletePiece(store, first.range, (key) => isOld(catalog, key, first.kind, nowMs))
  progress.rests = range === undefined ? others : [{ ...first, range }, ...others]
  return progress.rests.length > 0
}

function isOld(catalog: Catalog, key: KeyBytes, kind: 1 | 2, nowMs: number): boolean {
  const { space, time } = addressIn(key)
  const [columnMs, kept] = kind === 1 ? [minuteMs, heatMinutesMax] : [hotKeysWindowMs, 2]
  const now = Math.floor(nowMs / columnMs)
  return time <= now - kept || time > now + reportAheadMinutesMax || !catalog.hasTable(space.tableId)
}

/** Resolves with what of the range is left to look at. */
async function deletePiece(store: Store, range: KeyRange, isToGo: (key: KeyBytes) => boolean): Promise<KeyRange | undefined> {
  const { keys, exhausted } = await store.view((view) => nextKeys(view, range, reportsLoadBudget))
  const gone = keys.filter(isToGo)
  if (gone.length > 0) {
    await store.write([], (turn) => {
      for (const key of gone) turn.delete(key)
    })
  }
  const last = keys.at(-1)
  return exhausted || last === undefined ? undefined : rangeBeyond(range, last)
}

/** A node is gone when the store has no record of it any more. The word that it told something goes last: by that the rest is found. */
async function sweepGoneNodes(store: Store): Promise<void> {
  const { keys } = await store.view((view) => nextKeys(view, reportsRange(6), reportsLoadBudget))
  const ids = keys.map(nodeIn)
  const records = ids.length === 0 ? [] : await store.get(ids.map(nodeKey))
  for (const id of ids.filter((_, at) => records[at] === undefined)) {
    await deleteRange(store, patternsOfNodeRange(id))
    await store.write([], (turn) => {
      turn.delete(throttlesKey(id))
      turn.delete(toldKey(id))
    })
  }
}
