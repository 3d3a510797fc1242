import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { testStorage } from '../../../../test/harness/test-storage.ts'
import { hourMs, ManualClock } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { runDueJobs } from '../../../engine/jobs/run-due-jobs.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../../../metering/open-metered-engine.ts'
import { createTable } from '../../../operations/tables/create-table.ts'
import { Records } from '../../records.ts'
import type { ScalingInput } from '../contract/operations.ts'
import { deleteScheduledAction } from './delete-scheduled-action.ts'
import { describeScalingActivities } from './describe-scaling-activities.ts'
import { describeScheduledActions } from './describe-scheduled-actions.ts'
import { putScheduledAction } from './put-scheduled-action.ts'
import { registerScalableTarget } from './register-scalable-target.ts'
import { ScalingRounds } from './scale-targets.ts'
import { type ScalingContext, scalingContext } from './scaling-context.ts'

const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/music',
  ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
} as const

let clock: ManualClock
let engine: MeteredEngine
let context: ScalingContext
let rounds: ScalingRounds

beforeEach(async () => {
  clock = new ManualClock(Date.parse('2026-11-22T10:00:00Z'))
  engine = await openMeteredEngine({
    storage: testStorage(),
    clock,
    random: seededRandom(1),
    tableStateDelayMs: 1000,
  })
  context = await scalingContext({ engine, records: new Records(engine.store) })
  rounds = new ScalingRounds(context)
  await createTable(engine, {
    TableName: 'music',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 10 },
  })
  await pass(1000)
  await registerScalableTarget(context, { ...target, MinCapacity: 1, MaxCapacity: 20 })
})

async function pass(byMs: number): Promise<void> {
  clock.advance(byMs)
  await runDueJobs(meteredJobs(engine), engine.clock)
  await rounds.step(engine.clock.now())
}

async function put(more: Partial<ScalingInput<'PutScheduledAction'>>): Promise<void> {
  await putScheduledAction(context, { ...target, ScheduledActionName: 'noon', ...more })
}

function state(): readonly (number | undefined)[] {
  const [first] = context.targets.all()
  return [first?.minCapacity, first?.maxCapacity, engine.catalog.find('music')?.provisioned?.writeUnits]
}

test('at its time an action sets the bounds, and the capacity follows', async () => {
  await put({ Schedule: 'cron(0 12 * * ? *)', ScalableTargetAction: { MinCapacity: 15, MaxCapacity: 30 } })
  await pass(hourMs)
  assert.deepEqual(state(), [1, 20, 10])
  await pass(hourMs)
  await pass(1000)
  assert.deepEqual(state(), [15, 30, 15])
  const { ScalingActivities = [] } = await describeScalingActivities(context, { ServiceNamespace: 'dynamodb' })
  assert.deepEqual(
    ScalingActivities.map(({ Description, Cause, StatusMessage }) => [Description, Cause, StatusMessage]),
    [
      [
        'Setting write capacity units to 15.',
        'minimum capacity was set to 15',
        'Successfully set write capacity units to 15. Change successfully fulfilled by dynamodb.',
      ],
      [
        'Setting min capacity to 15 and max capacity to 30',
        'scheduled action name noon was triggered',
        'Successfully set min capacity to 15 and max capacity to 30',
      ],
    ],
  )
  await registerScalableTarget(context, { ...target, MinCapacity: 1 })
  await pass(23 * hourMs)
  assert.deepEqual(state(), [1, 30, 15])
  await pass(hourMs)
  assert.deepEqual(state(), [15, 30, 15])
})

test('of two actions that are both overdue the later one has the last word', async () => {
  await put({ ScheduledActionName: 'evening', Schedule: 'cron(0 20 * * ? *)', ScalableTargetAction: { MaxCapacity: 5 } })
  await put({ ScheduledActionName: 'morning', Schedule: 'cron(0 11 * * ? *)', ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 50 } })
  await pass(48 * hourMs)
  await pass(1000)
  assert.deepEqual(state(), [2, 5, 5])
})

test('an action does nothing before its start, after its end, and while schedules are suspended', async () => {
  const startsAt = (engine.clock.now() + 2 * hourMs) / 1000
  await put({ Schedule: 'rate(1 hour)', StartTime: startsAt, EndTime: startsAt + 3600, ScalableTargetAction: { MinCapacity: 2 } })
  await pass(hourMs)
  assert.equal(state()[0], 1)
  await registerScalableTarget(context, { ...target, SuspendedState: { ScheduledScalingSuspended: true } })
  await pass(hourMs)
  assert.equal(state()[0], 1)
  await registerScalableTarget(context, { ...target, SuspendedState: { ScheduledScalingSuspended: false } })
  await pass(hourMs)
  assert.equal(state()[0], 2)
  await registerScalableTarget(context, { ...target, MinCapacity: 1 })
  await pass(5 * hourMs)
  assert.equal(state()[0], 1)
})

test('when the clock is set back, actions are due again at their times', async () => {
  await put({ Schedule: 'cron(0 12 * * ? *)', ScalableTargetAction: { MinCapacity: 15 } })
  await put({ ScheduledActionName: 'often', Schedule: 'rate(1 hour)', ScalableTargetAction: { MaxCapacity: 30 } })
  await pass(30 * 24 * hourMs)
  await pass(1000)
  assert.deepEqual(state(), [15, 30, 15])
  await pass(-60 * 24 * hourMs)
  await registerScalableTarget(context, { ...target, MinCapacity: 1, MaxCapacity: 20 })
  await pass(hourMs - 2000)
  await pass(2000)
  assert.deepEqual(state(), [1, 30, 15])
  await pass(24 * hourMs)
  assert.deepEqual(state(), [15, 30, 15])
})

test('one bound that would cross the other fails', async () => {
  await put({ Schedule: 'at(2026-11-22T11:00:00)', ScalableTargetAction: { MinCapacity: 25 } })
  await pass(2 * hourMs)
  assert.deepEqual(state(), [1, 20, 10])
  const { ScalingActivities = [] } = await describeScalingActivities(context, { ServiceNamespace: 'dynamodb' })
  assert.equal(ScalingActivities[0]?.StatusCode, 'Failed')
})

test('actions are described, changed and deleted', async () => {
  await put({
    Schedule: 'at(2026-11-22T12:00:00)',
    Timezone: 'Europe/Paris',
    ScalableTargetAction: { MinCapacity: 3 },
    StartTime: 1_795_341_700,
  })
  await put({ Schedule: 'rate(2 days)' })
  const { ScheduledActions = [] } = await describeScheduledActions(context, {
    ServiceNamespace: 'dynamodb',
    ScheduledActionNames: ['noon'],
  })
  const [described] = ScheduledActions
  assert.match(
    described?.ScheduledActionARN ?? '',
    /:scheduledAction:[0-9a-f-]{36}:resource\/dynamodb\/table\/music:scheduledActionName\/noon$/,
  )
  assert.deepEqual(described, {
    ScheduledActionName: 'noon',
    ScheduledActionARN: described?.ScheduledActionARN,
    ...target,
    Schedule: 'rate(2 days)',
    Timezone: 'Europe/Paris',
    ScalableTargetAction: { MinCapacity: 3 },
    CreationTime: 1_795_341_601,
  })
  await deleteScheduledAction(context, { ...target, ScheduledActionName: 'noon' })
  await assert.rejects(deleteScheduledAction(context, { ...target, ScheduledActionName: 'noon' }), { name: 'ObjectNotFoundException' })
})

test('an action must say when and what', async () => {
  const ScalableTargetAction = { MinCapacity: 3 }
  await assert.rejects(put({ Schedule: 'rate(1 day)', ScalableTargetAction: {} }), {
    message: 'At least one of minimum capacity and maximum capacity should be provided',
  })
  await assert.rejects(put({ ScalableTargetAction }), { name: 'ValidationException' })
  await assert.rejects(put({ Schedule: 'sometimes', ScalableTargetAction }), { message: 'Invalid schedule: sometimes' })
  await assert.rejects(put({ Schedule: 'rate(1 day)', Timezone: 'Mars', ScalableTargetAction }), { message: 'Invalid timezone: Mars' })
  await assert.rejects(put({ Schedule: 'rate(1 day)', ScalableTargetAction: { MinCapacity: 3, MaxCapacity: 2 } }), {
    name: 'ValidationException',
  })
  await assert.rejects(put({ ResourceId: 'table/other', Schedule: 'rate(1 day)', ScalableTargetAction }), {
    name: 'ObjectNotFoundException',
  })
})
