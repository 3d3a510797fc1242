/**
 * CloudWatch's API at the same port, in each of its three protocols, by the SDK's client; and alarms over virtual minutes. The clock
 * stands still until a test moves it.
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  GetMetricStatisticsCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { type RunningStator, type StartOptions, start } from '../../src/index.ts'
import { storePoints } from '../../src/metering/metrics/store-points.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService } from '../harness/service.ts'
import { frontDoorStorage, judgedAfterMs } from '../harness/test-storage.ts'

/** 2026-11-22T10:00:00Z */
const startMs = 1_795_341_600_000
/** What the client itself is made of: the first is what it speaks unless told otherwise, the last what it spoke before. */
const { AwsJson1_0Protocol, AwsSmithyRpcV2CborProtocol, AwsQueryProtocol } = createRequire(
  import.meta.resolve('@aws-sdk/client-cloudwatch'),
)('@aws-sdk/core/protocols')
const protocols = { json: AwsJson1_0Protocol, cbor: AwsSmithyRpcV2CborProtocol, query: AwsQueryProtocol }
const dimensions = [{ Name: 'TableName', Value: 'Orders' }]
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const signature = 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/monitoring/aws4_request, SignedHeaders=host;x-amz-date, Signature=0'

/** A server whose time is the test's, with a table that takes writes. */
class Bench {
  readonly clock: ManualClock
  readonly stator: RunningStator
  readonly client: CloudWatchClient

  private constructor(clock: ManualClock, stator: RunningStator, protocol: keyof typeof protocols) {
    this.clock = clock
    this.stator = stator
    this.client = clientOf(stator.endpoint, protocol)
  }

  static async open({
    protocol = 'json' as keyof typeof protocols,
    ...options
  }: StartOptions & { protocol?: keyof typeof protocols } = {}): Promise<Bench> {
    const clock = new ManualClock(startMs + (options.dataDir === undefined ? judgedAfterMs : 0))
    const storage = options.dataDir === undefined ? await frontDoorStorage() : {}
    const stator = await start({ port: 0, clock, jobs: 'manual', ...storage, ...options })
    return new Bench(clock, stator, protocol)
  }

  async createTable(): Promise<void> {
    await this.dynamodb('CreateTable', {
      TableName: 'Orders',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  }

  async put(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1) await this.dynamodb('PutItem', { TableName: 'Orders', Item: { pk: { S: `${time}` } } })
  }

  async dynamodb(operation: string, input: object): Promise<void> {
    const response = await fetch(this.stator.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20261122T100000Z',
        authorization: signature,
      },
      body: JSON.stringify(input),
    })
    assert.equal(response.status, 200, await response.text())
  }

  /** Lets minutes pass, and everything happen that is due in each. */
  async minutes(count = 1): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      this.clock.advance(minuteMs)
      await this.stator.control.runJobs()
    }
  }

  async state(name: string): Promise<string | undefined> {
    const { MetricAlarms = [] } = await this.client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))
    return MetricAlarms[0]?.StateValue
  }

  async close(): Promise<void> {
    this.client.destroy()
    await this.stator.close()
  }
}

function clientOf(endpoint: string, protocol: keyof typeof protocols): CloudWatchClient {
  return new CloudWatchClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1, protocol: protocols[protocol] })
}

function alarm(more: Partial<PutMetricAlarmCommandInput>): PutMetricAlarmCommand {
  return new PutMetricAlarmCommand({
    AlarmName: 'writes',
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ConsumedWriteCapacityUnits',
    Dimensions: dimensions,
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 2,
    ComparisonOperator: 'GreaterThanThreshold',
    ...more,
  })
}

const range = { StartTime: new Date(startMs), EndTime: new Date(startMs + 10 * minuteMs) }
const statistics = { Namespace: 'AWS/DynamoDB', MetricName: 'ConsumedWriteCapacityUnits', Dimensions: dimensions, Period: 60, ...range }

for (const protocol of ['json', 'cbor', 'query'] as const) {
  describe(`CloudWatch in ${protocol}`, () => {
    let bench: Bench

    before(async () => {
      bench = await Bench.open({ protocol })
      await bench.createTable()
      await bench.put(3)
      await bench.minutes(2)
      await bench.put(1)
    })
    after(() => bench.close())

    test('GetMetricStatistics answers minutes in ascending order, and joins them', async () => {
      const all = ['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum'] as const
      const byMinute = await bench.client.send(new GetMetricStatisticsCommand({ ...statistics, Statistics: [...all] }))
      assert.equal(byMinute.Label, 'ConsumedWriteCapacityUnits')
      assert.deepEqual(byMinute.Datapoints, [
        { Timestamp: new Date(startMs), SampleCount: 3, Average: 1, Sum: 3, Minimum: 1, Maximum: 1, Unit: 'Count' },
        { Timestamp: new Date(startMs + 2 * minuteMs), SampleCount: 1, Average: 1, Sum: 1, Minimum: 1, Maximum: 1, Unit: 'Count' },
      ])
      const joined = await bench.client.send(new GetMetricStatisticsCommand({ ...statistics, Period: 300, Statistics: ['Sum'] }))
      assert.deepEqual(joined.Datapoints, [{ Timestamp: new Date(startMs), Sum: 4, Unit: 'Count' }])
    })

    test('GetMetricStatistics answers percentiles by their names', async () => {
      const { Datapoints = [] } = await bench.client.send(
        new GetMetricStatisticsCommand({ ...statistics, ExtendedStatistics: ['p50', 'p99.9'] }),
      )
      assert.deepEqual(Datapoints[0]?.ExtendedStatistics, { p50: 1, 'p99.9': 1 })
    })

    test('GetMetricStatistics answers nothing for another namespace, metric, dimension or unit', async () => {
      const others = [
        { Namespace: 'AWS/EC2' },
        { MetricName: 'CPUUtilization' },
        { Dimensions: [{ Name: 'TableName', Value: 'Other' }] },
        { Dimensions: [...dimensions, { Name: '__proto__', Value: 'x' }] },
        { Unit: 'Bytes' as const },
      ]
      for (const other of others) {
        const { Datapoints } = await bench.client.send(new GetMetricStatisticsCommand({ ...statistics, Statistics: ['Sum'], ...other }))
        assert.deepEqual(Datapoints, [], JSON.stringify(other))
      }
    })

    test('GetMetricStatistics words its refusals as AWS does', async () => {
      const refusals = [
        [
          { Period: 60, StartTime: new Date(startMs - 86_400_000), Statistics: ['Sum'] },
          'InvalidParameterCombination',
          'You have requested up to 1450 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
        ],
        [
          { Statistics: ['Median'] },
          'InvalidParameterValue',
          'The parameter Statistics.member.1 must be a value in the set [ Sum, Maximum, Minimum, SampleCount, Average ].',
        ],
        [{ MetricName: undefined, Statistics: ['Sum'] }, 'MissingParameter', 'The parameter MetricName is required.'],
        [
          { Statistics: ['Sum'], EndTime: new Date(startMs) },
          'InvalidParameterValue',
          'The parameter StartTime must be less than the parameter EndTime.',
        ],
      ] as const
      for (const [more, code, message] of refusals) {
        const send = bench.client.send(new GetMetricStatisticsCommand({ ...statistics, ...more } as never))
        await assert.rejects(send, (error: Error & { Code?: string; Error?: { Code?: string } }) => {
          assert.deepEqual([error.Code ?? error.Error?.Code, error.message], [code, message])
          return true
        })
      }
    })

    test('ListMetrics filters by name and dimensions', async () => {
      const list = (input: object): Promise<string[]> =>
        bench.client.send(new ListMetricsCommand(input)).then(({ Metrics = [] }) => Metrics.map(({ MetricName = '' }) => MetricName))
      assert.deepEqual(await list({ MetricName: 'ConsumedWriteCapacityUnits' }), ['ConsumedWriteCapacityUnits'])
      assert.deepEqual(await list({ Dimensions: [{ Name: 'Operation', Value: 'PutItem' }] }), ['SuccessfulRequestLatency'])
      assert.ok((await list({ Dimensions: [{ Name: 'TableName' }], RecentlyActive: 'PT3H' })).includes('ConsumedWriteCapacityUnits'))
      assert.deepEqual(await list({ Namespace: 'AWS/EC2' }), [])
    })

    test('GetMetricData computes, and hands out pages', async () => {
      const queries: MetricDataQuery[] = [
        { Id: 'm1', MetricStat: { Metric: { ...statistics, Period: undefined } as never, Period: 60, Stat: 'Sum' }, ReturnData: false },
        { Id: 'rate', Expression: 'FILL(m1, 0) / PERIOD(m1)', Label: 'per second' },
        { Id: 'all', Expression: 'SUM(METRICS())' },
      ]
      const input = { MetricDataQueries: queries, StartTime: range.StartTime, EndTime: new Date(startMs + 3 * minuteMs) }
      const { MetricDataResults, NextToken } = await bench.client.send(new GetMetricDataCommand({ ...input, ScanBy: 'TimestampAscending' }))
      const at = [0, 1, 2].map((minute) => new Date(startMs + minute * minuteMs))
      assert.deepEqual(MetricDataResults, [
        { Id: 'rate', Label: 'per second', Timestamps: at, Values: [0.05, 0, 1 / 60], StatusCode: 'Complete' },
        { Id: 'all', Label: 'all', Timestamps: [at[0], at[2]], Values: [3, 1], StatusCode: 'Complete' },
      ])
      assert.equal(NextToken, undefined)
      const first = await bench.client.send(new GetMetricDataCommand({ ...input, MaxDatapoints: 2 }))
      assert.deepEqual(
        first.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
        [
          ['rate', [1 / 60, 0], 'PartialData'],
          ['all', [], 'PartialData'],
        ],
      )
      const second = await bench.client.send(new GetMetricDataCommand({ ...input, MaxDatapoints: 3, NextToken: first.NextToken }))
      assert.deepEqual(
        second.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
        [
          ['rate', [0.05], 'Complete'],
          ['all', [1, 3], 'Complete'],
        ],
      )
      assert.equal(second.NextToken, undefined)
    })

    test('alarms are put, described, switched, set and deleted', async () => {
      const { client } = bench
      await client.send(alarm({ AlarmActions: ['arn:aws:sns:us-east-1:123456789012:ops'], AlarmDescription: 'a <b> & "c"' }))
      await client.send(new DisableAlarmActionsCommand({ AlarmNames: ['writes', 'absent'] }))
      await client.send(
        new SetAlarmStateCommand({ AlarmName: 'writes', StateValue: 'ALARM', StateReason: 'a drill', StateReasonData: '{"a":1}' }),
      )
      const { MetricAlarms = [], CompositeAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'wri' }))
      const [described] = MetricAlarms
      assert.deepEqual(CompositeAlarms, [])
      assert.equal(described?.AlarmArn, 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:writes')
      assert.deepEqual(
        [described.ActionsEnabled, described.Threshold, described.Period, described.StateValue, described.StateReason],
        [false, 2, 60, 'ALARM', 'a drill'],
      )
      assert.deepEqual([described.AlarmDescription, described.StateReasonData], ['a <b> & "c"', '{"a":1}'])
      assert.deepEqual(described.StateUpdatedTimestamp, new Date(bench.clock.now()))
      const watching = { Namespace: 'AWS/DynamoDB', MetricName: 'ConsumedWriteCapacityUnits', Dimensions: dimensions }
      const forMetric = await client.send(new DescribeAlarmsForMetricCommand(watching))
      assert.deepEqual(forMetric.MetricAlarms?.length, 1)
      await client.send(new EnableAlarmActionsCommand({ AlarmNames: ['writes'] }))
      await client.send(new DeleteAlarmsCommand({ AlarmNames: ['writes'] }))
      const { AlarmHistoryItems = [] } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'writes' }))
      assert.deepEqual(
        AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary),
        [
          'Alarm "writes" deleted',
          'Alarm "writes" updated',
          'Alarm updated from INSUFFICIENT_DATA to ALARM',
          'Alarm "writes" updated',
          'Alarm "writes" created',
        ],
      )
      await assert.rejects(client.send(new DeleteAlarmsCommand({ AlarmNames: ['writes'] })), { name: 'ResourceNotFound' })
    })

    test('what Stator does not have is said so', async () => {
      await assert.rejects(bench.client.send(new ListDashboardsCommand({})), { message: 'Stator does not offer ListDashboards.' })
    })
  })
}

describe('An alarm', () => {
  let bench: Bench

  before(async () => {
    bench = await Bench.open()
    await bench.createTable()
  })
  after(() => bench.close())

  test('goes to ALARM with the minute that breaches, tells why, and comes back', async () => {
    const { client } = bench
    await client.send(alarm({ TreatMissingData: 'notBreaching' }))
    await bench.minutes()
    assert.equal(await bench.state('writes'), 'OK')
    await bench.put(3)
    await bench.minutes()
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))
    assert.equal(
      MetricAlarms[0]?.StateReason,
      'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (22/11/26 10:01:00)] was greater than the threshold (2.0) (minimum 1 datapoint for OK -> ALARM transition).',
    )
    assert.deepEqual(JSON.parse(MetricAlarms[0]?.StateReasonData ?? ''), {
      version: '1.0',
      queryDate: '2026-11-22T10:02:00.000+0000',
      startDate: '2026-11-22T10:01:00.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [3],
      threshold: 2,
      evaluatedDatapoints: [{ timestamp: '2026-11-22T10:01:00.000+0000', value: 3 }],
    })
    await bench.minutes(3)
    assert.equal(await bench.state('writes'), 'OK')
    const { AlarmHistoryItems = [] } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'writes', HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' }),
    )
    assert.deepEqual(
      AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary),
      ['Alarm updated from INSUFFICIENT_DATA to OK', 'Alarm updated from OK to ALARM', 'Alarm updated from ALARM to OK'],
    )
  })

  test('set by hand holds until the next evaluation', async () => {
    await bench.client.send(new SetAlarmStateCommand({ AlarmName: 'writes', StateValue: 'ALARM', StateReason: 'a drill' }))
    await bench.stator.control.runJobs()
    assert.equal(await bench.state('writes'), 'ALARM')
    await bench.minutes()
    assert.equal(await bench.state('writes'), 'OK')
  })

  test('watches an expression', async () => {
    const metrics: MetricDataQuery[] = [
      {
        Id: 'w',
        MetricStat: {
          Metric: { Namespace: 'AWS/DynamoDB', MetricName: 'ConsumedWriteCapacityUnits', Dimensions: dimensions },
          Period: 60,
          Stat: 'Sum',
        },
        ReturnData: false,
      },
      { Id: 'e', Expression: 'w / PERIOD(w) * 100' },
    ]
    const { Namespace: _n, MetricName: _m, Dimensions: _d, Statistic: _s, Period: _p, ...rest } = alarm({}).input
    await bench.client.send(new PutMetricAlarmCommand({ ...rest, AlarmName: 'rate', Metrics: metrics }))
    await bench.put(2)
    await bench.minutes()
    assert.equal(await bench.state('rate'), 'ALARM')
    const faulty = [metrics[0] as MetricDataQuery, { Id: 'e', Expression: 'SUM(w)' }]
    await assert.rejects(bench.client.send(new PutMetricAlarmCommand({ ...rest, Metrics: faulty })), {
      message: `Error in expression 'SUM(w)': it must come to a time series or a list of them`,
    })
  })

  test('on a throttle is in ALARM a minute after it, under the name of the table alone', async () => {
    const throttled = await Bench.open({ throughput: 'enforce' })
    try {
      await throttled.dynamodb('CreateTable', {
        TableName: 'Orders',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      })
      await throttled.client.send(alarm({ AlarmName: 'throttles', MetricName: 'ThrottledRequests', Threshold: 0 }))
      // The burst of 300 seconds, and more.
      await assert.rejects(throttled.put(400), /#ProvisionedThroughputExceededException/)
      await throttled.minutes()
      assert.equal(await throttled.state('throttles'), 'ALARM')
      const { Datapoints } = await throttled.client.send(
        new GetMetricStatisticsCommand({ ...statistics, MetricName: 'ThrottledRequests', Statistics: ['Sum'] }),
      )
      assert.deepEqual(Datapoints, [{ Timestamp: new Date(startMs), Sum: 1, Unit: 'Count' }])
    } finally {
      await throttled.close()
    }
  })
})

describe('GetMetricData over many minutes', () => {
  const minutes = 5000
  const names = ['A', 'B', 'C']
  const queries = names.map((name) => {
    const Metric = { Namespace: 'AWS/DynamoDB', MetricName: 'ConsumedReadCapacityUnits', Dimensions: [{ Name: 'TableName', Value: name }] }
    return { Id: name.toLowerCase(), MetricStat: { Metric, Period: 60, Stat: 'Sum' } }
  })
  const input = { StartTime: startMs / 1000, EndTime: startMs / 1000 + minutes * 60, MetricDataQueries: queries }
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20261122T100000Z', authorization: signature }
  let service: Service

  before(async () => {
    service = await openTestService('any', { clock: new ManualClock(startMs + minutes * minuteMs) })
    const { engine } = service.controlContext
    for (const TableName of names) {
      const series = engine.metering.metrics.series('ConsumedReadCapacityUnits', { region: '', TableName })
      for (let minute = 0; minute < minutes; minute += 1) {
        series.add(minute, startMs + minute * minuteMs)
        if (minute % 50 === 49) await storePoints(engine, startMs + (minute + 1) * minuteMs)
      }
    }
  })
  after(() => service.close())

  async function ask(more: object): Promise<GetMetricDataCommandOutput & { readonly __type?: string }> {
    const body = Buffer.from(JSON.stringify({ ...input, ...more }))
    const { body: answered } = await service.handle({ target: 'GraniteServiceVersion20100801.GetMetricData', headers, body })
    return JSON.parse(answered)
  }

  test('lets others have their turn', async () => {
    let turns = 0
    let isAnswered = false
    const others = (async () => {
      for (; !isAnswered; turns += 1) await new Promise(setImmediate)
    })()
    const { MetricDataResults = [] } = await ask({})
    isAnswered = true
    await others
    assert.deepEqual(
      MetricDataResults.map(({ Values = [] }) => Values.length),
      [minutes, minutes, minutes],
    )
    assert.ok(turns >= 9, `only ${turns} turns`)
  })

  for (const ScanBy of ['TimestampAscending', 'TimestampDescending'] as const) {
    test(`hands out every datapoint once, in pages, by ${ScanBy}`, async () => {
      const expected = names.flatMap((_, query) => Array.from({ length: minutes }, (_, minute) => `${query} ${minute}`))
      const found: string[] = []
      let NextToken: string | undefined
      let pages = 0
      do {
        const page = await ask({ ScanBy, MaxDatapoints: 1999, ...(NextToken !== undefined && { NextToken }) })
        for (const { Id = '', Values = [] } of page.MetricDataResults ?? [])
          found.push(...Values.map((value) => `${'abc'.indexOf(Id)} ${value}`))
        NextToken = page.NextToken
        pages += 1
      } while (NextToken !== undefined)
      assert.equal(pages, 8)
      assert.deepEqual(new Set(found), new Set(expected))
      assert.equal(found.length, expected.length)
    })
  }

  test('knows pages by the last datapoint, so that new ones do not move them', async () => {
    const first = await ask({ MaxDatapoints: 2, MetricDataQueries: queries.slice(0, 1) })
    const moved = { EndTime: input.EndTime + 600, MetricDataQueries: queries.slice(0, 1) }
    service.controlContext.engine.metering.metrics
      .series('ConsumedReadCapacityUnits', { region: '', TableName: 'A' })
      .add(7, startMs + minutes * minuteMs)
    const second = await ask({ MaxDatapoints: 2, ...moved, NextToken: first.NextToken })
    assert.deepEqual(
      [first, second].map(({ MetricDataResults = [] }) => MetricDataResults[0]?.Values),
      [
        [4999, 4998],
        [4997, 4996],
      ],
    )
  })

  test('refuses the tokens of others', async () => {
    for (const place of ['data\nx', 'data\n1 2 3 4', 'metrics\nA', 'data\n0 0', '']) {
      const { __type } = await ask({ NextToken: Buffer.from(place).toString('base64url') })
      assert.equal(__type, 'com.amazonaws.cloudwatch#InvalidNextToken', place)
    }
  })
})

describe('Alarms refuse', () => {
  let bench: Bench

  before(async () => {
    bench = await Bench.open()
  })
  after(() => bench.close())

  test('more than ten metrics or ten expressions', async () => {
    const { Namespace: _n, MetricName: _m, Dimensions: _d, Statistic: _s, Period: _p, ...rest } = alarm({}).input
    const Metric = { Namespace: 'AWS/DynamoDB', MetricName: 'ConsumedWriteCapacityUnits' }
    const stats = Array.from({ length: 11 }, (_, index) => ({
      Id: `m${index}`,
      MetricStat: { Metric, Period: 60, Stat: 'Sum' },
      ReturnData: index === 0,
    }))
    const expressions = Array.from({ length: 11 }, (_, index) => ({ Id: `e${index}`, Expression: 'm0', ReturnData: false }))
    await assert.rejects(bench.client.send(new PutMetricAlarmCommand({ ...rest, Metrics: stats })), {
      message: 'At most 10 elements of the metrics list may have a MetricStat.',
    })
    await assert.rejects(bench.client.send(new PutMetricAlarmCommand({ ...rest, Metrics: [...stats.slice(0, 1), ...expressions] })), {
      message: 'At most 10 elements of the metrics list may have an Expression.',
    })
    const tooShort = stats.slice(0, 1).map((stat) => ({ ...stat, MetricStat: { ...stat.MetricStat, Period: 5 } }))
    await assert.rejects(bench.client.send(new PutMetricAlarmCommand({ ...rest, Metrics: tooShort })), {
      message: 'Period must be 10, 20, 30 or a multiple of 60',
    })
  })

  test('names that stand for something else in the store', async () => {
    await bench.client.send(alarm({ AlarmName: 'real' }))
    // Where the first item of the history is kept.
    const hostile = '\u0000'.repeat(7)
    await bench.client.send(new DisableAlarmActionsCommand({ AlarmNames: [hostile] }))
    await assert.rejects(bench.client.send(new DeleteAlarmsCommand({ AlarmNames: [hostile] })), { name: 'ResourceNotFound' })
    await assert.rejects(bench.client.send(alarm({ AlarmName: hostile })), {
      message: 'The parameter AlarmName must not contain control characters.',
    })
    const set = new SetAlarmStateCommand({ AlarmName: hostile, StateValue: 'OK', StateReason: '' })
    await assert.rejects(bench.client.send(set), { name: 'ResourceNotFound' })
    const token = Buffer.from('history\n-5').toString('base64url')
    await assert.rejects(bench.client.send(new DescribeAlarmHistoryCommand({ NextToken: token })), { name: 'InvalidNextToken' })
  })
})

test('Alarms, their states and their history survive a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stator-alarms-'))
  try {
    const first = await Bench.open({ dataDir })
    await first.client.send(alarm({}))
    await first.client.send(new SetAlarmStateCommand({ AlarmName: 'writes', StateValue: 'ALARM', StateReason: 'a drill' }))
    await first.close()
    const second = await Bench.open({ dataDir })
    assert.equal(await second.state('writes'), 'ALARM')
    await second.client.send(alarm({ Threshold: 9 }))
    const { AlarmHistoryItems = [] } = await second.client.send(new DescribeAlarmHistoryCommand({}))
    assert.deepEqual(
      AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary),
      ['Alarm "writes" updated', 'Alarm updated from INSUFFICIENT_DATA to ALARM', 'Alarm "writes" created'],
    )
    await second.close()
  } finally {
    await rm(dataDir, { recursive: true })
  }
})

test('Regions that are apart have alarms of their own', async () => {
  const bench = await Bench.open({ regions: 'isolated' })
  const elsewhere = new CloudWatchClient({ endpoint: bench.stator.endpoint, region: 'eu-west-1', credentials })
  try {
    await elsewhere.send(alarm({ AlarmName: 'there', TreatMissingData: 'breaching' }))
    await bench.minutes()
    const { MetricAlarms = [] } = await elsewhere.send(new DescribeAlarmsCommand({}))
    assert.deepEqual(
      MetricAlarms.map(({ AlarmArn, StateValue }) => [AlarmArn, StateValue]),
      [['arn:aws:cloudwatch:eu-west-1:123456789012:alarm:there', 'ALARM']],
    )
    assert.equal(await bench.state('there'), undefined)
  } finally {
    elsewhere.destroy()
    await bench.close()
  }
})
