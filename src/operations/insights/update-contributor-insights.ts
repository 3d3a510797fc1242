/** UpdateContributorInsights (global-tables-and-kinesis.md §8): begins or ends looking at a table or a global index, or looks by other rules. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { type ContributorInsights, insightsOf, insightsStatus, withInsights } from '../../engine/schema/contributor-insights.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { tableInUse } from '../tables/table-in-use.ts'
import { insightsTarget } from './insights-target.ts'

type Request = InputOf<'UpdateContributorInsights'>

export async function updateContributorInsights(engine: MeteredEngine, input: Request): Promise<OutputOf<'UpdateContributorInsights'>> {
  const name = tableNameOf(input.TableName)
  const nowMs = engine.clock.now()
  const after = await changeTables(engine, [name], (tables) => {
    const { table, index } = insightsTarget(tables.find(name), name, input.IndexName)
    if (table.status === 'CREATING' || table.status === 'DELETING') throw tableInUse(table)
    const before = insightsOf(table, index)
    const changed = changedInsights(before, input, { indexId: index?.indexId ?? 0, nowMs, delayMs: engine.settings.tableStateDelayMs })
    if (changed !== before) tables.replace({ ...table, insights: withInsights(table.insights ?? [], changed) })
    return changed
  })
  return {
    TableName: name,
    ...(input.IndexName !== undefined && { IndexName: input.IndexName }),
    // Also where it comes true at once, as on AWS.
    ContributorInsightsStatus: after.changedMs === nowMs ? (after.isEnabled ? 'ENABLING' : 'DISABLING') : insightsStatus(after, nowMs),
    ContributorInsightsMode: after.mode,
  }
}

interface Change {
  readonly indexId: number
  readonly nowMs: number
  readonly delayMs: number
}

/** What is asked for again stays as it is [I]; a mode that is not named stays, and is at first that of accessed and throttled keys. */
function changedInsights(
  before: ContributorInsights | undefined,
  request: Request,
  { indexId, nowMs, delayMs }: Change,
): ContributorInsights {
  const isEnabled = request.ContributorInsightsAction === 'ENABLE'
  const mode = request.ContributorInsightsMode ?? before?.mode ?? 'ACCESSED_AND_THROTTLED_KEYS'
  if (before?.isEnabled === isEnabled && before.mode === mode) return before
  const areNew = isEnabled && before?.isEnabled !== true
  const rulesMs = areNew ? nowMs : (before?.rulesMs ?? nowMs)
  return { indexId, isEnabled, mode, changedMs: nowMs, statusDueMs: nowMs + delayMs, rulesMs }
}
