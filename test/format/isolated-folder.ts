/**
 * The same for a folder of isolated regions: two regions with tables of the same name, each with what it keeps of its own, and a
 * table that was made while regions shared their tables and is not seen while they do not.
 */
import type { Body, Client } from './client.ts'
import { n, s } from './item-kinds.ts'
import { tableInput, units } from './table-input.ts'

export const isolatedRegions: readonly string[] = ['us-east-1', 'eu-west-1']

const minuteMs = 60_000

const shop = tableInput({ name: 'Shop', key: 'id:S', units: units(2, 2), stream: 'NEW_AND_OLD_IMAGES', local: [], global: [] })
const logbook = tableInput({ name: 'Log', key: 'id:S | at:N', local: [{ name: 'by-kind', key: 'id:S | kind:S' }], stream: 'KEYS_ONLY' })

/** In each region, with a token of the same name. */
export function regionalTransaction(region: string): Body {
  return {
    ClientRequestToken: 'same-name',
    TransactItems: [
      {
        Update: {
          TableName: 'Log',
          Key: { id: s('counted'), at: n(0) },
          UpdateExpression: 'ADD visits :one SET where_ = :region',
          ExpressionAttributeValues: { ':one': n(1), ':region': s(region) },
        },
      },
    ],
  }
}

export async function fillShared(client: Client): Promise<void> {
  await client.call(
    'CreateTable',
    tableInput({ name: 'Common', key: 'id:S', stream: 'NEW_IMAGE', global: [{ name: 'by-kind', key: 'kind:S' }] }),
  )
  for (let at = 0; at < 5; at += 1) await put(client, 'Common', { id: s(`common ${at}`), kind: s(`kind ${at % 2}`) })
  await client.ask('cloudwatch', 'PutMetricAlarm', alarmOf('Common'))
  await client.control('POST', 'clock/advance', { byMs: minuteMs })
}

/** Two minutes of life, then what stays to be done. */
export async function fillIsolated(client: Client): Promise<void> {
  const regions = isolatedRegions.map((region) => client.inRegion(region))
  for (const regional of regions) await beginRegion(regional)
  for (let minute = 0; minute < 3; minute += 1) {
    for (const [at, regional] of regions.entries()) await liveMinute(regional, minute, at)
    await client.control('POST', 'clock/advance', { byMs: minuteMs })
  }
  for (const regional of regions) {
    await regional.control('POST', 'tables/Log/partitions/split', { region: regional.region, partition: 1 })
    await regional.call('TransactWriteItems', regionalTransaction(regional.region))
  }
  const [, second] = regions
  await second?.call('DeleteTable', { TableName: 'Old' })
}

async function beginRegion(client: Client): Promise<void> {
  await client.call('CreateTable', shop)
  await client.call('CreateTable', logbook)
  await client.call('CreateTable', tableInput({ name: 'Old', key: 'id:S' }))
  const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' }
  await client.call('UpdateTimeToLive', { TableName: 'Log', TimeToLiveSpecification })
  await client.ask('cloudwatch', 'PutMetricAlarm', alarmOf('Shop'))
  const place = { ServiceNamespace: 'dynamodb', ResourceId: 'table/Shop', ScalableDimension: 'dynamodb:table:ReadCapacityUnits' }
  await client.ask('scaling', 'RegisterScalableTarget', { ...place, MinCapacity: client.region === 'us-east-1' ? 3 : 4, MaxCapacity: 9 })
}

async function liveMinute(client: Client, minute: number, at: number): Promise<void> {
  for (let number = 0; number <= minute + at; number += 1) {
    await put(client, 'Shop', { id: s(`item ${number}`), region: s(client.region), minute: n(minute) })
    await put(client, 'Log', { id: s('log'), at: n(minute * 10 + number), kind: s('write'), expires: n('4000000000') })
  }
  await put(client, 'Old', { id: s(`old ${minute}`) })
  await client.scan('Shop')
}

function alarmOf(tableName: string): Body {
  return {
    AlarmName: `busy-${tableName}`,
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ConsumedWriteCapacityUnits',
    Dimensions: [{ Name: 'TableName', Value: tableName }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 2,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  }
}

function put(client: Client, TableName: string, Item: Body): Promise<unknown> {
  return client.call('PutItem', { TableName, Item })
}
