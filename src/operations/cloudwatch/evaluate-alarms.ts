/**
 * The job that looks after alarms: once in each minute of the clock every alarm is judged by the minutes that are over. It stands on
 * this floor because an alarm may watch an expression. Without alarms it costs nothing.
 */
import { CloudWatchError } from '../../api/cloudwatch/errors.ts'
import type { Alarm, AlarmDefinition } from '../../engine/alarms/alarm.ts'
import { type Datapoint, evaluationRangeOf, type Judgement, judgeAlarm } from '../../engine/alarms/judge-alarm.ts'
import type { Engine } from '../../engine/engine.ts'
import { changeState } from './change-state.ts'
import { answerQueries, checkQueries } from './metric-queries.ts'
import { readSeries } from './read-series.ts'
import { statisticNamed } from './statistic.ts'
import type { Grid, TimeSeries } from './time-series.ts'

const minuteMs = 60_000

/** Judges all alarms of all regions if a minute has begun since it last did. Clocks that were moved ahead make one evaluation, not many. */
export async function evaluateAlarms(engine: Engine): Promise<void> {
  const nowMs = engine.clock.now()
  if (!engine.alarms.isEvaluationDue(nowMs)) return
  const endMs = Math.floor(nowMs / minuteMs) * minuteMs
  for (const name of engine.alarms.regions()) {
    const region = name === engine.catalog.region ? engine : { ...engine, region: name || engine.region, catalog: engine.catalog.of(name) }
    for (const alarm of region.alarms.of(name)) await evaluateAlarm(region, alarm, endMs)
  }
}

async function evaluateAlarm(engine: Engine, alarm: Alarm, endMs: number): Promise<void> {
  const { definition } = alarm
  const grid = gridOf(definition, endMs)
  const { values } = await watched(engine, definition, grid)
  const range = Array.from({ length: grid.count }, (_, index): Datapoint | undefined => {
    const timeMs = endMs - (index + 1) * grid.periodMs
    const value = values.get(timeMs)
    return value === undefined ? undefined : { timeMs, value }
  })
  const judgement = judgeAlarm(definition, range)
  if (judgement === undefined || judgement.value === alarm.state.value) return
  const reasonData = reasonDataOf(definition, judgement, grid, endMs)
  await changeState(engine, definition.AlarmName, (now) => {
    // Whoever gave it another definition or state meanwhile has it judged by that the next time.
    if (now.configuredMs !== alarm.configuredMs || now.state.value !== alarm.state.value) return undefined
    return { value: judgement.value, reason: judgement.reason, reasonData }
  })
}

/** The evaluation range: periods that end with the minute that is over, whatever their length. [I] */
function gridOf(definition: AlarmDefinition, endMs: number): Grid {
  const period = definition.Period ?? definition.Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period
  const periodMs = Math.max((period ?? 60) * 1000, minuteMs)
  const count = evaluationRangeOf(definition)
  return { startMs: endMs - count * periodMs, periodMs, count }
}

async function watched(engine: Engine, definition: AlarmDefinition, grid: Grid): Promise<TimeSeries> {
  const none: TimeSeries = { label: '', grid, values: new Map() }
  if (definition.Metrics !== undefined) {
    try {
      const [result] = await answerQueries(engine, checkQueries(definition.Metrics, 'Metrics'), () => grid)
      return result?.series[0] ?? none
    } catch (error) {
      // What only these values bring to light is no data, and no harm to the other alarms.
      if (error instanceof CloudWatchError) return none
      throw error
    }
  }
  const statistic = statisticNamed(definition.Statistic ?? definition.ExtendedStatistic ?? '')
  return statistic === undefined ? none : readSeries(engine, { address: definition, statistic, grid, label: '' })
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
      .slice(0, 20)
      .reverse()
      .map(({ value }) => value),
    threshold: definition.Threshold,
    evaluatedDatapoints: evaluated.slice(0, 20).map(({ timeMs, value }) => ({ timestamp: asJavaDate(timeMs), value })),
  })
}

function asJavaDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '+0000')
}
