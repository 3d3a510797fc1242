/**
 * A folder of format 1 is not only read: what was under way when it was left comes to the end that it would have come to, and what is
 * written from now on follows upon what is there.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, minuteMs } from '../../src/base/clock.ts'
import type { Item } from '../../src/values/attribute-value.ts'
import { itemSizeBytes } from '../../src/values/size.ts'
import type { Body, Client } from './client.ts'
import { assertSameAnswers } from './expected-answers.ts'
import { isolatedRegions } from './isolated-folder.ts'
import { n, order, s } from './item-kinds.ts'
import { closedFolder, isolatedFolder, killedFolder } from './kept-folders.ts'
import { doneTransaction, earlierTransaction } from './main-folder.ts'
import { lastMs } from './main-times.ts'
import { type OpenedFolder, openCopy, openFolder, unpacked } from './opened-folder.ts'
import { askEverything } from './questions.ts'
import { tableInput } from './table-input.ts'

interface Counted {
  readonly IndexName: string
  readonly IndexStatus: string
  readonly ItemCount: number
  readonly IndexSizeBytes: number
}

interface Description {
  readonly TableStatus: string
  readonly ItemCount: number
  readonly TableSizeBytes: number
  readonly ProvisionedThroughput: { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number }
  readonly GlobalSecondaryIndexes?: readonly (Counted & Pick<Description, 'ProvisionedThroughput'>)[]
  readonly VectorIndexes?: readonly Counted[]
}

async function describe(client: Client, TableName: string): Promise<Description> {
  const { Table } = await client.call<{ readonly Table: Description }>('DescribeTable', { TableName })
  return Table
}

/** All that is due at the new time is done. */
async function advanceTo({ client, clock }: OpenedFolder, timeMs: number): Promise<void> {
  clock.advance(timeMs - clock.now())
  await client.control('POST', 'jobs/run', {})
}

const put = (client: Client, TableName: string, Item: Body): Promise<unknown> => client.call('PutItem', { TableName, Item })

function texts(items: readonly Body[]): readonly string[] {
  const ordered = items.map((item) => Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
  return ordered.map((entries) => JSON.stringify(Object.fromEntries(entries))).sort()
}

function pick(item: Body, names: readonly string[]): Body {
  return Object.fromEntries(names.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]))
}

function totalBytes(items: readonly Body[]): number {
  return items.reduce<number>((sum, item) => sum + itemSizeBytes(item as Item), 0)
}

/** The index has the entries that the items of its table make, and says how many they are. */
async function assertWhole(client: Client, table: string, index: string, entryOf: (item: Body) => Body | undefined): Promise<void> {
  const wanted = (await client.scan(table)).map(entryOf).filter((entry) => entry !== undefined)
  const found = await client.scan(table, index)
  assert.deepEqual(texts(found), texts(wanted))
  const described = (await describe(client, table)).GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index)
  assert.deepEqual([described?.IndexStatus, described?.ItemCount, described?.IndexSizeBytes], ['ACTIVE', wanted.length, totalBytes(wanted)])
}

for (const kept of [closedFolder, killedFolder]) {
  test(`Indexes that were half filled become whole, with exact counts (${kept === closedFolder ? 'closed' : 'killed'})`, async (t) => {
    const opened = await openCopy(t, kept)
    const { client } = opened
    await put(client, 'Half', { id: s('half 3'), group: s('group 0'), at: n(3), note: s('written before it went on') })
    await advanceTo(opened, lastMs)
    await assertWhole(client, 'Half', 'by-group', (item) => (item['group'] ? pick(item, ['id', 'group', 'at', 'expires']) : undefined))
    assert.equal((await describe(client, 'Half')).TableSizeBytes, totalBytes(await client.scan('Half')))
    // One that had copied all waits for its time.
    const copied = async (): Promise<string | undefined> => (await describe(client, 'Copied')).GlobalSecondaryIndexes?.[0]?.IndexStatus
    assert.equal(await copied(), 'CREATING')
    await put(client, 'Copied', { id: s('another'), kind: s('kind 0'), at: n(1) })
    await advanceTo(opened, Date.parse('2026-11-21T09:43:10Z'))
    assert.equal(await copied(), 'ACTIVE')
    await assertWhole(client, 'Copied', 'by-kind', (item) => item)
    // One that was still to be begun.
    await advanceTo(opened, lastMs + 9 * hourMs)
    await put(client, 'Feed', { reader: s('reader 1'), at: n(99), kind: s('new') })
    await assertWhole(client, 'Feed', 'allocated', (item) => (item['kind'] ? item : undefined))
  })
}

test('A vector index that was still to be filled finds what the one beside it finds', async (t) => {
  const opened = await openCopy(t, closedFolder)
  const { client } = opened
  await advanceTo(opened, lastMs)
  const search = async (IndexName: string): Promise<unknown> => {
    const input = { TableName: 'Docs', IndexName, SearchVector: [n('0.5'), n(1), n(-2)], TopK: 10 }
    return (await client.call('SearchVectors', input))['SearchResults']
  }
  assert.deepEqual(await search('added'), await search('plain'))
  const { VectorIndexes = [] } = await describe(client, 'Docs')
  const [plain, added] = ['plain', 'added'].map((name) => VectorIndexes.find(({ IndexName }) => IndexName === name))
  assert.deepEqual([added?.ItemCount, added?.IndexSizeBytes], [plain?.ItemCount, plain?.IndexSizeBytes])
})

test('Changes that wait for lagging indexes are applied when they are due, in order, and later ones behind them', async (t) => {
  const opened = await openCopy(t, killedFolder)
  const { client } = opened
  const oldSlow = texts(await client.scan('Lagging', 'slow'))
  const oldSlower = texts(await client.scan('Lagging', 'slower'))
  // Without a lag of its own it would be due at once.
  await put(client, 'Lagging', { id: s('item 4'), group: s('late'), at: n(1) })
  const items = await client.scan('Lagging')
  const slow = async (): Promise<readonly string[]> => texts(await client.scan('Lagging', 'slow'))
  const slower = async (): Promise<readonly string[]> => texts(await client.scan('Lagging', 'slower'))
  const keysOf = (entries: readonly Body[]): readonly string[] => texts(entries.map((entry) => pick(entry, ['id', 'group'])))
  const item = (id: string, group: string, at: number): Body => ({ id: s(id), group: s(group), at: n(at) })
  const afterFirstWave = [
    item('item 0', 'wave 0', 0),
    item('item 1', 'old', 100),
    item('new 0', 'old', 50),
    ...[3, 4, 5].map((at) => item(`item ${at}`, 'old', at)),
  ]
  await advanceTo(opened, lastMs + 600_000 - 1)
  assert.deepEqual([await slow(), await slower()], [oldSlow, oldSlower])
  await advanceTo(opened, lastMs + 600_000)
  assert.deepEqual([await slow(), await slower()], [texts(afterFirstWave), oldSlower])
  await advanceTo(opened, lastMs + 1_200_000)
  assert.deepEqual([await slow(), await slower()], [texts(afterFirstWave), keysOf(afterFirstWave)])
  await advanceTo(opened, lastMs + 1_800_000)
  assert.deepEqual([await slow(), await slower()], [texts(items), keysOf(items)])
  await assertWhole(client, 'Lagging', 'slow', (whole) => whole)
  await put(client, 'Lagging', item('item 5', 'at once', 1))
  await assertWhole(client, 'Lagging', 'slow', (whole) => whole)
})

test('Items expire in the order that was kept, half filled or whole, and in no order that was given up', async (t) => {
  const opened = await openCopy(t, closedFolder)
  const { client } = opened
  const ids = async (table: string): Promise<readonly string[]> =>
    (await client.scan(table)).map(({ id }) => (id as { S: string }).S).sort()
  const before = await ids('Sessions')
  await advanceTo(opened, lastMs)
  const swept = new Set(['overdue 0', 'overdue 1', 'overdue 2'])
  assert.deepEqual(
    await ids('Sessions'),
    before.filter((id) => !swept.has(id)),
  )
  const allOfHalf = await client.scan('Half')
  await advanceTo(opened, lastMs + 2 * hourMs)
  for (const id of ['session 2', 'session 3']) swept.add(id)
  assert.deepEqual(
    await ids('Sessions'),
    before.filter((id) => !swept.has(id)),
  )
  const nowSeconds = (lastMs + 2 * hourMs) / 1000
  const living = allOfHalf.filter(({ expires }) => expires === undefined || Number((expires as { N: string }).N) >= nowSeconds)
  assert.ok(living.length < allOfHalf.length - 20)
  assert.deepEqual(texts(await client.scan('Half')), texts(living))
  await assertWhole(client, 'Half', 'by-group', (item) => (item['group'] ? pick(item, ['id', 'group', 'at', 'expires']) : undefined))
  const cleared = await ids('Cleared')
  await advanceTo(opened, Date.parse('2027-11-22T00:00:00Z'))
  assert.deepEqual(await ids('Cleared'), cleared)
  assert.deepEqual(
    (await client.scan('Half')).filter(({ expires }) => expires !== undefined),
    [],
  )
})

test('States that were under way end, and deleted tables and indexes leave nothing behind', async (t) => {
  const opened = await openCopy(t, closedFolder)
  const { client } = opened
  await advanceTo(opened, lastMs + 2 * hourMs)
  assert.equal((await describe(client, 'Creating')).TableStatus, 'ACTIVE')
  const { status } = await client.send('dynamodb', 'DescribeTable', { TableName: 'Grown' })
  assert.equal(status, 400)
  const names = async (table: string): Promise<readonly string[]> =>
    ((await describe(client, table)).GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName).sort()
  assert.deepEqual(await names('Multi'), ['rows', 'wide'])
  // Ids and names that are used again find nothing of what was there.
  const AttributeDefinitions = ['id', 'kind', 'v'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }]
  const byKind = { IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
  const definition = { AttributeDefinitions: AttributeDefinitions.slice(0, 2), KeySchema, GlobalSecondaryIndexes: [byKind] }
  for (const TableName of ['Gone', 'Grown']) {
    await client.call('CreateTable', { TableName, BillingMode: 'PAY_PER_REQUEST', ...definition })
    assert.deepEqual([await client.scan(TableName), await client.scan(TableName, 'by-kind')], [[], []])
  }
  const Create = { IndexName: 'dropped', KeySchema: [{ AttributeName: 'v', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } }
  const update = { TableName: 'Retired', AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }
  await client.call('UpdateTable', update)
  await advanceTo(opened, lastMs + 2 * hourMs + minuteMs)
  await put(client, 'Retired', { id: s('one'), v: s('v') })
  assert.deepEqual(await client.scan('Retired', 'dropped'), [{ id: s('one'), v: s('v') }])
  await assertWhole(client, 'Retired', 'kept', (item) => (item['kind'] ? item : undefined))
})

test('Item collections are as large as they were, to the byte', async (t) => {
  const { client } = await openCopy(t, closedFolder)
  const ofCustomer = (item: Body): boolean => (item['customer'] as { S: string }).S === 'customer 1'
  const collection = async (index?: string): Promise<number> => totalBytes((await client.scan('Orders', index)).filter(ofCustomer))
  const sizeBytes = (await collection()) + (await collection('by-status')) + (await collection('by-total'))
  const item = { customer: s('customer 1'), number: n(10_000) }
  const refused = async (itemCollectionSizeBytesMax: number): Promise<boolean> => {
    await client.control('PUT', 'settings', { itemCollectionSizeBytesMax })
    const { text, status } = await client.send('dynamodb', 'PutItem', { TableName: 'Orders', Item: item })
    assert.equal(text.includes('ItemCollectionSizeLimitExceededException'), status !== 200)
    return status !== 200
  }
  const grownBytes = sizeBytes + itemSizeBytes(item as unknown as Item)
  assert.equal(await refused(grownBytes - 1), true)
  assert.equal(await refused(grownBytes), false)
})

test('Partitions go on to be divided from where they were', async (t) => {
  const { client } = await openCopy(t, closedFolder)
  interface Map {
    readonly partitions: readonly { readonly id: number; readonly index?: string; readonly fromHash: string; readonly toHash: string }[]
    readonly splits: readonly {
      readonly index?: string
      readonly partition: number
      readonly into: readonly number[]
      readonly reason: string
    }[]
  }
  for (const table of ['Orders', 'Sized', 'Hot', 'Unmapped']) {
    const before = await client.control<Map>('GET', `tables/${table}/partitions`)
    const widest = before.partitions.find(
      ({ index, fromHash, toHash }) => index === undefined && Number(`0x${toHash}`) - Number(`0x${fromHash}`) > 1000,
    )
    assert.ok(widest !== undefined)
    const { splits } = await client.control<Map>('POST', `tables/${table}/partitions/split`, { partition: widest.id })
    assert.equal(splits.length, 1)
    const after = await client.control<Map>('GET', `tables/${table}/partitions`)
    const ofTable = ({ index }: { readonly index?: string }): boolean => index === undefined
    const used = [...before.partitions.filter(ofTable).map(({ id }) => id), ...before.splits.filter(ofTable).flatMap(({ into }) => into)]
    assert.ok(splits[0]?.into.every((id) => id > Math.max(...used)))
    assert.equal(after.partitions.length, before.partitions.length + 1)
    assert.deepEqual(after.splits[0]?.into, splits[0]?.into)
    assert.deepEqual(after.splits.slice(1), before.splits)
  }
})

test('Alarms are judged, policies and schedules scale, and what waited for a table to be ready is done', async (t) => {
  const opened = await openCopy(t, closedFolder)
  const { client } = opened
  interface Alarm {
    readonly AlarmName: string
    readonly StateValue: string
  }
  const stateOf = async (name: string): Promise<string | undefined> => {
    const { MetricAlarms } = await client.ask<{ readonly MetricAlarms: readonly Alarm[] }>('cloudwatch', 'DescribeAlarms', {
      AlarmNames: [name],
    })
    return MetricAlarms[0]?.StateValue
  }
  const historyOf = async (): Promise<readonly Body[]> => {
    const input = { MaxRecords: 100, ScanBy: 'TimestampAscending' }
    return (await client.ask<{ readonly AlarmHistoryItems: readonly Body[] }>('cloudwatch', 'DescribeAlarmHistory', input))
      .AlarmHistoryItems
  }
  const oldHistory = await historyOf()
  assert.equal(await stateOf('unjudged'), 'INSUFFICIENT_DATA')
  await advanceTo(opened, lastMs)
  assert.equal(await stateOf('unjudged'), 'ALARM')
  const wasBusy = await stateOf('scores-busy')
  assert.notEqual(wasBusy, 'ALARM')
  for (let minute = 1; minute <= 3; minute += 1) {
    for (let at = 0; at < 60; at += 1) await put(client, 'Scores', { player: n(at), team: s('team 0') })
    await advanceTo(opened, lastMs + minute * minuteMs)
  }
  assert.equal(await stateOf('scores-busy'), 'ALARM')
  const history = await historyOf()
  assert.deepEqual(history.slice(0, oldHistory.length), oldHistory)
  assert.ok(
    history.slice(oldHistory.length).some((item) => item['AlarmName'] === 'scores-busy' && item['HistoryItemType'] === 'StateUpdate'),
  )
  const writesOf = async (table: string): Promise<number> => (await describe(client, table)).ProvisionedThroughput.WriteCapacityUnits
  assert.equal(await writesOf('Scores'), 2)

  const readsOfIndex = async (): Promise<number | undefined> =>
    (await describe(client, 'Scores')).GlobalSecondaryIndexes?.[0]?.ProvisionedThroughput.ReadCapacityUnits
  assert.equal(await readsOfIndex(), 7)
  await advanceTo(opened, Date.parse('2026-11-21T10:30:00Z'))
  assert.equal(await readsOfIndex(), 8)
  await advanceTo(opened, Date.parse('2026-11-21T11:00:00Z'))
  assert.equal(await readsOfIndex(), 9)
  assert.equal(await writesOf('Pending'), 5)
  await advanceTo(opened, Date.parse('2026-11-21T11:24:00Z'))
  assert.equal(await writesOf('Pending'), 12)
  assert.equal(await writesOf('Rising'), 1)
  await advanceTo(opened, Date.parse('2026-11-21T11:29:00Z'))
  assert.equal(await writesOf('Rising'), 12)
  const input = { ServiceNamespace: 'dynamodb', ResourceId: 'table/Rising' }
  const { ScalingActivities } = await client.ask<{ readonly ScalingActivities: readonly Body[] }>(
    'scaling',
    'DescribeScalingActivities',
    input,
  )
  assert.deepEqual(
    ScalingActivities.map((activity) => activity['StatusCode']),
    ['Successful', 'Successful'],
  )
})

test('A transaction is remembered for ten minutes from when it was done, and not longer', async (t) => {
  const opened = await openCopy(t, closedFolder)
  const { client } = opened
  const visits = async (): Promise<unknown> => (await client.call('GetItem', { TableName: 'Sessions', Key: { id: s('counted') } }))['Item']
  const before = await visits()
  opened.clock.advance(9 * minuteMs - 20_000)
  await client.call('TransactWriteItems', doneTransaction)
  assert.deepEqual(await visits(), before)
  // Done at 09:29:00.
  await client.call('TransactWriteItems', earlierTransaction)
  assert.notDeepEqual(await visits(), before)
})

test('After hours of further work the folder is closed and opened again, and answers as before', async (t) => {
  const folder = unpacked(closedFolder)
  const first = await openFolder(t, folder, closedFolder)
  await advanceTo(first, lastMs + minuteMs)
  for (let number = 100; number < 130; number += 1) await put(first.client, 'Orders', order(number % 6, number))
  for (const table of ['Switched', 'Fresh', 'Unmapped']) await put(first.client, table, { id: s('later'), kind: s('new') })
  await advanceTo(first, lastMs + 3 * hourMs)
  await first.client.call('DeleteTable', { TableName: 'Retired' })
  const nowMs = lastMs + 5 * hourMs
  await advanceTo(first, nowMs)
  const occasion = { prefix: 'later', nowMs, regions: 'shared' } as const
  // Asking is measured, too: the second time it makes no new series.
  await askEverything(first.client, occasion)
  const { answers } = await askEverything(first.client, occasion)
  await first.stator.close()
  const second = await openFolder(t, folder, { ...closedFolder, time: new Date(nowMs).toISOString() })
  assertSameAnswers((await askEverything(second.client, occasion)).answers, answers)
})

test('Isolated regions go on apart from each other, and what one had under way is no matter of the other', async (t) => {
  const folder = unpacked(isolatedFolder)
  const first = await openFolder(t, folder, isolatedFolder)
  const startMs = Date.parse(isolatedFolder.time)
  const regions = isolatedRegions.map((region) => first.client.inRegion(region))
  for (const client of regions) {
    await put(client, 'Shop', { id: s('later'), region: s(client.region) })
    await put(client, 'Log', { id: s('log'), at: n(500), kind: s('later') })
  }
  await advanceTo(first, startMs + minuteMs)
  const capacities: number[] = []
  for (const client of regions) {
    const items = await client.scan('Shop')
    assert.deepEqual(new Set(items.map(({ region }) => (region as { S: string }).S)), new Set([client.region]))
    assert.ok(items.some(({ id }) => (id as { S: string }).S === 'later'))
    const { ReadCapacityUnits } = (await describe(client, 'Shop')).ProvisionedThroughput
    capacities.push(ReadCapacityUnits)
  }
  assert.deepEqual(capacities, [3, 4])
  const [here, there] = regions
  assert.ok(here !== undefined && there !== undefined)
  assert.equal((await here.scan('Old')).length, 3)
  assert.equal((await there.send('dynamodb', 'Scan', { TableName: 'Old' })).status, 400)
  await there.call('CreateTable', tableInput({ name: 'Old', key: 'id:S' }))
  assert.deepEqual(await there.scan('Old'), [])
  const occasion = { prefix: 'later', nowMs: startMs + 5 * minuteMs, regions: 'isolated' } as const
  await advanceTo(first, occasion.nowMs)
  await askEverything(there, occasion)
  const { answers } = await askEverything(there, occasion)
  await first.stator.close()
  const second = await openFolder(t, folder, { ...isolatedFolder, time: new Date(occasion.nowMs).toISOString() })
  assertSameAnswers((await askEverything(second.client.inRegion(there.region), occasion)).answers, answers)
})
