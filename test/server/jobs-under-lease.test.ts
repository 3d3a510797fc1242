/** Jobs of services and of metrics on several nodes: each is done once, and no step of a node lands whose lease went to another meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { allLeasesRange, nameInKey } from '../../src/engine/keyspace/node-keys.ts'
import { metricPointAgeMsMax, pointsLateMsMax } from '../../src/metering/limits.ts'
import type { Service } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Guard, Store } from '../../src/storage/store.ts'
import { forwardedStore } from '../harness/forwarded-store.ts'
import { type Node, nodeOn } from '../harness/nodes.ts'
import { type Body, succeed } from '../harness/service.ts'

const startMs = 1_795_341_600_000
const beatMs = 2000
const TableName = 'Orders'
const ResourceId = `table/${TableName}`
const ofTable = { ServiceNamespace: 'dynamodb', ResourceId, ScalableDimension: 'dynamodb:table:WriteCapacityUnits' }

async function ask(service: Service, target: string, signingName: string, input: object): Promise<Body> {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': '20261122T100000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/${signingName}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`,
  }
  const { status, body } = await service.handle({ target, headers, body: Buffer.from(JSON.stringify(input)) })
  assert.equal(status, 200, String(body))
  return String(body) === '' ? {} : JSON.parse(String(body))
}

const scaling = (service: Service, operation: string, input: object): Promise<Body> =>
  ask(service, `AnyScaleFrontendService.${operation}`, 'application-autoscaling', input)
const cloudWatch = (service: Service, operation: string, input: object): Promise<Body> =>
  ask(service, `GraniteServiceVersion20100801.${operation}`, 'monitoring', input)

/** The ways of two nodes to a store, and what comes of the writes of jobs on them. */
class Watched {
  /** The leases under which each of them has written, once for each write that was kept. */
  readonly written: readonly string[][] = [[], []]
  /** What happens before the first node writes under this lease. */
  freeze: { readonly lease: string; readonly meanwhile: () => Promise<void> } | undefined
  readonly #inner: Store = openMemoryStore()

  way(at: number): Store {
    return {
      ...forwardedStore(this.#inner),
      write: async (reads, decide, guards) => {
        const lease = leaseIn(guards)
        if (at === 0 && this.freeze !== undefined && lease === this.freeze.lease) {
          const { meanwhile } = this.freeze
          this.freeze = undefined
          await meanwhile()
        }
        const result = await this.#inner.write(reads, decide, guards)
        if (lease !== undefined) this.written[at]?.push(lease)
        return result
      },
    }
  }
}

function leaseIn(guards: readonly Guard[] = []): string | undefined {
  const [tag] = allLeasesRange().start
  const found = guards.find(({ key }) => key[0] === tag)
  return found && nameInKey(found.key)
}

async function beats(node: Node, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    node.steady.advance(beatMs)
    await node.service.beat()
  }
}

interface Two {
  readonly watched: Watched
  readonly clock: ManualClock
  readonly one: Node
  readonly other: Node
}

/** The first node has every lease, and in its next round each of these jobs has something to write. */
async function openTwo(): Promise<Two> {
  const watched = new Watched()
  const clock = new ManualClock(startMs)
  const [one, other] = [await nodeOn(watched.way(0), clock, 1), await nodeOn(watched.way(1), clock, 2)]
  await succeed(one.service, 'CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  })
  await scaling(one.service, 'RegisterScalableTarget', { ...ofTable, MinCapacity: 5, MaxCapacity: 10 })
  const at = new Date(startMs + metricPointAgeMsMax + 4 * minuteMs).toISOString().slice(0, 19)
  const ScalableTargetAction = { MinCapacity: 8 }
  await scaling(one.service, 'PutScheduledAction', { ...ofTable, ScheduledActionName: 'more', Schedule: `at(${at})`, ScalableTargetAction })
  await cloudWatch(one.service, 'PutMetricAlarm', {
    AlarmName: 'throttled',
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ThrottledRequests',
    Dimensions: [{ Name: 'TableName', Value: TableName }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
  // Whoever has been asked has the service open, and its jobs.
  await scaling(other.service, 'DescribeScalableTargets', { ServiceNamespace: 'dynamodb' })
  for (const node of [one, other]) await node.service.control.runJobs()
  await beats(one, 1)
  await one.service.control.runJobs()
  // More history than is kept, and none of it made by who holds the lease.
  for (let time = 0; time < 1002; time += 1) {
    const StateValue = time % 2 === 0 ? 'OK' : 'ALARM'
    await cloudWatch(other.service, 'SetAlarmState', { AlarmName: 'throttled', StateValue, StateReason: 'a test' })
  }
  clock.advance(metricPointAgeMsMax + 5 * minuteMs)
  watched.written[0]?.splice(0)
  return { watched, clock, one, other }
}

const jobs = ['judge alarms', 'metrics of settings', 'old metrics', 'scale targets', 'trim alarm history']

test('jobs of services and of metrics write under their leases', async () => {
  const { watched, one, other } = await openTwo()
  await one.service.control.runJobs()
  assert.deepEqual(
    jobs.filter((name) => !watched.written[0]?.includes(name)),
    [],
  )
  for (const { service } of [one, other]) await service.close()
})

for (const lease of jobs) {
  test(`a step of ${lease} does nothing once another node has the lease, which does it`, async () => {
    const { watched, one, other } = await openTwo()
    let isFrozen = false
    const meanwhile = async (): Promise<void> => {
      isFrozen = true
      await beats(other, 4)
      watched.written[0]?.splice(0)
    }
    watched.freeze = { lease, meanwhile }
    await one.service.control.runJobs()
    assert.ok(isFrozen)
    assert.ok(!watched.written[0]?.includes(lease))
    await other.service.control.runJobs()
    assert.ok(watched.written[1]?.includes(lease))
    for (const { service } of [one, other]) await service.close()
  })
}

test('an alarm is judged by what all nodes have measured in the minute, also those that store it a little later', async () => {
  const { clock, one, other } = await openTwo()
  for (const { service } of [one, other]) await service.control.runJobs()
  const state = async (): Promise<unknown> => {
    const { MetricAlarms } = await cloudWatch(one.service, 'DescribeAlarms', { AlarmNames: ['throttled'] })
    return (MetricAlarms as readonly Body[])[0]?.StateValue
  }
  await cloudWatch(one.service, 'SetAlarmState', { AlarmName: 'throttled', StateValue: 'OK', StateReason: 'a test' })
  const { metrics } = other.service.controlContext.engine.metering
  metrics.series('ThrottledRequests', { region: '', TableName, Operation: 'PutItem' }).add(1, clock.now())
  clock.advance(minuteMs)
  await one.service.control.runJobs()
  assert.equal(await state(), 'OK')
  clock.advance(pointsLateMsMax - 1)
  await other.service.control.runJobs()
  clock.advance(1)
  await one.service.control.runJobs()
  assert.equal(await state(), 'ALARM')
  for (const { service } of [one, other]) await service.close()
})

test('what stands for all nodes is noted once, and shown by each of them', async () => {
  const { clock, one, other } = await openTwo()
  for (let minute = 0; minute < 6; minute += 1) {
    for (const { service } of [one, other, one]) await service.control.runJobs()
    clock.advance(minuteMs)
  }
  for (const { service } of [one, other]) {
    const { Datapoints } = await cloudWatch(service, 'GetMetricStatistics', {
      Namespace: 'AWS/DynamoDB',
      MetricName: 'ProvisionedReadCapacityUnits',
      Dimensions: [{ Name: 'TableName', Value: TableName }],
      StartTime: (startMs + metricPointAgeMsMax + 5 * minuteMs) / 1000,
      EndTime: (startMs + metricPointAgeMsMax + 11 * minuteMs) / 1000,
      Period: 300,
      Statistics: ['SampleCount', 'Sum'],
    })
    const points = (Datapoints as readonly Body[]).map(({ SampleCount, Sum }) => [SampleCount, Sum])
    assert.deepEqual(points, [
      [1, 5],
      [1, 5],
    ])
    const known = [...service.controlContext.engine.metering.metrics.all()].find(({ name }) => name === 'ProvisionedReadCapacityUnits')
    assert.deepEqual([known?.last, known?.lastMinuteMs], [5, clock.now() - minuteMs])
  }
  for (const { service } of [one, other]) await service.close()
})
