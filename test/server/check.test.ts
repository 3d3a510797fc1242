/** A check finds everything that does not agree, mends what follows from items, and finds nothing where nothing is wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs, ManualClock } from '../../src/base/clock.ts'
import type { Finding } from '../../src/engine/check/check-report.ts'
import { tableExpiriesRange } from '../../src/engine/keyspace/expiry-keys.ts'
import { collectionSizesId, countsKey, dataKey, nextTableIdKey, spaceRange } from '../../src/engine/keyspace/keys.ts'
import { recordRange } from '../../src/engine/keyspace/stream-keys.ts'
import { sweepKey } from '../../src/engine/keyspace/sweep-keys.ts'
import type { CheckAnswer } from '../../src/server/control/check-routes.ts'
import type { Service } from '../../src/server/start.ts'
import { type Entry, type KeyRange, logEntryKey, type WriteTurn } from '../../src/storage/store.ts'
import { openTestService, succeed } from '../harness/service.ts'

const TableName = 'Orders'
const itemCount = 300
const s = (text: string): unknown => ({ S: text })
const n = (number: number): unknown => ({ N: String(number) })

const table = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'g', 'l'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'by-l',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'l', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}

async function openFilled(options: Parameters<typeof openTestService>[1] = {}): Promise<Service> {
  const service = await openTestService('any', options)
  await succeed(service, 'CreateTable', table)
  await succeed(service, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
  await service.control.runJobs()
  for (let at = 0; at < itemCount; at += 1) await succeed(service, 'PutItem', { TableName, Item: item(at) })
  for (let at = 0; at < itemCount; at += 3) await succeed(service, 'PutItem', { TableName, Item: { ...item(at), more: s('more') } })
  for (let at = 0; at < itemCount; at += 10)
    await succeed(service, 'DeleteItem', { TableName, Key: { pk: item(at)['pk'], sk: item(at)['sk'] } })
  return service
}

function item(at: number): { readonly [name: string]: unknown } {
  return {
    pk: s(`p${at % 20}`),
    sk: s(`s${at}`),
    ...(at % 2 === 0 && { g: s(`g${at % 7}`) }),
    ...(at % 5 !== 0 && { l: s(`l${at % 11}`) }),
    until: n(4_000_000_000 + at),
    text: s('x'.repeat(at)),
  }
}

async function checked(service: Service, how: { readonly fix?: boolean; readonly discard?: boolean } = {}): Promise<CheckAnswer> {
  let answer = await service.control.startCheck(how)
  while (answer.isRunning) {
    await new Promise((resolve) => setImmediate(resolve))
    answer = await service.control.check()
  }
  return answer
}

async function entriesOf(service: Service, range: KeyRange): Promise<readonly Entry[]> {
  return service.controlContext.engine.store.view(async (view) => (await view.scan(range, { entries: 1000, bytes: 1e9 })).entries)
}

function write(service: Service, decide: (turn: WriteTurn) => void): Promise<void> {
  return service.controlContext.engine.store.write([], decide)
}

function told(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ kind, says }) => `${kind}: ${says}`).sort()
}

/** Two backups that hold something: one of a table that is there, one of a deleted one; and one that is being made. */
async function backUp(service: Service): Promise<void> {
  const gone = {
    TableName: 'Gone',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  }
  await succeed(service, 'CreateTable', gone)
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await succeed(service, 'UpdateContinuousBackups', { TableName: 'Gone', PointInTimeRecoverySpecification })
  await succeed(service, 'PutItem', { TableName: 'Gone', Item: { pk: s('p') } })
  await succeed(service, 'CreateBackup', { TableName, BackupName: 'whole' })
  await succeed(service, 'DeleteTable', { TableName: 'Gone' })
  await service.control.runJobs()
  await succeed(service, 'CreateBackup', { TableName, BackupName: 'begun' })
}

test('A check finds nothing in what nobody damaged', async () => {
  const service = await openFilled()
  await backUp(service)
  const { found, findings, skipped, rows, isRunning } = await checked(service)
  assert.deepEqual([found, findings, skipped, isRunning], [0, [], [], false])
  assert.ok(rows > itemCount * 5)
  await service.close()
})

test('A check finds what does not agree with items, each once, and mends it', async () => {
  const service = await openFilled()
  const { tableId, indexes } = service.controlContext.engine.catalog.find(TableName) ?? assert.fail()
  const [global, local] = ['by-g', 'by-l'].map((name) => indexes.find((index) => index.name === name)?.indexId ?? 0) as [number, number]
  const global3 = await entriesOf(service, spaceRange({ tableId, indexId: global }))
  const local2 = await entriesOf(service, spaceRange({ tableId, indexId: local }))
  const expiries = await entriesOf(service, tableExpiriesRange(tableId))
  const sizes = await entriesOf(service, spaceRange({ tableId, indexId: collectionSizesId }))
  assert.ok(global3.length > 100 && sizes.length === 18)
  await write(service, (turn) => {
    for (const { key } of global3.slice(0, 2)) turn.delete(key)
    const [one, other] = local2 as [Entry, Entry]
    turn.put(one.key, other.value)
    turn.put(Buffer.concat([global3[5]?.key ?? assert.fail(), Buffer.of(1)]) as never, global3[5]?.value ?? '')
    turn.delete(expiries[3]?.key ?? assert.fail())
    turn.put(sizes[0]?.key ?? assert.fail(), '17')
    turn.delete(sizes[1]?.key ?? assert.fail())
    turn.add(countsKey({ tableId, indexId: 0 }), [2, -5, 0])
    turn.put(nextTableIdKey(), '1')
  })
  const before = await checked(service)
  assert.equal(before.mended, 0)
  const kinds = (answer: CheckAnswer): { readonly [kind: string]: number } =>
    Object.fromEntries([...Map.groupBy(answer.findings, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]).sort())
  assert.deepEqual(
    kinds(before),
    {
      // The table, the index that lost two entries and has one too many, and the bytes of the one whose entry is another's.
      counts: 3,
      'collection size': 2,
      'expiry order': 1,
      // Two are missing, one says what another does, which stands for another item, and one is behind no item.
      'index entry': 4,
      'table id': 1,
    },
    JSON.stringify(told(before.findings), undefined, 1),
  )
  const fixed = await checked(service, { fix: true })
  assert.deepEqual([fixed.found, fixed.mended], [fixed.findings.length, fixed.findings.length])
  assert.ok(fixed.findings.every(({ isMended }) => isMended))
  const after = await checked(service)
  assert.deepEqual(told(after.findings), [])
  await succeed(service, 'CreateTable', { ...table, TableName: 'Next' })
  assert.notEqual(service.controlContext.engine.catalog.find('Next')?.tableId, tableId)
  await service.close()
})

test('Data of no table and no backup are found, however many tables wait to be swept', async () => {
  const service = await openFilled()
  await backUp(service)
  const item = (tableId: number) => [dataKey({ tableId, indexId: 0 }, Buffer.from('p'), Buffer.alloc(0)), '1\n{}'] as const
  await write(service, (turn) => {
    turn.put(nextTableIdKey(), '2000')
    for (let tableId = 1000; tableId < 1300; tableId += 1) turn.put(sweepKey(tableId), '')
    for (const tableId of [1298, 1500]) turn.put(...item(tableId))
  })
  const { findings } = await checked(service)
  assert.deepEqual(told(findings), ['orphan: there are data of a table with the id 1500, which there is not'])
  await service.close()
})

test('A record of a stream that is missing, or was never numbered, is found', async () => {
  const service = await openFilled()
  const { engine } = service.controlContext
  const stream = [...engine.catalog.streams.all()][0] ?? assert.fail()
  const shard = stream.shards[0] ?? assert.fail()
  const records = await entriesOf(service, recordRange(stream, shard.number))
  const log = records[0]?.key.subarray(0, -6) ?? assert.fail()
  await write(service, (turn) => turn.put(logEntryKey(log as never, 1_000_000), 'no record'))
  const { findings } = await checked(service)
  assert.deepEqual(told(findings), [
    `stream: record 1000000 of a shard of ${TableName} was never given a number: the last one is ${records.length}`,
  ])
  await service.close()
})

test('A check beside writes finds nothing, and disturbs none of them', async () => {
  const service = await openFilled()
  let isOver = false
  const writing = (async () => {
    for (let at = 0; !isOver; at += 1) {
      const some = item(at % itemCount)
      await succeed(service, 'PutItem', {
        TableName,
        Item: { ...some, text: s('y'.repeat((at * 7) % 90)), g: s(`g${at % 3}`), l: s(`l${at % 5}`), until: n(4_000_000_000 + (at % 50)) },
      })
      if (at % 3 === 0) await succeed(service, 'DeleteItem', { TableName, Key: { pk: some['pk'], sk: some['sk'] } })
    }
  })()
  for (let round = 0; round < 3; round += 1) assert.deepEqual(told((await checked(service, { fix: round === 1 })).findings), [])
  isOver = true
  await writing
  const { findings, skipped } = await checked(service)
  assert.deepEqual([told(findings), skipped], [[], []])
  await service.close()
})

test('One check goes on at a time, and can be ended', async () => {
  const service = await openFilled()
  await service.control.startCheck()
  await assert.rejects(service.control.startCheck(), { message: 'A check is going on already.' })
  assert.equal((await service.control.cancelCheck()).isRunning, false)
  assert.equal((await checked(service)).found, 0)
  await service.close()
})

test('Scrubbing takes one step so often, says each finding once, and goes on', async () => {
  const clock = new ManualClock(1_795_341_600_000)
  const lines: string[] = []
  const service = await openFilled({ clock, isScrubbed: true, log: (text) => lines.push(text) })
  const { tableId } = service.controlContext.engine.catalog.find(TableName) ?? assert.fail()
  await write(service, (turn) => turn.add(countsKey({ tableId, indexId: 0 }), [1, 0, 0]))
  const scrub = async (passes: number): Promise<number> => {
    for (let rounds = 0; rounds < 2000; rounds += 1) {
      clock.advance(100)
      await service.control.runJobs()
      if ((await service.control.check()).scrub.passes >= passes) return rounds
    }
    return assert.fail('a pass does not end')
  }
  assert.equal((await service.control.check()).scrub.rows, 0)
  clock.advance(60_000)
  await service.control.runJobs()
  const rowsOfStep = (await service.control.check()).scrub.rows
  assert.ok(rowsOfStep > 0 && rowsOfStep <= 200, `${rowsOfStep}`)
  assert.ok((await scrub(1)) > 10)
  const found = `Scrubbing found that ${TableName} counts 271 items of `
  assert.equal(lines.filter((line) => line.startsWith(found)).length, 1)
  clock.advance(hourMs)
  await scrub(2)
  assert.equal(lines.filter((line) => line.startsWith(found)).length, 1)
  const { scrub: status } = await service.control.check()
  assert.deepEqual([status.found, status.findings.map(({ kind }) => kind)], [1, ['counts']])
  await service.close()
})
