/**
 * What make-format-1-folder.ts asks of a server so that its data folder holds a record of every kind, in three stages: a day and a
 * half in which everything happens, a backfill that is broken off, and what must still be waiting when the server goes.
 *
 * | stage          | time (UTC)                | background work                        |
 * | -------------- | ------------------------- | -------------------------------------- |
 * | `liveOn`       | day 1 08:00 – day 2 09:30 | done whenever the clock is moved       |
 * | `beginFilling` | day 2 09:30:20            | begins, and is killed in the middle    |
 * | `leaveOpen`    | the same                  | none, so that what is due stays due    |
 */
import type { Body, Client } from './client.ts'
import { n, order, s } from './item-kinds.ts'
import { createTables, fillTables, halfItem, put, putAll, setExpiry, vectorIndex } from './main-tables.ts'
import { lastMs, lastTime, nextYearSeconds } from './main-times.ts'
import { watchAndScale } from './main-watching.ts'
import { attributeDefinitions, indexInput, tableInput, units } from './table-input.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const longStateMs = 2 * hourMs

/** What this transaction did is remembered when the folder is left. */
export const doneTransaction: Body = {
  ClientRequestToken: 'done-at-the-end',
  TransactItems: [
    {
      Update: {
        TableName: 'Sessions',
        Key: { id: s('counted') },
        UpdateExpression: 'ADD visits :one',
        ExpressionAttributeValues: { ':one': n(1) },
      },
    },
    { Put: { TableName: 'Words', Item: { wörd: s('transaction'), form: s('put') } } },
  ],
}

/** The same, done in the ten minutes before. */
export const earlierTransaction: Body = { ...doneTransaction, ClientRequestToken: 'done-earlier' }

/** As `doneTransaction`, for ExecuteTransaction, which has tokens of its own. */
export const doneStatements: Body = {
  ClientRequestToken: 'done-at-the-end',
  TransactStatements: [{ Statement: `UPDATE Sessions SET "user" = 'eve' WHERE id = 'counted'` }],
}

export async function liveOn(client: Client): Promise<void> {
  await liveFirstDay(client)
  await divideShards(client)
  await divideForSize(client)
  await divideForThroughput(client)
  await createTables(client)
  await fillTables(client)
  await watchAndScale(client)
  await liveForMinutes(client)
  await divideOnDemand(client)
  await beginLongChanges(client)
}

/** Streams that are a day old: records that were trimmed, shards that are closed, a table whose items expire next year. */
async function liveFirstDay(client: Client): Promise<void> {
  await client.control('PUT', 'settings', { shardRotationMs: 0 })
  await client.call('CreateTable', tableInput({ name: 'Feed', key: 'reader:S | at:N', stream: 'NEW_IMAGE' }))
  await client.call('CreateTable', tableInput({ name: 'Switched', key: 'id:S', stream: 'KEYS_ONLY' }))
  await client.call('CreateTable', tableInput({ name: 'Cleared', key: 'id:S' }))
  await setExpiry(client, 'Cleared', true)
  for (let at = 0; at < 12; at += 1) await putFeed(client, at)
  for (let at = 0; at < 5; at += 1) await put(client, 'Switched', { id: s(`first ${at}`) })
  for (let at = 0; at < 8; at += 1) await put(client, 'Cleared', { id: s(`item ${at}`), expires: n(nextYearSeconds + at) })
  await advance(client, 10 * hourMs)
  for (let at = 6; at < 18; at += 1) await putFeed(client, at)
  await client.call('DeleteItem', { TableName: 'Feed', Key: { reader: s('reader 0'), at: n(0) } })
  for (let at = 3; at < 6; at += 1) await put(client, 'Switched', { id: s(`first ${at}`), again: n(at) })
  await advance(client, 15 * hourMs)
}

/** Shards with children and without, in one stream; a stream that was switched off, and its successor. */
async function divideShards(client: Client): Promise<void> {
  const { shards } = await client.control<{ readonly shards: readonly { readonly opened: readonly string[] }[] }>(
    'POST',
    'tables/Feed/stream/split',
    {},
  )
  for (let at = 18; at < 24; at += 1) await putFeed(client, at)
  await client.control('POST', 'tables/Feed/stream/rotate', { shard: shards[0]?.opened[0] })
  for (let at = 0; at < 24; at += 3) await putFeed(client, at, 'again')
  await client.call('UpdateTable', { TableName: 'Switched', StreamSpecification: { StreamEnabled: false } })
  await put(client, 'Switched', { id: s('unrecorded') })
  await advance(client, minuteMs)
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' }
  await client.call('UpdateTable', { TableName: 'Switched', StreamSpecification })
  for (let at = 0; at < 4; at += 1) await put(client, 'Switched', { id: s(`first ${at}`), last: n(at) })
}

/** Partitions that begin inside of an item collection, of a table and of an index. */
async function divideForSize(client: Client): Promise<void> {
  const { partitionSizeBytesMax } = await client.control('GET', 'settings')
  const global = [{ name: 'by-kind', key: 'kind:S | at:N' }]
  await client.call('CreateTable', tableInput({ name: 'Sized', key: 'shelf:S | at:N', global }))
  const items = Array.from({ length: 16 }, (_, at) => {
    return { shelf: s(at < 10 ? 'wide' : `narrow ${at}`), at: n(at), kind: s('same'), text: s('x'.repeat(3000)) }
  })
  await putAll(client, 'Sized', items)
  await client.control('PUT', 'settings', { partitionSizeBytesMax: 12_000 })
  await advance(client, minuteMs)
  await client.control('PUT', 'settings', { partitionSizeBytesMax })
}

async function divideForThroughput(client: Client): Promise<void> {
  await client.call('CreateTable', tableInput({ name: 'Grown', key: 'id:S', units: units(10, 1000), stream: 'KEYS_ONLY' }))
  await put(client, 'Grown', { id: s('before') })
  await advance(client, 5000)
  await client.call('UpdateTable', { TableName: 'Grown', ProvisionedThroughput: units(10, 2500) })
  await advance(client, 5000)
  await put(client, 'Grown', { id: s('after') })
}

/** Twenty minutes of load: the policy scales out and in, alarms change their states, one item collection becomes hot. */
async function liveForMinutes(client: Client): Promise<void> {
  const { partitionWriteUnitsPerSecondMax } = await client.control('GET', 'settings')
  await client.control('PUT', 'settings', { partitionWriteUnitsPerSecondMax: 1 })
  for (let minute = 0; minute < 21; minute += 1) {
    const scored = minute < 4 ? 40 : 2
    for (let at = 0; at < scored; at += 1)
      await put(client, 'Scores', { player: n(at - 20), team: s(`team ${at % 4}`), points: n(minute * 1e20) })
    const seats = minute < 12 ? 60 : 0
    for (let at = 0; at < seats; at += 1) await put(client, 'Hot', { room: s('hot'), seat: n((at * 17 + minute * 7) % 41) })
    await askAround(client, minute)
    await advance(client, minuteMs)
  }
  await client.control('PUT', 'settings', { partitionWriteUnitsPerSecondMax })
}

/** A few requests of other kinds, those that are refused included. */
async function askAround(client: Client, minute: number): Promise<void> {
  const Key = { customer: s('customer 2'), number: n(2) }
  await client.call('GetItem', { TableName: 'Orders', Key })
  await client.scan('Words')
  const KeyConditionExpression = 'customer = :customer'
  const query = { TableName: 'Orders', KeyConditionExpression, ExpressionAttributeValues: { ':customer': s(`customer ${minute % 5}`) } }
  await client.call('Query', query)
  await client.send('dynamodb', 'DeleteItem', { TableName: 'Orders', Key, ConditionExpression: 'attribute_not_exists(customer)' })
  if (minute % 5 === 0) await client.send('dynamodb', 'GetItem', { TableName: 'Orders', Key: { customer: n(1) } })
  const vector = { TableName: 'Docs', IndexName: 'plain', SearchVector: [n(1), n(1), n(0)], TopK: 2 }
  if (minute % 4 === 0) await client.call('SearchVectors', vector)
}

async function divideOnDemand(client: Client): Promise<void> {
  await client.control('POST', 'tables/Orders/partitions/split', { partition: 2 })
  await client.control('POST', 'tables/Orders/partitions/split', { index: 'by-product' })
  for (let number = 40; number < 48; number += 1) await put(client, 'Orders', order(number % 5, number))
}

/**
 * At 09:23:10: an index whose time comes twenty minutes later and that is whole long before, a table that is UPDATING for hours while
 * a schedule wants another capacity of it, one whose capacity a schedule has begun to change.
 */
async function beginLongChanges(client: Client): Promise<void> {
  await client.control('PUT', 'settings', { tableStateDelayMs: 5 * minuteMs })
  await addIndex(client, 'Copied', { name: 'by-kind', key: 'kind:S | at:N' })
  await client.control('PUT', 'settings', { tableStateDelayMs: longStateMs })
  await client.call('UpdateTable', { TableName: 'Pending', ProvisionedThroughput: units(6, 7) })
  await setClock(client, '2026-11-21T09:29:00Z')
  await client.call('TransactWriteItems', earlierTransaction)
  await setClock(client, lastTime)
}

/** Begins what the next request makes the server do: filling an index and an expiry order. */
export async function beginFilling(client: Client): Promise<void> {
  await client.control('PUT', 'settings', { tableStateDelayMs: longStateMs })
  await setExpiry(client, 'Half', true)
  await client.control('PUT', 'settings', { tableStateDelayMs: 0 })
  await addIndex(client, 'Half', { name: 'by-group', key: 'group:S | at:N', projection: ['expires'] })
}

/** How much of the index is filled, in percent. */
export async function filledPercent(client: Client): Promise<number> {
  const Dimensions = [
    { Name: 'TableName', Value: 'Half' },
    { Name: 'GlobalSecondaryIndexName', Value: 'by-group' },
  ]
  const times = { StartTime: (lastMs - minuteMs) / 1000, EndTime: (lastMs + minuteMs) / 1000 }
  const query = {
    Namespace: 'AWS/DynamoDB',
    MetricName: 'OnlineIndexPercentageProgress',
    Dimensions,
    Period: 60,
    Statistics: ['Maximum'],
    ...times,
  }
  const { Datapoints } = await client.ask<{ readonly Datapoints: readonly { readonly Maximum: number }[] }>(
    'cloudwatch',
    'GetMetricStatistics',
    query,
  )
  return Datapoints[0]?.Maximum ?? 0
}

/** No background work is done from here on: what is due or not stays as it is. */
export async function leaveOpen(client: Client): Promise<void> {
  await changeHalf(client)
  await leaveQueues(client)
  await client.call('TransactWriteItems', doneTransaction)
  await client.call('ExecuteTransaction', doneStatements)
  for (let at = 0; at < 3; at += 1) {
    await put(client, 'Sessions', { id: s(`overdue ${at}`), user: s('user 1'), expires: n(lastMs / 1000 - 10 - at) })
  }
  await setExpiry(client, 'Cleared', false)
  const fresh = { name: 'Fresh', key: 'id:S', global: [{ name: 'by-kind', key: 'kind:S' }], stream: 'NEW_AND_OLD_IMAGES' }
  await client.call('CreateTable', tableInput(fresh))
  // Of one without a stream nothing is written down about its partitions yet.
  await client.call('CreateTable', tableInput({ ...fresh, name: 'Unmapped', stream: undefined }))
  for (let at = 0; at < 4; at += 1) await put(client, 'Fresh', { id: s(`fresh ${at}`), kind: s('new') })
  for (let at = 0; at < 4; at += 1) await put(client, 'Unmapped', { id: s(`item ${at}`), kind: s('new') })
  await client.call('DeleteTable', { TableName: 'Gone' })
  await client.call('UpdateTable', { TableName: 'Retired', GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'dropped' } }] })
  await client.call('UpdateTable', { TableName: 'Docs', VectorIndexUpdates: [{ Create: vectorIndex('added', 'COSINE') }] })
  await client.ask('cloudwatch', 'PutMetricAlarm', {
    AlarmName: 'unjudged',
    Namespace: 'AWS/DynamoDB',
    MetricName: 'ThrottledRequests',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'breaching',
  })
  await leaveInTransition(client)
}

/** Items before and behind the place that the filling has come to change, go and come. */
async function changeHalf(client: Client): Promise<void> {
  for (let at = 0; at < 30; at += 1) {
    const Key = { id: s(`half ${at * 16}`) }
    if (at % 3 === 0) await client.call('DeleteItem', { TableName: 'Half', Key })
    else if (at % 3 === 1) await put(client, 'Half', { ...halfItem(at * 16), group: s('moved'), expires: n(lastMs / 1000 + 300) })
    else await put(client, 'Half', { ...halfItem(1000 + at), group: s('added') })
  }
}

/** Two waves of changes for each of two lagging indexes: the first is due after one lag, the second after another. */
async function leaveQueues(client: Client): Promise<void> {
  const lag = (index: string, indexLagMs: number): Promise<unknown> =>
    client.control('PUT', `tables/Lagging/indexes/${index}/lag`, { indexLagMs })
  for (const [wave, lags] of [
    [600_000, 1_200_000],
    [1_800_000, 1_800_000],
  ].entries()) {
    await lag('slow', lags[0] ?? 0)
    await lag('slower', lags[1] ?? 0)
    await put(client, 'Lagging', { id: s('item 0'), group: s(`wave ${wave}`), at: n(wave) })
    await put(client, 'Lagging', { id: s('item 1'), group: s('old'), at: n(100 + wave) })
    await put(client, 'Lagging', { id: s(`new ${wave}`), group: s('old'), at: n(50 + wave) })
    await client.call('DeleteItem', { TableName: 'Lagging', Key: { id: s(`item ${2 + wave}`) } })
  }
  await put(client, 'Lagging', { id: s('item 3'), group: s('back'), at: n(7) })
}

async function leaveInTransition(client: Client): Promise<void> {
  await client.control('PUT', 'settings', { tableStateDelayMs: longStateMs })
  const text = { key: 'id:S', global: [{ name: 'by-kind', key: 'kind:S' }] }
  await client.call('CreateTable', tableInput({ name: 'Creating', ...text, stream: 'KEYS_ONLY' }))
  await addIndex(client, 'Feed', { name: 'allocated', key: 'kind:S' })
  await client.call('UpdateTable', { TableName: 'Multi', GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'pair' } }] })
  await client.call('DeleteTable', { TableName: 'Grown' })
}

async function addIndex(
  client: Client,
  TableName: string,
  index: { name: string; key: string; projection?: readonly string[] },
): Promise<void> {
  const AttributeDefinitions = attributeDefinitions([index.key])
  await client.call('UpdateTable', { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create: indexInput(index) }] })
}

function putFeed(client: Client, at: number, text = 'first'): Promise<unknown> {
  return put(client, 'Feed', { reader: s(`reader ${at % 6}`), at: n(at), text: s(text) })
}

/** All that is due then is done. */
function advance(client: Client, byMs: number): Promise<unknown> {
  return client.control('POST', 'clock/advance', { byMs })
}

function setClock(client: Client, now: string): Promise<unknown> {
  return client.control('PUT', 'clock', { now })
}
