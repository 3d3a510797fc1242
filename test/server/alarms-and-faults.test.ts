/** Alarms when the store fails, and when they are changed while they are judged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import type { Alarm } from '../../src/services/cloudwatch/alarms/alarm.ts'
import { cloudWatchContext } from '../../src/services/cloudwatch/operations/cloudwatch-context.ts'
import { AlarmEvaluation } from '../../src/services/cloudwatch/operations/evaluate-alarms.ts'
import { putMetricAlarm } from '../../src/services/cloudwatch/operations/put-metric-alarm.ts'
import { openTestService } from '../harness/service.ts'
import { FaultyService } from '../model/faulty-service.ts'

const alarm = {
  Namespace: 'AWS/DynamoDB',
  MetricName: 'ThrottledRequests',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'breaching',
} as const

function contextOf({ otherServices: { engine, wings } }: Service) {
  return cloudWatchContext({ engine, records: wings.records })
}

function states(alarms: readonly Alarm[]): readonly string[] {
  return alarms.map(({ definition, state }) => `${definition.AlarmName} ${state.value}`)
}

test('An evaluation that the store fails is made again in the same minute, and survives a restart', async () => {
  const faulty = await FaultyService.open({ clock: new ManualClock(1_795_341_600_000) })
  const context = await contextOf(faulty.service)
  const { engine } = context
  const evaluation = new AlarmEvaluation(context)
  for (const AlarmName of ['a', 'b']) await putMetricAlarm(context, { ...alarm, AlarmName })
  faulty.nextFault = 'commit-fails'
  await assert.rejects(evaluation.step(engine.clock.now()), { name: 'StoreUnavailable' })
  assert.deepEqual(states(context.alarms.of('')), ['a INSUFFICIENT_DATA', 'b INSUFFICIENT_DATA'])
  await evaluation.step(engine.clock.now())
  assert.deepEqual(states(context.alarms.of('')), ['a ALARM', 'b ALARM'])
  const history = await context.alarms.historyOf('')
  assert.equal(history.length, 4)
  await faulty.restart()
  const { alarms } = await contextOf(faulty.service)
  assert.deepEqual(states(alarms.of('')), ['a ALARM', 'b ALARM'])
  assert.deepEqual(await alarms.historyOf(''), history)
  await faulty.service.close()
})

test('An alarm that gets another definition while it is judged is not judged by the old one, though the clock stands still', async () => {
  const service = await openTestService('any')
  const context = await contextOf(service)
  await putMetricAlarm(context, { ...alarm, AlarmName: 'a' })
  const evaluation = new AlarmEvaluation(context).step(context.engine.clock.now())
  await putMetricAlarm(context, { ...alarm, AlarmName: 'a', TreatMissingData: 'notBreaching' })
  await evaluation
  // Who comes first is the store's to say: by the new definition it would be OK.
  assert.ok(['a INSUFFICIENT_DATA', 'a OK'].includes(states(context.alarms.of('')).join()))
  await service.close()
})
