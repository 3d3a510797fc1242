import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { openTestStore } from '../../../../test/harness/test-storage.ts'
import { ManualClock, minuteMs } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { openMeteredEngine } from '../../../metering/open-metered-engine.ts'
import type { Store } from '../../../storage/store.ts'
import { Records } from '../../records.ts'
import { setAlarmState } from './change-alarms.ts'
import { type CloudWatchContext, cloudWatchContext } from './cloudwatch-context.ts'
import { describeAlarmHistory } from './describe-alarm-history.ts'
import { AlarmEvaluation } from './evaluate-alarms.ts'
import { putMetricAlarm } from './put-metric-alarm.ts'

const alarm = {
  AlarmName: 'a',
  Namespace: 'AWS/DynamoDB',
  MetricName: 'ThrottledRequests',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
} as const

interface Node {
  readonly context: CloudWatchContext
  readonly evaluation: AlarmEvaluation
}

let store: Store
let clock: ManualClock
let one: Node
let other: Node

beforeEach(async () => {
  store = await openTestStore()
  clock = new ManualClock(1_795_341_600_000)
  one = await nodeWith(1)
  other = await nodeWith(2)
})
afterEach(() => store.close())

/** One of several processes on the store. */
async function nodeWith(seed: number): Promise<Node> {
  const engine = await openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock, random: seededRandom(seed) })
  const context = await cloudWatchContext({ engine, records: new Records(engine.store) })
  return { context, evaluation: new AlarmEvaluation(context) }
}

/** Only this process knows of it as long as it is not stored. */
function throttle({ context: { engine } }: Node): void {
  engine.metering.metrics.series('ThrottledRequests', { region: '', TableName: 't', Operation: 'PutItem' }).add(1, clock.now())
}

async function evaluate(...nodes: readonly Node[]): Promise<void> {
  await Promise.all(nodes.map(({ evaluation }) => evaluation.step(clock.now())))
}

/** Oldest first, as this process tells it. */
async function history({ context }: Node): Promise<readonly (string | undefined)[]> {
  const { AlarmHistoryItems = [] } = await describeAlarmHistory(context, { ScanBy: 'TimestampAscending' })
  return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)
}

const created = 'Alarm "a" created'
const toAlarm = (from: string): string => `Alarm updated from ${from} to ALARM`
const toOk = (from: string): string => `Alarm updated from ${from} to OK`
const dimensions = [
  { Name: 'TableName', Value: 't' },
  { Name: 'Operation', Value: 'PutItem' },
]

test('Of two processes that judge alike one changes the state, and the history tells of it once', async () => {
  await putMetricAlarm(one.context, { ...alarm, TreatMissingData: 'breaching' })
  await evaluate(one, other)
  await evaluate(other, one)
  for (const node of [one, other]) assert.deepEqual(await history(node), [created, toAlarm('INSUFFICIENT_DATA')])
  assert.equal(other.context.alarms.find('', 'a')?.state.value, 'ALARM')
  clock.advance(minuteMs)
  await evaluate(other, one)
  assert.equal((await history(one)).length, 2)
})

for (const [first, judged] of [
  ['the one that knows more', toAlarm],
  ['the one that knows less', toOk],
] as const) {
  test(`Of two processes that judge the same minute differently the first has its way: ${first}`, async () => {
    await putMetricAlarm(one.context, { ...alarm, Dimensions: dimensions })
    throttle(one)
    clock.advance(minuteMs)
    const order = judged === toAlarm ? [one, other] : [other, one]
    for (const node of order) await evaluate(node)
    for (const node of order) await evaluate(node)
    assert.deepEqual(await history(other), [created, judged('INSUFFICIENT_DATA')])
  })
}

test('What somebody sets in a minute that was judged is not judged again in that minute by another process', async () => {
  await putMetricAlarm(one.context, { ...alarm, TreatMissingData: 'breaching' })
  await evaluate(one)
  await setAlarmState(one.context, { AlarmName: 'a', StateValue: 'OK', StateReason: 'a test' })
  await evaluate(other)
  assert.deepEqual((await history(one)).at(-1), toOk('ALARM'))
  clock.advance(minuteMs)
  await evaluate(other)
  assert.deepEqual((await history(one)).at(-1), toAlarm('OK'))
})

test('A clock that is set back stops no evaluation', async () => {
  await putMetricAlarm(one.context, { ...alarm, Dimensions: dimensions })
  throttle(one)
  clock.advance(minuteMs)
  // Of two that judge differently the first has its way.
  for (const node of [one, other]) await evaluate(node)
  clock.advance(-24 * 60 * minuteMs)
  for (const node of [one, other]) await evaluate(node)
  assert.deepEqual(await history(one), [created, toAlarm('INSUFFICIENT_DATA'), toOk('ALARM')])
  clock.advance(24 * 60 * minuteMs)
  await evaluate(other, one)
  assert.equal((await history(one)).at(-1), toAlarm('OK'))
})

test('An alarm that another process made is judged by one that had none', async () => {
  await evaluate(other)
  await putMetricAlarm(one.context, { ...alarm, TreatMissingData: 'breaching' })
  clock.advance(1000)
  await evaluate(other)
  assert.deepEqual(await history(one), [created, toAlarm('INSUFFICIENT_DATA')])
})
