/**
 * Everything that can be asked of a data folder without changing it: the same questions in the same order of any version, so that
 * two sets of answers can be laid side by side.
 */
import { Asked } from './asked.ts'
import type { Body, Client } from './client.ts'
import { askStreams } from './stream-questions.ts'

const minuteMs = 60_000
const daySeconds = 86_400

export interface Occasion {
  /** Stands before the name of each question. */
  readonly prefix: string
  /** What time it is for the server. */
  readonly nowMs: number
  readonly regions: 'shared' | 'isolated'
}

interface Description {
  readonly TableName: string
  readonly TableArn: string
  readonly KeySchema: readonly { readonly AttributeName: string }[]
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[]
  readonly LocalSecondaryIndexes?: readonly { readonly IndexName: string }[]
}

export async function askEverything(client: Client, { prefix, nowMs, regions }: Occasion): Promise<Asked> {
  const asked = new Asked(client, prefix)
  // First, for what is asked afterwards is measured.
  await askMetrics(asked, nowMs)
  const tables = await askTables(asked, regions === 'shared' ? '' : `?region=${client.region}`)
  for (const table of tables) await askItems(asked, table)
  await askStreams(asked)
  await askAlarms(asked)
  await askScaling(asked)
  return asked
}

interface Metric {
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Value: string }[]
}

/** All minutes that are over, of every metric. */
async function askMetrics(asked: Asked, nowMs: number): Promise<void> {
  const { Metrics } = await asked.ask<{ readonly Metrics: readonly Metric[] }>('all', 'cloudwatch', 'ListMetrics', {})
  const endSeconds = (Math.floor(nowMs / minuteMs) * minuteMs) / 1000
  const times = { StartTime: endSeconds - 2 * daySeconds, EndTime: endSeconds }
  for (const metric of Metrics) {
    const name = [metric.MetricName, ...metric.Dimensions.map(({ Value }) => Value)].join(' ')
    const stats = ['Sum', 'SampleCount', 'Minimum', 'Maximum', ...(metric.MetricName === 'SuccessfulRequestLatency' ? ['p50', 'p99'] : [])]
    const MetricDataQueries = stats.map((Stat, at) => ({
      Id: `m${at}`,
      MetricStat: { Metric: { Namespace: 'AWS/DynamoDB', ...metric }, Period: 60, Stat },
    }))
    await asked.ask(name, 'cloudwatch', 'GetMetricData', { MetricDataQueries, ...times })
  }
  const metric = (Id: string, MetricName: string): Body => {
    const Metric = { Namespace: 'AWS/DynamoDB', MetricName, Dimensions: [{ Name: 'TableName', Value: 'Scores' }] }
    return { Id, MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ReturnData: false }
  }
  const math = [
    { Id: 'share', Expression: '100 * used / (60 * FILL(given, REPEAT))' },
    metric('used', 'ConsumedWriteCapacityUnits'),
    metric('given', 'ProvisionedWriteCapacityUnits'),
  ]
  await asked.ask('math', 'cloudwatch', 'GetMetricData', { MetricDataQueries: math, ...times })
  const lastHours = { StartTime: endSeconds - 7200, EndTime: endSeconds }
  const Statistics = ['Average', 'Sum', 'SampleCount', 'Minimum', 'Maximum']
  for (const MetricName of ['ConsumedReadCapacityUnits', 'AccountProvisionedWriteCapacityUtilization']) {
    const input = { Namespace: 'AWS/DynamoDB', MetricName, Period: 300, Statistics, ...lastHours }
    await asked.ask(`${MetricName} of all`, 'cloudwatch', 'GetMetricStatistics', input)
    const Dimensions = [{ Name: 'TableName', Value: 'Orders' }]
    await asked.ask(`${MetricName} of Orders`, 'cloudwatch', 'GetMetricStatistics', { ...input, Dimensions })
  }
}

/** `which` is the query that names the region to the control endpoint. */
async function askTables(asked: Asked, which: string): Promise<readonly Description[]> {
  const { TableNames } = await asked.ask<{ readonly TableNames: readonly string[] }>('all', 'dynamodb', 'ListTables', {})
  await asked.ask('', 'dynamodb', 'DescribeLimits', {})
  await asked.control(`tables${which}`)
  await asked.control('transactions')
  const tables: Description[] = []
  for (const TableName of TableNames) {
    const { Table } = await asked.ask<{ readonly Table: Description }>(TableName, 'dynamodb', 'DescribeTable', { TableName })
    tables.push(Table)
    await asked.ask(TableName, 'dynamodb', 'DescribeTimeToLive', { TableName })
    await asked.ask(TableName, 'dynamodb', 'ListTagsOfResource', { ResourceArn: Table.TableArn })
    await asked.control(`tables/${TableName}${which}`)
    await asked.control(`tables/${TableName}/partitions${which}`)
  }
  return tables
}

/** The table and each index from one end to the other, in pieces, and one item collection after the other. */
async function askItems(asked: Asked, table: Description): Promise<void> {
  const { TableName, KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = table
  const items = await scan(asked, TableName, { TableName, ConsistentRead: true })
  for (const { IndexName } of [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes]) {
    await scan(asked, `${TableName} ${IndexName}`, { TableName, IndexName })
  }
  for (let Segment = 0; Segment < 2; Segment += 1) {
    await asked.ask(`${TableName} segment ${Segment}`, 'dynamodb', 'Scan', {
      TableName,
      Segment,
      TotalSegments: 2,
      Limit: 7,
      Select: 'COUNT',
    })
  }
  const hash = KeySchema[0]?.AttributeName ?? ''
  const hashes = new Map(items.map((item) => [JSON.stringify(item[hash]), item[hash]]))
  for (const [text, value] of [...hashes].slice(0, 25)) {
    const input = {
      TableName,
      KeyConditionExpression: '#hash = :hash',
      ExpressionAttributeNames: { '#hash': hash },
      ExpressionAttributeValues: { ':hash': value },
    }
    const name = `${TableName} ${text.slice(0, 60)}`
    await asked.ask(name, 'dynamodb', 'Query', { ...input, ScanIndexForward: false, Limit: 20 })
    for (const { IndexName } of LocalSecondaryIndexes) await asked.ask(`${name} ${IndexName}`, 'dynamodb', 'Query', { ...input, IndexName })
  }
}

async function scan(asked: Asked, name: string, input: Body): Promise<readonly Body[]> {
  const items: Body[] = []
  let start: unknown
  for (let page = 1; ; page += 1) {
    const { Items = [], LastEvaluatedKey } = await asked.ask<{ readonly Items?: readonly Body[]; readonly LastEvaluatedKey?: Body }>(
      `${name} page ${page}`,
      'dynamodb',
      'Scan',
      { ...input, Limit: 150, ReturnConsumedCapacity: 'INDEXES', ExclusiveStartKey: start },
    )
    items.push(...Items)
    if (LastEvaluatedKey === undefined) return items
    start = LastEvaluatedKey
  }
}

interface Page {
  readonly NextToken?: string
}

async function askAlarms(asked: Asked): Promise<void> {
  await asked.ask('all', 'cloudwatch', 'DescribeAlarms', {})
  await asked.ask('of scores', 'cloudwatch', 'DescribeAlarmsForMetric', {
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ConsumedWriteCapacityUnits',
    Dimensions: [{ Name: 'TableName', Value: 'Scores' }],
  })
  let next: string | undefined
  do {
    const page: Page = await asked.ask<Page>(`from ${next ?? 'the newest'}`, 'cloudwatch', 'DescribeAlarmHistory', {
      MaxRecords: 10,
      NextToken: next,
    })
    next = page.NextToken
  } while (next !== undefined)
  await asked.ask('one', 'cloudwatch', 'DescribeAlarmHistory', { AlarmName: 'deleted', ScanBy: 'TimestampAscending' })
}

async function askScaling(asked: Asked): Promise<void> {
  const ServiceNamespace = 'dynamodb'
  const { ScalableTargets } = await asked.ask<{ readonly ScalableTargets: readonly { readonly ScalableTargetARN: string }[] }>(
    'all',
    'scaling',
    'DescribeScalableTargets',
    { ServiceNamespace },
  )
  for (const { ScalableTargetARN } of ScalableTargets) {
    await asked.ask(ScalableTargetARN, 'scaling', 'ListTagsForResource', { ResourceARN: ScalableTargetARN })
  }
  await asked.ask('all', 'scaling', 'DescribeScalingPolicies', { ServiceNamespace })
  await asked.ask('all', 'scaling', 'DescribeScheduledActions', { ServiceNamespace })
  await asked.ask('all', 'scaling', 'DescribeScalingActivities', { ServiceNamespace, IncludeNotScaledActivities: true })
}
