/** Sound requests to CloudWatch to start from, and how a tree that may be wrong anywhere is written in each of the three protocols. */
import { encode } from 'cborg'
import { JsonText, writeJson } from '../../src/base/json-text.ts'
import type { CloudWatchOperation } from '../../src/services/cloudwatch/contract/operations.ts'
import type { Choices } from './choices.ts'
import { damaged, mutateTree } from './mutate-body.ts'
import type { WildJson, WildObject } from './wild-values.ts'

export type CloudWatchProtocol = 'query' | 'json' | 'cbor'

export interface CloudWatchCase {
  readonly protocol: CloudWatchProtocol
  readonly operation: string
  readonly body: Uint8Array
}

/** 2026-11-22T10:00:00Z */
const startSeconds = 1_795_341_600
const Metric = {
  Namespace: 'AWS/DynamoDB',
  MetricName: 'ConsumedWriteCapacityUnits',
  Dimensions: [{ Name: 'TableName', Value: 'Orders' }],
}
const times = { StartTime: startSeconds, EndTime: startSeconds + 600 }
const stat = { Id: 'm1', MetricStat: { Metric, Period: 60, Stat: 'Sum', Unit: 'Count' }, ReturnData: false }
const alarm = { AlarmName: 'a', EvaluationPeriods: 3, DatapointsToAlarm: 2, Threshold: 1.5, ComparisonOperator: 'GreaterThanThreshold' }

export const soundRequests: { readonly [Operation in CloudWatchOperation]: readonly WildObject[] } = {
  GetMetricStatistics: [
    { ...Metric, ...times, Period: 60, Statistics: ['Sum', 'Average'], Unit: 'Count' },
    { ...Metric, ...times, Period: 300, ExtendedStatistics: ['p50', 'p99.9'] },
  ],
  GetMetricData: [
    { ...times, MetricDataQueries: [stat, { Id: 'e1', Expression: 'FILL(m1, 0) / PERIOD(m1)', Label: 'x' }], ScanBy: 'TimestampAscending' },
    {
      ...times,
      MetricDataQueries: [
        { ...stat, ReturnData: true },
        { Id: 'e2', Expression: 'IF(m1 > 1, [RATE(m1), m1], METRICS("m"))' },
      ],
      MaxDatapoints: 3,
    },
  ],
  DescribeInsightRules: [{ MaxResults: 1 }, {}],
  GetInsightRuleReport: [
    {
      RuleName: 'DynamoDBContributorInsights-PKC-Orders-1795341600000',
      ...times,
      Period: 60,
      MaxContributorCount: 5,
      Metrics: ['MaxContributorValue', 'Average'],
      OrderBy: 'Maximum',
    },
  ],
  ListMetrics: [{ Namespace: 'AWS/DynamoDB', Dimensions: [{ Name: 'TableName' }], RecentlyActive: 'PT3H' }, {}],
  PutMetricAlarm: [
    { ...alarm, ...Metric, Period: 60, Statistic: 'Sum', TreatMissingData: 'ignore', Tags: [{ Key: 'a', Value: 'b' }], OKActions: ['arn'] },
    { ...alarm, AlarmName: 'math', Metrics: [stat, { Id: 'e', Expression: 'm1 * 2' }] },
  ],
  DescribeAlarms: [
    { AlarmNames: ['a', 'math'], StateValue: 'OK' },
    { AlarmNamePrefix: 'a', MaxRecords: 1, AlarmTypes: ['MetricAlarm'] },
    {},
  ],
  DescribeAlarmsForMetric: [{ ...Metric, Statistic: 'Sum' }],
  DescribeAlarmHistory: [{ AlarmName: 'a', StartDate: startSeconds, MaxRecords: 1, ScanBy: 'TimestampAscending' }, {}],
  DeleteAlarms: [{ AlarmNames: ['math'] }],
  EnableAlarmActions: [{ AlarmNames: ['a', 'absent', '\u0000\u0000\u0000\u0000\u0000\u0000\u0000'] }],
  DisableAlarmActions: [{ AlarmNames: ['a'] }],
  SetAlarmState: [{ AlarmName: 'a', StateValue: 'ALARM', StateReason: 'a drill', StateReasonData: '{"a":[1]}' }],
}

const operations = Object.keys(soundRequests) as CloudWatchOperation[]
const oddOperations = ['', '__proto__', 'constructor', 'ListDashboards', 'GetItem', 'x'.repeat(10_000)]
const version = 'Version=2010-08-01'

/** Forms that no client writes; each follows an action and a version. */
const hostileForms: readonly string[] = [
  'Dimensions.member.999999999.Name=a',
  'Dimensions.member.0.Name=a&Dimensions.member.000001.Name=b&Dimensions.member.1.Value=c',
  'Dimensions.member.-1.Name=a',
  'Dimensions.member.1e3.Name=a',
  'Dimensions.member=a&Dimensions.member.1=b',
  'Dimensions=a&Dimensions.member.1.Name=b',
  'Dimensions.member.1.Name.member.1=b',
  '__proto__.x=1&__proto__.__proto__.y=2&constructor.prototype.z=3',
  'Dimensions.__proto__.1.Name=a&Dimensions.member.__proto__.Name=a',
  'MetricName=a&MetricName=b&MetricName=c',
  'MetricName=&Namespace=&Period=&StartTime=&Statistics=&Statistics.member.1=',
  `${'a'.repeat(1_000_000)}=1`,
  `${'a.'.repeat(400_000)}=1`,
  `Namespace=${'%00'.repeat(100)}&MetricName=%ED%A0%80%FF%E2%82`,
  'Namespace=%&MetricName=%4&Period=%zz&=&==&&&',
  'Period=1e999&StartTime=9999999999999999999999&EndTime=-0',
  'Period=0x10&StartTime=2026-13-45T99:99:99Z&EndTime=now',
  'a&'.repeat(30_000),
  Array.from({ length: 1500 }, (_, number) => `AlarmNames.member.${number}=${number}`).join('&'),
]

function bytes(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : Buffer.from(part as string))))
}

const hugeLength = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
const largeLength = Uint8Array.of(0x7f, 0xff, 0xff, 0xff)

/** Nesting without end, lengths that are lies, and kinds that JSON lacks. */
const hostileCbor: readonly Uint8Array[] = [
  ...[0x81, 0x9f, 0xbf, 0xa1, 0xc1, 0xd8, 0x5f, 0x7f, 0xff, 0x80, 0xa0, 0x00, 0xf6].map((byte) => Buffer.alloc(500_000, byte)),
  ...[0x80, 0x00, 0xa0, 0xf7, 0x60].map((byte) => bytes(0x9f, Buffer.alloc(200_000, byte), 0xff)),
  ...[0x5b, 0x7b, 0x9b, 0xbb, 0x1b, 0x3b, 0xdb].map((byte) => bytes(byte, hugeLength)),
  ...[0x5a, 0x7a, 0x9a, 0xba].map((byte) => bytes(byte, largeLength)),
  ...['Period', 'StartTime', 'AlarmNames', 'Dimensions', 'Threshold', '__proto__'].flatMap((name) =>
    [
      bytes(0xc2, 0x49, 1, hugeLength),
      bytes(0xc1, 0x61, 'x'),
      bytes(0xc1, 0xc1, 0x01),
      bytes(0xc1, 0xff),
      bytes(0xc1, 0xf9, 0x7e, 0x00),
      bytes(0x1b, hugeLength),
      bytes(0xf9, 0x7c, 0x00),
      bytes(0xf7),
      bytes(0x43, 1, 2, 3),
      bytes(0x81, 0x63, 0xed, 0xa0, 0x80),
      bytes(0xa1, 0x69, '__proto__', 0xa1, 0x61, 'x', 0x01),
    ].map((value) => bytes(0xa1, 0x60 + name.length, name, value)),
  ),
  bytes(0xa1, 0x01, 0x02),
  bytes(0xa2, 0x61, 'a', 0x01, 0x61, 'a', 0x02),
  bytes(0xbf, 0x66, 'Period', 0xff),
]

export function cloudWatchCase(choices: Choices): CloudWatchCase {
  const protocol = choices.pick(['query', 'json', 'cbor'] as const)
  const known = choices.pick(operations)
  const operation = choices.chance(2) ? choices.pick(oddOperations) : known
  if (protocol === 'query' && choices.chance(10)) {
    return { protocol, operation, body: Buffer.from(`Action=${operation}&${version}&${choices.pick(hostileForms)}`) }
  }
  if (protocol === 'cbor' && choices.chance(10)) return { protocol, operation, body: choices.pick(hostileCbor) }
  const tree = structuredClone(choices.pick(soundRequests[known]))
  if (choices.chance(80)) choices.several(1, 2, () => mutateTree(choices, tree))
  const body = written(protocol, operation, tree)
  return { protocol, operation, body: choices.chance(10) ? damaged(choices, body) : body }
}

/** The body of a request, and in a form its action. */
export function written(protocol: CloudWatchProtocol, operation: string, tree: WildObject): Uint8Array {
  switch (protocol) {
    case 'json':
      return Buffer.from(writeJson(tree))
    case 'cbor':
      return encode(plain(tree))
    case 'query': {
      const parameters: string[] = [`Action=${operation}`, version]
      flatten('', tree, parameters)
      return Buffer.from(parameters.join('&'))
    }
  }
}

/** What is JSON text already is text like any other in the protocols that are not JSON. */
function plain(json: WildJson): unknown {
  if (json instanceof JsonText) return json.text
  if (Array.isArray(json)) return json.map(plain)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, plain(value)]))
}

function flatten(path: string, json: WildJson, parameters: string[]): void {
  if (json instanceof JsonText || typeof json !== 'object' || json === null) {
    const text = json instanceof JsonText ? json.text : String(json)
    parameters.push(`${encodeURIComponent(path.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`)
    return
  }
  const inside = path === '' ? '' : `${path}.`
  const members = Array.isArray(json) ? json.map((element, index) => [`member.${index + 1}`, element] as const) : Object.entries(json)
  for (const [name, member] of members) flatten(`${inside}${name}`, member, parameters)
}
