import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { hourMs, ManualClock, minuteMs } from '../../../base/clock.ts'
import { seededRandom } from '../../../base/random.ts'
import { openMeteredEngine } from '../../../metering/open-metered-engine.ts'
import { createTable } from '../../../operations/tables/create-table.ts'
import { updateTable } from '../../../operations/tables/update-table.ts'
import { type MemoryStore, openMemoryStore } from '../../../storage/memory/open-memory-store.ts'
import { Records } from '../../records.ts'
import { clockSkewMsMax } from '../contract/limits.ts'
import { changeCapacity } from './change-capacity.ts'
import { deregisterScalableTarget } from './deregister-scalable-target.ts'
import { describeScalingActivities } from './describe-scaling-activities.ts'
import { putScalingPolicy } from './put-scaling-policy.ts'
import { putScheduledAction } from './put-scheduled-action.ts'
import { registerScalableTarget } from './register-scalable-target.ts'
import { ScalingRounds } from './scale-targets.ts'
import { type ScalingContext, scalingContext } from './scaling-context.ts'

const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/music',
  ScalableDimension: 'dynamodb:table:WriteCapacityUnits',
} as const

interface Node extends ScalingContext {
  readonly clock: ManualClock
  readonly rounds: ScalingRounds
}

let store: MemoryStore
/** Of how many commits from now on the last one fails. */
let commitsUntilFailure: number | undefined
let one: Node
let other: Node

beforeEach(async () => {
  commitsUntilFailure = undefined
  store = openMemoryStore({
    failCommit: () => {
      if (commitsUntilFailure === undefined) return
      commitsUntilFailure -= 1
      if (commitsUntilFailure > 0) return
      commitsUntilFailure = undefined
      throw new Error('no disk')
    },
  })
  one = await nodeWith(1)
  other = await nodeWith(2)
  await createTable(one.engine, {
    TableName: 'music',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 10 },
  })
  await registerScalableTarget(one, { ...target, MinCapacity: 1, MaxCapacity: 1000 })
})
afterEach(() => store.close())

/** One of several processes on the store. Each has a clock of its own. */
async function nodeWith(seed: number): Promise<Node> {
  const clock = new ManualClock(Date.parse('2026-11-22T10:00:00Z'))
  const engine = await openMeteredEngine({ storage: { kind: 'custom', open: () => store }, clock, random: seededRandom(seed) })
  const context = await scalingContext({ engine, records: new Records(engine.store) })
  return { ...context, clock, rounds: new ScalingRounds(context) }
}

function advance(byMs: number): void {
  for (const { clock } of [one, other]) clock.advance(byMs)
}

/** So many units a second in the minute that goes on, as this process knows of them. */
function consume({ engine, clock }: Node, unitsPerSecond: number): void {
  const series = engine.metering.metrics.series('ConsumedWriteCapacityUnits', { region: '', TableName: 'music' })
  series.add(unitsPerSecond * 60, clock.now())
}

async function track({ ScaleOutCooldown = 0 } = {}): Promise<void> {
  await putScalingPolicy(one, {
    ...target,
    PolicyName: 'keep',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      ScaleOutCooldown,
      PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
    },
  })
}

function writeUnits({ engine }: Node): number | undefined {
  return engine.catalog.find('music')?.provisioned?.writeUnits
}

/** The latest first, as this process tells them. */
async function descriptions(node: Node): Promise<readonly string[]> {
  await node.targets.catchUp()
  const { ScalingActivities = [] } = await describeScalingActivities(node, {
    ServiceNamespace: 'dynamodb',
    IncludeNotScaledActivities: true,
  })
  return ScalingActivities.map(({ Description, StatusCode }) => `${StatusCode} ${Description}`)
}

const scaledTo = (units: number): string => `Successful Setting write capacity units to ${units}.`

/** Two minutes of it. Metrics are their own as long as they are not stored. */
function consumeTwoMinutes(units: readonly [one: number, other: number]): void {
  for (let minute = 0; minute < 2; minute += 1) {
    consume(one, units[0])
    consume(other, units[1])
    advance(minuteMs)
  }
}

function step({ engine, rounds }: Node): Promise<boolean> {
  return rounds.step(engine.clock.now())
}

for (const [first, units] of [
  ['the one that knows less', 29],
  ['the one that knows more', 58],
] as const) {
  test(`Of two processes that would scale differently in the same minute the first does: ${first}`, async () => {
    await track()
    consumeTwoMinutes([20, 40])
    const nodes = units === 29 ? [one, other] : [other, one]
    for (let times = 0; times < 3; times += 1) for (const node of nodes) await step(node)
    for (const node of nodes) assert.deepEqual([writeUnits(node), await descriptions(node)], [units, [scaledTo(units)]])
  })
}

test('Of two processes that scale at the same time one does, and the alarms of the policy follow once', async () => {
  await track()
  const alarmsBefore = (await one.alarms.historyOf('')).length
  consumeTwoMinutes([20, 20])
  for (let times = 0; times < 3; times += 1) await Promise.all([step(other), step(one)])
  for (const node of [one, other]) assert.deepEqual([writeUnits(node), await descriptions(node)], [29, [scaledTo(29)]])
  advance(minuteMs)
  for (let times = 0; times < 3; times += 1) await Promise.all([step(other), step(one)])
  assert.equal((await one.alarms.historyOf('')).length, alarmsBefore + 4)
})

test('A cooldown that one process began holds the other back', async () => {
  await track({ ScaleOutCooldown: 300 })
  consumeTwoMinutes([20, 20])
  await step(one)
  for (let minute = 0; minute < 4; minute += 1) {
    consume(other, 60)
    advance(minuteMs)
    await step(other)
    assert.equal(writeUnits(other), 29)
  }
  consume(other, 60)
  advance(minuteMs)
  await step(other)
  assert.equal(writeUnits(other), 86)
})

test('A minute that came to nothing, for the store failed, is free again', async () => {
  await track()
  consumeTwoMinutes([20, 20])
  // The first commit takes the minute on, the second is that of UpdateTable.
  commitsUntilFailure = 2
  await assert.rejects(step(one), { name: 'StoreUnavailable' })
  assert.equal(writeUnits(one), 10)
  await step(other)
  assert.deepEqual([writeUnits(other), await descriptions(one)], [29, [scaledTo(29)]])
})

test('A target that changed while it was decided upon is decided upon again', async () => {
  await track()
  await other.targets.catchUp()
  consumeTwoMinutes([20, 20])
  const deciding = step(one)
  await registerScalableTarget(other, { ...target, MaxCapacity: 15 })
  await deciding
  await step(one)
  assert.deepEqual([writeUnits(one), await descriptions(one)], [15, [scaledTo(15)]])
})

test('A scheduled action is done once, whichever process comes to it, and its capacity is set once', async () => {
  await putScheduledAction(one, {
    ...target,
    ScheduledActionName: 'noon',
    Schedule: 'cron(0 12 * * ? *)',
    ScalableTargetAction: { MinCapacity: 15, MaxCapacity: 30 },
  })
  advance(2 * hourMs)
  for (let times = 0; times < 3; times += 1) await Promise.all([step(one), step(other)])
  const once = [scaledTo(15), 'Successful Setting min capacity to 15 and max capacity to 30']
  for (const node of [one, other]) assert.deepEqual([writeUnits(node), await descriptions(node)], [15, once])
  assert.equal(one.targets.all()[0]?.boundsPending, undefined)
})

test('Capacity that a registration could not bring inside its bounds any more is brought there by whoever comes to it', async () => {
  // The target is registered, and then the store fails.
  commitsUntilFailure = 2
  await assert.rejects(registerScalableTarget(one, { ...target, MinCapacity: 15, MaxCapacity: 20 }), { name: 'StoreUnavailable' })
  assert.equal(writeUnits(one), 10)
  advance(1000)
  for (let times = 0; times < 3; times += 1) await Promise.all([step(one), step(other)])
  for (const node of [one, other]) assert.deepEqual([writeUnits(node), await descriptions(node)], [15, [scaledTo(15)]])
  assert.equal(one.targets.all()[0]?.boundsPending, undefined)
})

test('Who sets one kind of units leaves the other as another process has set it', async () => {
  const place = { region: '', resourceId: target.ResourceId, dimension: target.ScalableDimension }
  const ofReads = { ...place, dimension: 'dynamodb:table:ReadCapacityUnits' } as const
  await registerScalableTarget(one, { ...target, ScalableDimension: ofReads.dimension, MinCapacity: 1, MaxCapacity: 1000 })
  assert.equal(await changeCapacity(one, { place, capacity: 15, cause: 'a test' }), true)
  await other.targets.catchUp()
  await updateTable(one.engine, { TableName: 'music', ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 25 } })
  // By what it knows there are 15 write units.
  assert.equal(await changeCapacity(other, { place: ofReads, capacity: 20, cause: 'a test' }), false)
  assert.equal(await changeCapacity(other, { place: ofReads, capacity: 20, cause: 'a test' }), true)
  for (const { engine } of [one, other]) {
    await engine.store.get([])
    assert.deepEqual(engine.catalog.find('music')?.provisioned, { readUnits: 20, writeUnits: 25 })
  }
})

test('Capacity that another process has set already is not told of as a failure', async () => {
  await other.targets.catchUp()
  const place = { region: '', resourceId: target.ResourceId, dimension: target.ScalableDimension }
  for (const node of [one, other]) assert.equal(await changeCapacity(node, { place, capacity: 15, cause: 'a test' }), true)
  assert.deepEqual(await descriptions(other), [scaledTo(15)])
})

test('A capacity that was decided on by bounds that are others by now is not set', async () => {
  const place = { region: '', resourceId: target.ResourceId, dimension: target.ScalableDimension }
  await other.targets.catchUp()
  await registerScalableTarget(one, { ...target, MinCapacity: 5, MaxCapacity: 12 })
  assert.equal(await changeCapacity(other, { place, capacity: 20, cause: 'a test' }), false)
  await other.targets.catchUp()
  assert.equal(await changeCapacity(other, { place, capacity: 20, cause: 'a test' }), false)
  await one.engine.store.get([])
  assert.equal(writeUnits(one), 10)
  assert.equal(await changeCapacity(other, { place, capacity: 12, cause: 'a test' }), true)
})

test('Bounds stay pending when the capacity that lies inside them is what it was', async () => {
  await one.engine.store.get([])
  const ProvisionedThroughput = { ReadCapacityUnits: 10, WriteCapacityUnits: 20 }
  await updateTable(other.engine, { TableName: 'music', ProvisionedThroughput })
  assert.equal(writeUnits(one), 10)
  await registerScalableTarget(one, { ...target, MinCapacity: 5, MaxCapacity: 12 })
  advance(1000)
  for (let times = 0; times < 3; times += 1) await Promise.all([step(one), step(other)])
  await Promise.all([one, other].map(({ engine }) => engine.store.get([])))
  assert.deepEqual([writeUnits(one), writeUnits(other)], [12, 12])
  assert.equal(one.targets.all()[0]?.boundsPending, undefined)
})

test('Bounds stay pending while a change of the capacity is under way that leads out of them', async () => {
  one.engine.settings.tableStateDelayMs = 60_000
  const ProvisionedThroughput = { ReadCapacityUnits: 10, WriteCapacityUnits: 20 }
  await updateTable(one.engine, { TableName: 'music', ProvisionedThroughput })
  assert.equal(one.engine.catalog.find('music')?.status, 'UPDATING')
  await registerScalableTarget(one, { ...target, MinCapacity: 5, MaxCapacity: 12 })
  assert.equal(one.targets.all()[0]?.boundsPending, true)
})

test('A process whose clock is a little behind does not take what the other did for undone', async () => {
  await putScheduledAction(one, {
    ...target,
    ScheduledActionName: 'noon',
    Schedule: 'cron(0 12 * * ? *)',
    ScalableTargetAction: { MinCapacity: 15 },
  })
  advance(2 * hourMs - clockSkewMsMax)
  one.clock.advance(clockSkewMsMax)
  await step(one)
  await step(other)
  other.clock.advance(clockSkewMsMax)
  await step(other)
  const done = (await descriptions(other)).filter((description) => description.includes('min capacity'))
  assert.equal(done.length, 1)
})

test('What one process registered the other scales, and stops to when it is gone', async () => {
  await step(other)
  await track()
  consumeTwoMinutes([20, 20])
  await step(other)
  assert.equal(writeUnits(other), 29)
  const id = other.targets.all()[0]?.id
  await deregisterScalableTarget(one, target)
  consumeTwoMinutes([90, 90])
  await step(other)
  assert.deepEqual([other.targets.all(), other.alarms.of(''), writeUnits(other)], [[], [], 29])
  assert.equal(other.engine.schedule.lastRunMs(`scale targets ${id} by policy`, other.clock.now()), undefined)
})

test('Clocks that are set back stop no scaling', async () => {
  await track()
  await Promise.all([step(one), step(other)])
  advance(-24 * hourMs)
  consumeTwoMinutes([20, 20])
  await Promise.all([step(one), step(other)])
  assert.equal(writeUnits(one), 29)
})
