/**
 * A day of auto scaling as its users see it: requests of three services on one port, limits that are enforced, a clock that goes as
 * fast as the requests are sent. Nothing here looks behind the answers.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService } from '../harness/service.ts'

/** 2026-11-22T00:00:00Z, so that all of it is one day. */
const startMs = 1_795_305_600_000

const target = { ServiceNamespace: 'dynamodb', ResourceId: 'table/Orders', ScalableDimension: 'dynamodb:table:WriteCapacityUnits' }
const prefixes = { dynamodb: 'DynamoDB_20120810', scaling: 'AnyScaleFrontendService', cloudwatch: 'GraniteServiceVersion20100801' }
/** An item of ten write units. */
const padding = 'x'.repeat(9_900)

interface Said {
  readonly status: number
  readonly body: { readonly [member: string]: unknown }
}

interface Minute {
  readonly written: number
  readonly throttled: number
}

class Day {
  readonly clock: ManualClock
  readonly #service: Service
  #written = 0

  private constructor(service: Service, clock: ManualClock) {
    this.#service = service
    this.clock = clock
  }

  static async open(): Promise<Day> {
    const clock = new ManualClock(startMs)
    return new Day(await openTestService('steady', { clock, throughput: 'enforce' }), clock)
  }

  close(): Promise<void> {
    return this.#service.close()
  }

  async send(service: keyof typeof prefixes, operation: string, input: object): Promise<Said> {
    const headers = {
      'content-type': service === 'scaling' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
      'x-amz-date': '20261122T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    }
    const request = { target: `${prefixes[service]}.${operation}`, headers, body: Buffer.from(JSON.stringify(input)) }
    const { status, body } = await this.#service.handle(request)
    return { status, body: JSON.parse(body) as Said['body'] }
  }

  async ask<T>(service: keyof typeof prefixes, operation: string, input: object): Promise<T> {
    const { status, body } = await this.send(service, operation, input)
    assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`)
    return body as T
  }

  /** Minutes with so many units asked for in each, evenly and ten at a time. */
  async load(minutes: number, unitsPerMinute: number): Promise<readonly Minute[]> {
    const met: Minute[] = []
    for (let minute = 0; minute < minutes; minute += 1) {
      let throttled = 0
      const requests = unitsPerMinute / 10
      for (let request = 0; request < requests; request += 1) {
        if (!(await this.#write())) throttled += 1
        this.clock.advance(60_000 / requests)
      }
      await this.#service.control.runJobs()
      met.push({ written: requests - throttled, throttled })
    }
    return met
  }

  async #write(): Promise<boolean> {
    this.#written += 1
    const Item = { id: { S: `order ${this.#written % 500}` }, padding: { S: padding } }
    const { status, body } = await this.send('dynamodb', 'PutItem', { TableName: 'Orders', Item })
    if (status === 200) return true
    assert.match(String(body['__type']), /ProvisionedThroughputExceededException$/)
    return false
  }

  async throughput(): Promise<{
    readonly WriteCapacityUnits: number
    readonly ReadCapacityUnits: number
    readonly NumberOfDecreasesToday: number
  }> {
    const { Table } = await this.ask<{ Table: { ProvisionedThroughput: Awaited<ReturnType<Day['throughput']>> } }>(
      'dynamodb',
      'DescribeTable',
      { TableName: 'Orders' },
    )
    return Table.ProvisionedThroughput
  }

  async units(): Promise<number> {
    return (await this.throughput()).WriteCapacityUnits
  }

  /** The state of each alarm, by the middle of its name. */
  async alarms(): Promise<{ readonly [name: string]: string }> {
    const AlarmNamePrefix = 'TargetTracking-table/Orders-'
    const { MetricAlarms } = await this.ask<{ MetricAlarms: readonly { readonly AlarmName: string; readonly StateValue: string }[] }>(
      'cloudwatch',
      'DescribeAlarms',
      { AlarmNamePrefix },
    )
    return Object.fromEntries(
      MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName.slice(AlarmNamePrefix.length).split('-')[0], StateValue]),
    )
  }

  async activities(): Promise<readonly { readonly Description: string; readonly StatusCode: string; readonly StartTime: number }[]> {
    const { ScalingActivities } = await this.ask<{ ScalingActivities: Awaited<ReturnType<Day['activities']>> }>(
      'scaling',
      'DescribeScalingActivities',
      { ServiceNamespace: 'dynamodb', ResourceId: 'table/Orders' },
    )
    return ScalingActivities
  }
}

async function scaledTable(): Promise<Day> {
  const day = await Day.open()
  await day.ask('dynamodb', 'CreateTable', {
    TableName: 'Orders',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 10 },
  })
  await day.ask('scaling', 'RegisterScalableTarget', { ...target, MinCapacity: 5, MaxCapacity: 200 })
  await day.ask('scaling', 'PutScalingPolicy', {
    ...target,
    PolicyName: 'keep',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 70,
      PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBWriteCapacityUtilization' },
    },
  })
  return day
}

function sumOf(minutes: readonly Minute[], what: keyof Minute): number {
  return minutes.reduce((sum, minute) => sum + minute[what], 0)
}

test('a table grows with its load until nothing is throttled, shrinks when the load falls, and its alarms tell of it', async (t) => {
  const day = await scaledTable()
  t.after(() => day.close())
  // 60 % of what there is: nothing to do.
  assert.equal(sumOf(await day.load(16, 360), 'throttled'), 0)
  assert.equal(await day.units(), 10)
  assert.deepEqual([(await day.alarms())['AlarmHigh'], (await day.alarms())['AlarmLow']], ['OK', 'OK'])

  // 60 units a second: what was saved is used up before the two minutes are over, in which the alarm is not there yet.
  const rising = await day.load(2, 3600)
  assert(sumOf(rising, 'throttled') > 0)
  assert.equal((await day.alarms())['AlarmHigh'], 'ALARM')
  assert.deepEqual(
    (await day.activities()).map(({ StatusCode }) => StatusCode),
    ['Successful'],
  )
  // What was refused is not in the metric, so that it may take one more step.
  await day.load(4, 3600)
  assert.equal(await day.units(), 86)
  assert.equal(sumOf(await day.load(15, 3600), 'throttled'), 0)
  assert.equal(await day.units(), 86)
  assert.equal((await day.alarms())['AlarmHigh'], 'OK')
  assert.equal((await day.throughput()).ReadCapacityUnits, 5)

  // 10 units a second.
  assert.equal(sumOf(await day.load(14, 600), 'throttled'), 0)
  assert.equal(await day.units(), 86)
  await day.load(1, 600)
  assert.equal(await day.units(), 15)
  assert.equal((await day.alarms())['AlarmLow'], 'ALARM')
  assert.equal(sumOf(await day.load(2, 600), 'throttled'), 0)
  assert.equal((await day.alarms())['AlarmLow'], 'OK')
  assert.equal((await day.activities())[0]?.Description, 'Setting write capacity units to 15.')
})

test('with a load that goes up and down all day, decreases stay within their quota', async (t) => {
  const day = await scaledTable()
  t.after(() => day.close())
  const decreasedMs: number[] = []
  let last = await day.units()
  for (let cycle = 0; cycle < 14; cycle += 1) {
    for (let minute = 0; minute < 22; minute += 1) {
      await day.load(1, minute < 3 ? 1800 : 30)
      const { WriteCapacityUnits: units, NumberOfDecreasesToday } = await day.throughput()
      if (units < last) decreasedMs.push(day.clock.now())
      last = units
      assert.equal(NumberOfDecreasesToday, decreasedMs.length)
    }
  }
  assert(decreasedMs.length >= 6, `${decreasedMs.length}`)
  for (const [at, timeMs] of decreasedMs.entries()) {
    if (at >= 4) assert(timeMs - (decreasedMs[at - 1] ?? 0) >= hourMs, `decrease ${at + 1} came too early`)
  }
  const failed = (await day.activities()).filter(({ StatusCode }) => StatusCode === 'Failed')
  assert(failed.length > 0)
})
