/**
 * The job that looks after alarms: once in each minute of the clock every alarm is judged by the minutes that are over. It stands on
 * this floor because an alarm may watch an expression. Without alarms it costs nothing.
 */

import { isDeepStrictEqual } from 'node:util'
import { minuteMs } from '../../../base/clock.ts'
import { engineOfCatalog } from '../../../engine/regions.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { settledMs } from '../../../metering/metrics/read-points.ts'
import type { Guard } from '../../../storage/store.ts'
import type { Alarm, AlarmDefinition } from '../alarms/alarm.ts'
import { type Datapoint, evaluationRangeOf, type Judgement, judgeAlarm } from '../alarms/judge-alarm.ts'
import { CloudWatchError } from '../contract/errors.ts'
import { alarmPeriodSecondsDefault, lookEveryMs, pointPeriodMs, toldDatapointsMax } from '../contract/limits.ts'
import { changeState } from './change-state.ts'
import { type CloudWatchContext, leasedCloudWatch } from './cloudwatch-context.ts'
import { checkQueries, QueryAnswers } from './metric-queries.ts'
import { readSeries } from './read-series.ts'
import { statisticNamed } from './statistic.ts'
import { type Grid, type TimeSeries, WorkBudget } from './time-series.ts'

const judgeJob = 'judge alarms'
const lookJob = 'look for alarms'

export class AlarmEvaluation {
  readonly #context: CloudWatchContext

  constructor(context: CloudWatchContext) {
    this.#context = context
  }

  /**
   * Judges all alarms of all regions if a minute has begun since it last did; a clock that was set back begins one, too. Clocks that
   * were moved ahead make one evaluation, not many. Rejects like the store: what was judged until then stays, and the evaluation is
   * due again. When it resolves no more is left.
   */
  async step(nowMs: number, lease?: Guard): Promise<false> {
    const { engine, alarms } = leasedCloudWatch(this.#context, lease)
    const { schedule } = engine
    if (!schedule.isDue(judgeJob, nowMs)) return false
    if (alarms.regions().length === 0 && !schedule.isDue(lookJob, nowMs, lookEveryMs)) return false
    await alarms.catchUp()
    schedule.ran(lookJob, nowMs)
    if (alarms.regions().length === 0) return false
    // The minute that is over for all nodes.
    const endMs = settledMs(engine, nowMs)
    const minute = Math.floor(endMs / minuteMs)
    const turns = new WorkBudget()
    for (const name of alarms.regions()) {
      const regional = engineOfCatalog(engine, name)
      for (const alarm of alarms.of(name)) {
        await evaluateAlarm({ engine: regional, alarms }, alarm, minute)
        // There may be thousands, each with a budget of its own.
        if (turns.isTurnOver) await turns.rest()
      }
    }
    schedule.ran(judgeJob, nowMs, (minute + 1) * minuteMs + (nowMs - endMs))
    return false
  }
}

/** By what was measured until this minute began. Of several processes that judge the same minute the first to find a change makes it. */
async function evaluateAlarm(context: CloudWatchContext, alarm: Alarm, minute: number): Promise<void> {
  const { definition } = alarm
  const endMs = minute * minuteMs
  const grid = gridOf(definition, endMs)
  const { values } = await watched(context.engine, definition, grid)
  const range = Array.from({ length: grid.count }, (_, index): Datapoint | undefined => {
    const timeMs = endMs - (index + 1) * grid.periodMs
    const value = values.get(timeMs)
    return value === undefined ? undefined : { timeMs, value }
  })
  const judgement = judgeAlarm(definition, range)
  if (judgement === undefined || judgement.value === alarm.state.value) return
  const reasonData = reasonDataOf(definition, judgement, grid, endMs)
  await changeState(context, definition.AlarmName, (now) => {
    // Whoever gave it another definition or state meanwhile has it judged by that the next time.
    if (!isDeepStrictEqual(now.definition, definition) || now.state.value !== alarm.state.value) return undefined
    if (now.state.judgedMinute === minute) return undefined
    return { value: judgement.value, reason: judgement.reason, reasonData, judgedMinute: minute }
  })
}

/** The evaluation range: periods that end with the minute that is over, whatever their length. [I] */
function gridOf(definition: AlarmDefinition, endMs: number): Grid {
  const period = definition.Period ?? definition.Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period
  const periodMs = Math.max((period ?? alarmPeriodSecondsDefault) * 1000, pointPeriodMs)
  const count = evaluationRangeOf(definition)
  return { startMs: endMs - count * periodMs, periodMs, count }
}

async function watched(engine: MeteredEngine, definition: AlarmDefinition, grid: Grid): Promise<TimeSeries> {
  const none: TimeSeries = { label: '', grid, values: new Map() }
  const budget = new WorkBudget()
  if (definition.Metrics !== undefined) {
    try {
      const queries = await checkQueries(definition.Metrics, 'Metrics', budget)
      const query = queries.find(({ isReturned }) => isReturned)
      const [series] = query === undefined ? [] : await new QueryAnswers(engine, queries, () => grid, budget).of(query)
      return series ?? none
    } catch (error) {
      // What only these values bring to light is no data, and no harm to the other alarms.
      if (error instanceof CloudWatchError) return none
      throw error
    }
  }
  const statistic = statisticNamed(definition.Statistic ?? definition.ExtendedStatistic ?? '')
  return statistic === undefined ? none : readSeries(engine, { address: definition, statistic, grid, label: '', budget })
}

/** [I] The members that AWS's have. */
function reasonDataOf(definition: AlarmDefinition, { evaluated }: Judgement, { periodMs }: Grid, endMs: number): string {
  const oldest = evaluated.at(-1)
  const { Statistic, ExtendedStatistic, Unit } = definition
  const statistic = Statistic ?? ExtendedStatistic
  return JSON.stringify({
    version: '1.0',
    queryDate: asJavaDate(endMs),
    ...(oldest !== undefined && { startDate: asJavaDate(oldest.timeMs) }),
    ...(Unit !== undefined && { unit: Unit }),
    ...(statistic !== undefined && { statistic }),
    period: periodMs / 1000,
    // Of long evaluations not all: the text has a limit.
    recentDatapoints: evaluated
      .slice(0, toldDatapointsMax)
      .reverse()
      .map(({ value }) => value),
    threshold: definition.Threshold,
    evaluatedDatapoints: evaluated.slice(0, toldDatapointsMax).map(({ timeMs, value }) => ({ timestamp: asJavaDate(timeMs), value })),
  })
}

function asJavaDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+0000')
}
