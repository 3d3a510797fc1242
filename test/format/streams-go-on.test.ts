/** What a consumer of a stream kept of format 1, iterators and sequence numbers, holds; and records go on above all that there were. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../src/base/clock.ts'
import type { Body, Client } from './client.ts'
import { answersOf, readAnswers } from './expected-answers.ts'
import { n, order, s } from './item-kinds.ts'
import { closedFolder, expectedFile, killedFolder } from './kept-folders.ts'
import { lastMs } from './main-times.ts'
import { openCopy } from './opened-folder.ts'

const expected = answersOf(readAnswers(expectedFile), 'main')

interface StreamRecord {
  readonly eventID: string
  readonly eventName: string
  readonly dynamodb: { readonly SequenceNumber: string; readonly Keys: Body; readonly ApproximateCreationDateTime: number }
}

interface Page {
  readonly Records: readonly StreamRecord[]
  readonly NextShardIterator?: string
}

/** The answers to one operation, by the rest of the names of the questions. */
function expectedOf<T>(operation: string): ReadonlyMap<string, T> {
  const prefix = `main | ${operation} `
  const found = [...expected].filter(([name]) => name.startsWith(prefix) && !/ -> \d+$/.test(name))
  return new Map(found.map(([name, text]) => [name.slice(prefix.length), JSON.parse(text) as T]))
}

const pages = expectedOf<Page>('GetRecords')
const iterators = expectedOf<{ readonly ShardIterator: string }>('GetShardIterator')
const oldRecords = [...pages.values()].flatMap(({ Records }) => Records)
const greatestOld = oldRecords.map(numberOf).sort(ascending).at(-1) ?? 0n

function numberOf({ dynamodb }: StreamRecord): bigint {
  return BigInt(dynamodb.SequenceNumber)
}

function ascending(one: bigint, other: bigint): number {
  return one < other ? -1 : 1
}

function getRecords(client: Client, ShardIterator: string): Promise<Page> {
  return client.ask<Page>('streams', 'GetRecords', { ShardIterator })
}

/** Of each shard of a table the iterator at which a consumer who had read all of it stood. */
function tails(tableName: string): readonly string[] {
  const last = new Map<string, string | undefined>()
  for (const [name, page] of pages) {
    const [, shard] = /^(.*) TRIM_HORIZON page \d+$/.exec(name) ?? []
    if (shard?.startsWith(`${tableName}/`)) last.set(shard, page.NextShardIterator)
  }
  return [...last.values()].flatMap((iterator) => iterator ?? [])
}

for (const kept of [closedFolder, killedFolder]) {
  const name = kept === closedFolder ? 'closed' : 'killed'

  test(`Iterators that were given before read what they read then (${name})`, async (t) => {
    const { client } = await openCopy(t, kept)
    let read = 0
    for (const [place, { ShardIterator }] of iterators) {
      const page = pages.get(`${place} page 1`)
      const isWhole = place.endsWith('TRIM_HORIZON') || place.endsWith('LATEST')
      const { Records } = await client.ask<Page>('streams', 'GetRecords', { ShardIterator, ...(!isWhole && { Limit: 1 }) })
      assert.deepEqual(Records, page?.Records, place)
      read += Records.length
    }
    assert.ok(read > 300)
  })

  test(`New records lie above all old ones, once each, and behind the iterators that stood at the end (${name})`, async (t) => {
    const { client } = await openCopy(t, kept)
    const written = await writeToStreams(client)
    for (const [table, keys] of written) {
      const found: StreamRecord[] = []
      for (const iterator of tails(table)) found.push(...(await getRecords(client, iterator)).Records)
      assert.deepEqual(found.map(({ dynamodb }) => JSON.stringify(dynamodb.Keys)).sort(), [...keys].sort(), table)
      for (const record of found) assert.ok(numberOf(record) > greatestOld, `${table} ${record.dynamodb.SequenceNumber}`)
      const events = [...oldRecords, ...found].map(({ eventID }) => eventID)
      assert.equal(new Set(found.map(({ eventID }) => eventID)).size, found.length)
      for (const { eventID } of found) assert.equal(events.indexOf(eventID), events.lastIndexOf(eventID), 'an event has an id of its own')
    }
  })
}

test('A kept sequence number reads on behind it, into records that are new', async (t) => {
  const { client } = await openCopy(t, closedFolder)
  const written = await writeToStreams(client)
  for (const table of written.keys()) {
    const { Streams } = await client.ask<{ readonly Streams: readonly { readonly StreamArn: string }[] }>('streams', 'ListStreams', {
      TableName: table,
    })
    for (const { StreamArn } of Streams) {
      for (const [ShardId, records] of await recordsByShard(client, StreamArn)) {
        const old = records.filter((record) => numberOf(record) <= greatestOld)
        const SequenceNumber = old.at(-1)?.dynamodb.SequenceNumber
        if (SequenceNumber === undefined) continue
        const input = { StreamArn, ShardId, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }
        const { ShardIterator } = await client.ask<{ readonly ShardIterator: string }>('streams', 'GetShardIterator', input)
        assert.deepEqual((await getRecords(client, ShardIterator)).Records, records.slice(old.length))
      }
    }
  }
})

test('Children of old shards begin above them, and a consumer follows the keys from one to the other', async (t) => {
  const { client } = await openCopy(t, closedFolder)
  await client.control('POST', 'tables/Hot/stream/rotate', {})
  await client.control('POST', 'tables/Hot/partitions/split', {})
  for (let seat = 100; seat < 110; seat += 1)
    await client.call('PutItem', { TableName: 'Hot', Item: { room: s(`room ${seat}`), seat: n(seat) } })
  const { Streams } = await client.ask<{ readonly Streams: readonly { readonly StreamArn: string }[] }>('streams', 'ListStreams', {
    TableName: 'Hot',
  })
  const StreamArn = Streams[0]?.StreamArn ?? ''
  const shards = await shardsOf(client, StreamArn)
  const records = await recordsByShard(client, StreamArn)
  let children = 0
  for (const { ShardId, ParentShardId, SequenceNumberRange } of shards) {
    const parent = shards.find((shard) => shard.ShardId === ParentShardId)
    const own = (records.get(ShardId) ?? []).map(numberOf)
    assert.deepEqual(own, own.toSorted(ascending))
    for (const number of own) assert.ok(number >= BigInt(SequenceNumberRange.StartingSequenceNumber))
    if (parent === undefined) continue
    children += 1
    const end = BigInt(parent.SequenceNumberRange.EndingSequenceNumber ?? 0)
    assert.ok(BigInt(SequenceNumberRange.StartingSequenceNumber) > end)
    for (const number of (records.get(parent.ShardId) ?? []).map(numberOf)) assert.ok(number <= end)
  }
  assert.ok(children >= 10)
  const found = [...records.values()].flat().map(({ dynamodb }) => JSON.stringify(dynamodb.Keys))
  for (let seat = 100; seat < 110; seat += 1) assert.ok(found.includes(JSON.stringify({ room: s(`room ${seat}`), seat: n(seat) })))
})

test('Old records, shards and streams go when they are a day old', async (t) => {
  const { client, clock } = await openCopy(t, closedFolder)
  const list = async (): Promise<readonly string[]> => {
    const { Streams } = await client.ask<{ readonly Streams: readonly { readonly StreamArn: string }[] }>('streams', 'ListStreams', {})
    return Streams.map(({ StreamArn }) => StreamArn)
  }
  const before = await list()
  const disabled = before.filter((arn) => arn.includes('table/Gone/') || arn.includes('table/Switched/stream/2026-11-20T08'))
  assert.equal(disabled.length, 2)
  clock.advance(dayMs / 2)
  await client.call('PutItem', { TableName: 'Feed', Item: { reader: s('reader 9'), at: n(9) } })
  clock.advance(dayMs / 2 + 60_000)
  await client.control('POST', 'jobs/run', {})
  // What was closed when the folder was left needs one more look: its records went just now.
  const feed = before.find((arn) => arn.includes('table/Feed/')) ?? ''
  const kept = [...(await recordsByShard(client, feed)).values()].flat()
  assert.deepEqual(
    kept.map(({ dynamodb }) => [dynamodb.Keys, dynamodb.ApproximateCreationDateTime]),
    [[{ reader: s('reader 9'), at: n(9) }, (lastMs + dayMs / 2) / 1000]],
  )
  clock.advance(dayMs)
  await client.control('POST', 'jobs/run', {})
  const after = await list()
  for (const arn of disabled) assert.ok(!after.includes(arn), arn)
})

/** The keys of what is written, by the name of the table, as records tell them. */
async function writeToStreams(client: Client): Promise<ReadonlyMap<string, readonly string[]>> {
  const put = (TableName: string, Item: Body): Promise<unknown> => client.call('PutItem', { TableName, Item })
  const feed = Array.from({ length: 12 }, (_, at) => ({ reader: s(`reader ${at % 6}`), at: n(1000 + at) }))
  const orders = Array.from({ length: 8 }, (_, at) => order(at, 2000 + at))
  const ids = Array.from({ length: 6 }, (_, at) => ({ id: s(`later ${at}`) }))
  for (const item of feed) await put('Feed', { ...item, text: s('new') })
  for (const item of orders) await put('Orders', item)
  for (const item of ids) {
    await put('Switched', item)
    await put('Fresh', item)
  }
  await client.call('DeleteItem', { TableName: 'Feed', Key: { reader: s('reader 1'), at: n(1) } })
  const keys = (items: readonly Body[]): readonly string[] => items.map((item) => JSON.stringify(item))
  return new Map([
    ['Feed', keys([...feed, { reader: s('reader 1'), at: n(1) }])],
    ['Orders', keys(orders.map(({ customer, number }) => ({ customer, number })))],
    ['Switched', keys(ids)],
    ['Fresh', keys(ids)],
  ])
}

interface Shard {
  readonly ShardId: string
  readonly ParentShardId?: string
  readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string }
}

async function shardsOf(client: Client, StreamArn: string): Promise<readonly Shard[]> {
  const answer = await client.ask<{ readonly StreamDescription: { readonly Shards: readonly Shard[] } }>('streams', 'DescribeStream', {
    StreamArn,
  })
  return answer.StreamDescription.Shards
}

/** All records that are there, from the oldest on. */
async function recordsByShard(client: Client, StreamArn: string): Promise<ReadonlyMap<string, readonly StreamRecord[]>> {
  const found = new Map<string, readonly StreamRecord[]>()
  for (const { ShardId } of await shardsOf(client, StreamArn)) {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
    const { ShardIterator } = await client.ask<{ readonly ShardIterator: string }>('streams', 'GetShardIterator', input)
    found.set(ShardId, (await getRecords(client, ShardIterator)).Records)
  }
  return found
}
