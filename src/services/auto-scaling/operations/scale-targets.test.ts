import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { judgedAfterMs, testStorage } from '../../../../test/harness/test-storage.ts'
import type { InputOf } from '../../../api/operations.ts'
import { ManualClock, minuteMs } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import type { EngineOptions } from '../../../engine/engine.ts'
import { runDueJobs } from '../../../engine/jobs/run-due-jobs.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { MetricName } from '../../../metering/metrics/metric-names.ts'
import { meteredJobs, openMeteredEngine } from '../../../metering/open-metered-engine.ts'
import { createTable } from '../../../operations/tables/create-table.ts'
import { deleteTable } from '../../../operations/tables/delete-table.ts'
import { updateTable } from '../../../operations/tables/update-table.ts'
import { Records } from '../../records.ts'
import type { ScalingInput, ScalingOutput } from '../contract/operations.ts'
import { deregisterScalableTarget } from './deregister-scalable-target.ts'
import { describeScalingActivities } from './describe-scaling-activities.ts'
import { putScalingPolicy } from './put-scaling-policy.ts'
import { registerScalableTarget } from './register-scalable-target.ts'
import { ScalingRounds } from './scale-targets.ts'
import { type ScalingContext, scalingContext } from './scaling-context.ts'

/** 2026-11-22T10:00:00Z */
const startMs = 1_795_341_600_000

const ofTable = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/music',
  ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
} as const
const ofIndex = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/music/index/again',
  ScalableDimension: 'dynamodb:index:ReadCapacityUnits',
} as const

function units(read: number, write: number) {
  return { ReadCapacityUnits: read, WriteCapacityUnits: write }
}

const music: InputOf<'CreateTable'> = {
  TableName: 'music',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  ProvisionedThroughput: units(10, 10),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'again',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ProvisionedThroughput: units(10, 10),
    },
  ],
}

interface Scene extends ScalingContext {
  readonly clock: ManualClock
  readonly rounds: ScalingRounds
}

async function sceneOf(options: Partial<EngineOptions> = {}): Promise<Scene> {
  const clock = new ManualClock(startMs + judgedAfterMs)
  const engine = await openMeteredEngine({
    storage: testStorage(),
    clock,
    random: seededRandom(1),
    ...options,
  })
  await createTable(engine, music)
  return sceneIn(clock, engine)
}

async function sceneIn(clock: ManualClock, engine: MeteredEngine): Promise<Scene> {
  const context = await scalingContext({ engine, records: new Records(engine.store) })
  return { ...context, clock, rounds: new ScalingRounds(context) }
}

/** So many minutes of consumption at so many units a second, with the jobs of a server once in each. */
async function consume(scene: Scene, minutes: number, unitsPerSecond: number, of: 'table' | 'index' = 'table'): Promise<void> {
  const name: MetricName = of === 'table' ? 'ConsumedWriteCapacityUnits' : 'ConsumedReadCapacityUnits'
  for (let minute = 0; minute < minutes; minute += 1) {
    const { clock } = scene.engine
    const { metrics } = scene.engine.metering
    const dimensions = { region: '', TableName: 'music', ...(of === 'index' && { GlobalSecondaryIndexName: 'again' }) }
    const series = metrics.series(name, dimensions)
    for (let second = 0; second < 60; second += 10) series.add(unitsPerSecond * 10, clock.now() + second * 1000)
    await pass(scene, minuteMs)
  }
}

async function pass({ engine, clock, rounds }: Scene, byMs: number): Promise<void> {
  clock.advance(byMs)
  await runDueJobs(meteredJobs(engine), engine.clock)
  await rounds.step(engine.clock.now())
}

async function register(scene: Scene, min: number, max: number, of: typeof ofTable | typeof ofIndex = ofTable): Promise<void> {
  await registerScalableTarget(scene, { ...of, MinCapacity: min, MaxCapacity: max })
}

type Configuration = NonNullable<ScalingInput<'PutScalingPolicy'>['TargetTrackingScalingPolicyConfiguration']>

async function track(scene: Scene, more: Partial<Configuration> = {}, of: typeof ofTable | typeof ofIndex = ofTable): Promise<void> {
  const PredefinedMetricType = of === ofTable ? 'DynamoDBWriteCapacityUtilization' : 'DynamoDBReadCapacityUtilization'
  await putScalingPolicy(scene, {
    ...of,
    PolicyName: 'keep',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 70, PredefinedMetricSpecification: { PredefinedMetricType }, ...more },
  })
}

function writeUnits({ engine }: Scene): number | undefined {
  return engine.catalog.find('music')?.provisioned?.writeUnits
}

type Activity = NonNullable<ScalingOutput<'DescribeScalingActivities'>['ScalingActivities']>[number]

async function activities(scene: Scene, isToldAll = false): Promise<readonly Activity[]> {
  const asked = { ServiceNamespace: 'dynamodb', IncludeNotScaledActivities: isToldAll } as const
  return (await describeScalingActivities(scene, asked)).ScalingActivities ?? []
}

test('a table is scaled out after two minutes above its target, and the activity says why', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 100)
  await track(scene)
  await consume(scene, 1, 20)
  assert.equal(writeUnits(scene), 10)
  await consume(scene, 1, 20)
  assert.equal(writeUnits(scene), 29)
  const [done] = await activities(scene)
  const high = scene.targets.all()[0]?.policies[0]?.alarmNames.high
  assert.match(high ?? '', /^TargetTracking-table\/music-AlarmHigh-[0-9a-f]{8}-[0-9a-f]{4}-/)
  assert.deepEqual(done, {
    ActivityId: done?.ActivityId,
    ...ofTable,
    Description: 'Setting write capacity units to 29.',
    Cause: `monitor alarm ${high} in state ALARM triggered policy keep`,
    StartTime: (startMs + judgedAfterMs) / 1000 + 120,
    EndTime: (startMs + judgedAfterMs) / 1000 + 120,
    StatusCode: 'Successful',
    StatusMessage: 'Successfully set write capacity units to 29. Change successfully fulfilled by dynamodb.',
  })
  await consume(scene, 10, 20)
  assert.equal(writeUnits(scene), 29)
  assert.equal(scene.engine.catalog.find('music')?.provisioned?.readUnits, 10)
})

test('a table is scaled in after fifteen minutes below, and not at all when nothing is consumed', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 100)
  await track(scene)
  await pass(scene, 20 * minuteMs)
  await consume(scene, 14, 3)
  assert.equal(writeUnits(scene), 10)
  await consume(scene, 1, 3)
  assert.equal(writeUnits(scene), 5)
  await pass(scene, 60 * minuteMs)
  assert.equal(writeUnits(scene), 5)
})

test('every round of jobs may come often: a minute is acted on once', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 20)
  await track(scene)
  await consume(scene, 2, 100)
  for (let round = 0; round < 20; round += 1) await pass(scene, 100)
  assert.equal(writeUnits(scene), 20)
  assert.equal((await activities(scene)).length, 1)
  await consume(scene, 5, 100)
  assert.equal((await activities(scene)).length, 1)
  const [notScaled, ...others] = await activities(scene, true)
  assert.deepEqual(notScaled?.NotScaledReasons, [{ Code: 'AlreadyAtMaxCapacity', MaxCapacity: 20 }])
  assert.equal(notScaled?.Description, 'Attempting to scale due to alarm triggered')
  assert.equal(notScaled?.StatusCode, 'Failed')
  assert.equal(others.length, 1)
})

test('units of the other kind that somebody changes meanwhile stay changed', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 100)
  await track(scene)
  await consume(scene, 1, 20)
  scene.engine.metering.metrics.series('ConsumedWriteCapacityUnits', { region: '', TableName: 'music' }).add(1200, scene.clock.now())
  scene.clock.advance(minuteMs)
  await runDueJobs(meteredJobs(scene.engine), scene.engine.clock)
  const scaling = scene.rounds.step(scene.clock.now())
  await updateTable(scene.engine, { TableName: 'music', ProvisionedThroughput: units(50, 10) })
  await scaling
  assert.deepEqual(scene.engine.catalog.find('music')?.provisioned, { readUnits: 50, writeUnits: 29 })
})

test('cooldown after scaling out holds the next step back', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 1000)
  await track(scene, { ScaleOutCooldown: 300 })
  await consume(scene, 2, 20)
  assert.equal(writeUnits(scene), 29)
  await consume(scene, 4, 40)
  assert.equal(writeUnits(scene), 29)
  await consume(scene, 1, 40)
  assert.equal(writeUnits(scene), 58)
})

test('suspension holds scaling back until it ends', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 1000)
  await track(scene)
  await registerScalableTarget(scene, { ...ofTable, SuspendedState: { DynamicScalingOutSuspended: true } })
  await consume(scene, 5, 20)
  assert.equal(writeUnits(scene), 10)
  await registerScalableTarget(scene, { ...ofTable, SuspendedState: { DynamicScalingOutSuspended: false } })
  await consume(scene, 1, 20)
  assert.equal(writeUnits(scene), 29)
})

test('a table that is being changed is waited for, and the activity is in progress meanwhile', async () => {
  const scene = await sceneOf({ tableStateDelayMs: 10_000 })
  await pass(scene, minuteMs)
  await register(scene, 1, 1000)
  await track(scene)
  await consume(scene, 1, 20)
  await updateTable(scene.engine, { TableName: 'music', ProvisionedThroughput: units(20, 10) })
  scene.engine.metering.metrics.series('ConsumedWriteCapacityUnits', { region: '', TableName: 'music' }).add(1200, scene.engine.clock.now())
  await pass(scene, 5000)
  await pass(scene, 55_000)
  assert.equal(writeUnits(scene), 10)
  const [waiting] = await activities(scene)
  assert.equal(waiting?.StatusCode, 'InProgress')
  assert.equal(waiting?.StatusMessage, 'Successfully set write capacity units to 29. Waiting for change to be fulfilled by dynamodb.')
  await assert.rejects(register(scene, 1, 50), {
    name: 'ConcurrentUpdateException',
    message: 'You already have a pending update to an Auto Scaling resource.',
  })
  await pass(scene, 10_000)
  assert.equal(writeUnits(scene), 29)
  const [done] = await activities(scene)
  assert.equal(done?.StatusCode, 'Successful')
  assert.equal(done?.EndTime, done?.StartTime === undefined ? undefined : done.StartTime + 10)
  await register(scene, 1, 50)
})

test('when decreases are used up the activity fails with their words, once, and is tried again until it works', async () => {
  const scene = await sceneOf()
  for (const write of [9, 8, 7, 6]) {
    await updateTable(scene.engine, { TableName: 'music', ProvisionedThroughput: units(10, write) })
  }
  await register(scene, 1, 100)
  await track(scene)
  await consume(scene, 30, 1)
  assert.equal(writeUnits(scene), 6)
  const [failed, ...others] = await activities(scene)
  assert.equal(others.length, 0)
  assert.equal(failed?.StatusCode, 'Failed')
  assert.match(
    failed?.StatusMessage ?? '',
    /^Failed to set write capacity units to 2\. Reason: Subscriber limit exceeded: Provisioned throughput decreases are limited .* \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: LimitExceededException\)$/,
  )
  await consume(scene, 30, 1)
  assert.equal(writeUnits(scene), 2)
  assert.deepEqual(
    (await activities(scene)).map(({ StatusCode }) => StatusCode),
    ['Successful', 'Failed'],
  )
})

test('capacity outside of the bounds is changed when they are registered', async () => {
  const scene = await sceneOf()
  await register(scene, 15, 20)
  assert.equal(writeUnits(scene), 15)
  scene.clock.advance(1)
  await register(scene, 1, 4)
  assert.equal(writeUnits(scene), 4)
  assert.deepEqual(
    (await activities(scene)).map(({ Cause, Description }) => [Cause, Description]),
    [
      ['maximum capacity was set to 4', 'Setting write capacity units to 4.'],
      ['minimum capacity was set to 15', 'Setting write capacity units to 15.'],
    ],
  )
})

test('capacity outside of the bounds is changed when the table is ACTIVE again', async () => {
  const scene = await sceneOf({ tableStateDelayMs: 2000 })
  await consume(scene, 1, 0)
  await updateTable(scene.engine, { TableName: 'music', ProvisionedThroughput: units(11, 10) })
  await register(scene, 15, 20)
  assert.equal(writeUnits(scene), 10)
  await consume(scene, 2, 0)
  assert.equal(writeUnits(scene), 15)
})

test('an index is scaled by itself', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 100, ofIndex)
  await track(scene, {}, ofIndex)
  await consume(scene, 2, 20, 'index')
  const table = scene.engine.catalog.find('music')
  const index = table?.indexes[0]
  assert.deepEqual(index?.kind === 'global' && index.provisioned, { readUnits: 29, writeUnits: 10 })
  assert.deepEqual(table?.provisioned, { readUnits: 10, writeUnits: 10 })
  assert.equal((await activities(scene))[0]?.Description, 'Setting read capacity units to 29.')
})

test('a target stays when its table goes, and waits for one of the same name', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 100)
  await track(scene)
  await deleteTable(scene.engine, { TableName: 'music' })
  await consume(scene, 3, 20)
  assert.equal((await activities(scene)).length, 0)
  await createTable(scene.engine, music)
  await consume(scene, 2, 20)
  assert.equal(writeUnits(scene), 29)
})

test('what was done for targets that are gone is told for six weeks and then forgotten', async () => {
  const scene = await sceneOf()
  const weekMs = 7 * 24 * 60 * minuteMs
  await register(scene, 15, 100)
  await deregisterScalableTarget(scene, ofTable)
  scene.clock.advance(6 * weekMs - 1)
  await register(scene, 1, 100, ofIndex)
  assert.equal((await activities(scene)).length, 1)
  assert.equal(scene.targets.activePlaces('').length, 1)
  scene.clock.advance(2)
  await register(scene, 1, 50, ofIndex)
  assert.equal((await activities(scene)).length, 0)
  assert.equal(scene.targets.activePlaces('').length, 0)
})

test('a table on demand is left alone', async () => {
  const scene = await sceneOf()
  await register(scene, 1, 100)
  await track(scene)
  await updateTable(scene.engine, { TableName: 'music', BillingMode: 'PAY_PER_REQUEST' })
  await consume(scene, 3, 200)
  assert.equal(scene.engine.catalog.find('music')?.billingMode, 'PAY_PER_REQUEST')
  await register(scene, 50, 100)
  assert.equal((await activities(scene)).length, 0)
})

test('targets, policies, cooldowns and activities outlive the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-scaling-'))
  try {
    const storage = { kind: 'disk', folder } as const
    let scene = await sceneOf({ storage })
    await register(scene, 1, 1000)
    await track(scene, { ScaleOutCooldown: 300 })
    await consume(scene, 2, 20)
    await consume(scene, 1, 40)
    const before = scene.targets.all()
    await scene.engine.close()
    scene = await sceneIn(scene.clock, await openMeteredEngine({ storage, clock: scene.clock, random: seededRandom(2) }))
    assert.deepEqual(scene.targets.all(), before)
    assert.equal((await activities(scene)).length, 1)
    await consume(scene, 3, 40)
    assert.equal(writeUnits(scene), 29)
    await consume(scene, 1, 40)
    assert.equal(writeUnits(scene), 58)
    await scene.engine.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('each region scales its own tables', async () => {
  const scene = await sceneOf({ regions: 'isolated', region: 'us-east-1' })
  const name = 'ConsumedWriteCapacityUnits'
  const paris: MeteredEngine = { ...scene.engine, region: 'eu-west-3', catalog: scene.engine.catalog.of('eu-west-3') }
  await createTable(paris, music)
  await register({ ...scene, engine: paris }, 1, 100)
  await track({ ...scene, engine: paris })
  for (let minute = 0; minute < 2; minute += 1) {
    scene.engine.metering.metrics.series(name, { region: 'us-east-1', TableName: 'music' }).add(1200, scene.engine.clock.now())
    scene.engine.metering.metrics.series(name, { region: 'eu-west-3', TableName: 'music' }).add(1200, scene.engine.clock.now())
    await pass(scene, minuteMs)
  }
  assert.equal(writeUnits(scene), 10)
  assert.equal(writeUnits({ ...scene, engine: paris }), 29)
  assert.equal((await activities(scene)).length, 0)
})
