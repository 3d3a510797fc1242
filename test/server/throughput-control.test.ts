/** Throughput as it is told and set while the server runs: modes, limits of partitions, what was throttled, the line in the log. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import type { Service, ServiceOptions } from '../../src/server/start.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

interface Served {
  readonly service: Service
  readonly clock: ManualClock
  readonly log: string[]
}

async function serve(options: Partial<ServiceOptions> = {}): Promise<Served> {
  const clock = new ManualClock(1_795_341_600_000)
  const log: string[] = []
  const service = await openTestService('any', { clock, log: (text) => log.push(text), ...options })
  await createTable(service, 'Slow')
  return { service, clock, log }
}

async function createTable(service: Service, name: string): Promise<void> {
  await succeed(service, 'CreateTable', {
    TableName: name,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  })
}

/** How many of `count` writes were done. */
async function write(service: Service, table: string, count: number): Promise<number> {
  let done = 0
  for (let number = 0; number < count; number += 1) {
    const { status } = await call(service, 'PutItem', { TableName: table, Item: { id: { S: String(number) } } })
    if (status === 200) done += 1
  }
  return done
}

test('Limits are observed unless something else is said: nothing is refused, and what would have been is counted', async () => {
  const { service, clock } = await serve()
  assert.equal(await write(service, 'Slow', 8), 8)
  const { throttles } = await service.control.throttles()
  const reason = 'TableWriteProvisionedThroughputExceeded'
  const keys = ['5', '6', '7'].map((id) => ({ key: { id: { S: id } }, count: 1 }))
  assert.deepEqual(throttles, [
    { region: 'us-east-1', table: 'Slow', index: undefined, reason, refused: 0, observed: 3, lastMs: clock.now(), keys },
  ])
  assert.deepEqual(await service.control.throttles({ table: 'Other' }), { throttles: [] })
  await service.close()
})

test('A table may have a mode of its own, which goes with it', async () => {
  const { service } = await serve()
  assert.deepEqual(await service.control.tableThroughput({ table: 'Slow' }), { throughput: 'observe', own: false })
  assert.deepEqual(await service.control.setTableThroughput({ table: 'Slow', throughput: 'enforce' }), { throughput: 'enforce', own: true })
  await createTable(service, 'Other')
  assert.equal(await write(service, 'Slow', 8), 5)
  assert.equal(await write(service, 'Other', 8), 8)
  assert.deepEqual(await service.control.clearTableThroughput({ table: 'Slow' }), { throughput: 'observe', own: false })
  assert.equal(await write(service, 'Slow', 8), 8)
  await service.control.setTableThroughput({ table: 'Slow', throughput: 'enforce' })
  await succeed(service, 'DeleteTable', { TableName: 'Slow' })
  await service.control.runJobs()
  await createTable(service, 'Slow')
  assert.deepEqual(await service.control.tableThroughput({ table: 'Slow' }), { throughput: 'observe', own: false })
  await service.close()
})

test('The mode of all and the limits of partitions change while the server runs', async () => {
  const { service, clock } = await serve({ throughput: 'off' })
  assert.equal(await write(service, 'Slow', 8), 8)
  assert.deepEqual(await service.control.throttles(), { throttles: [] })
  await service.control.changeSettings({ throughput: 'enforce' })
  clock.advance(300_000)
  await service.control.changeSettings({ partitionWriteUnitsPerSecondMax: 10 })
  assert.equal(await write(service, 'Slow', 30), 20, 'a partition lets in what it has of two seconds')
  const [throttle] = (await service.control.throttles()).throttles
  assert.deepEqual([throttle?.reason, throttle?.refused], ['TableWriteKeyRangeThroughputExceeded', 10])
  await service.close()
})

test('A minute with throttles leaves one line in the log, a minute without none', async () => {
  const { service, clock, log } = await serve()
  await write(service, 'Slow', 8)
  await service.control.runJobs()
  assert.deepEqual(log, [])
  clock.advance(60_000)
  await service.control.runJobs()
  assert.deepEqual(log, [
    'AWS would have throttled 3 times in the last minute; nothing was refused (--throughput observe). Slow: 3 × TableWriteProvisionedThroughputExceeded, most for {"id":{"S":"5"}}',
  ])
  clock.advance(60_000)
  await service.control.runJobs()
  assert.equal(log.length, 1)
  await service.control.changeSettings({ throughput: 'enforce' })
  await write(service, 'Slow', 700)
  clock.advance(60_000)
  await service.control.runJobs()
  assert.match(
    log[1] ?? '',
    /^Throttled \d+ times in the last minute\. Slow: \d+ × TableWriteProvisionedThroughputExceeded$/,
    'no key is named where none stands out',
  )
  await service.close()
})

test('Scans of an empty table are throttled without naming a key', async () => {
  const { service } = await serve()
  for (let at = 0; at < 12; at += 1) await succeed(service, 'Scan', { TableName: 'Slow' })
  const [throttle] = (await service.control.throttles()).throttles
  assert.deepEqual([throttle?.observed, throttle?.keys], [2, []])
  assert.deepEqual((await service.control.hotKeys({ table: 'Slow' })).reads.keys, [])
  await service.close()
})

test('Requests about tables have a rate of their own', async () => {
  const { service, clock } = await serve({ throughput: 'enforce' })
  let answered = 0
  for (;;) {
    const { status, exception, message, body } = await call(service, 'ListTables', {})
    if (status === 200) {
      answered += 1
      continue
    }
    assert.deepEqual([exception, message], ['ThrottlingException', 'Rate of requests exceeds the allowed throughput.'])
    assert.deepEqual(Object.keys(body), ['__type', 'message'])
    break
  }
  assert.equal(answered, 2499, 'a table was created before')
  assert.equal(await write(service, 'Slow', 1), 1, 'items are another matter')
  clock.advance(1)
  assert.equal((await call(service, 'ListTables', {})).status, 200)
  await service.close()
})

test('What an index consumes is not booked under the name of one that was there before it', async () => {
  const { service } = await serve()
  const indexed = (IndexName: string): object => ({
    IndexName,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'KEYS_ONLY' },
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  })
  const update = async (change: object): Promise<void> => {
    const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }]
    await succeed(service, 'UpdateTable', { TableName: 'Slow', AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] })
    await service.control.runJobs()
  }
  const consumedBy = (index: string): number => {
    const dimensions = { region: '', TableName: 'Slow', GlobalSecondaryIndexName: index }
    return service.controlContext.engine.metering.metrics.find('ConsumedWriteCapacityUnits', dimensions)?.sumOfAll ?? 0
  }
  await update({ Create: indexed('old') })
  await write(service, 'Slow', 1)
  await update({ Delete: { IndexName: 'old' } })
  await update({ Create: indexed('new') })
  await succeed(service, 'PutItem', { TableName: 'Slow', Item: { id: { S: 'another' } } })
  assert.deepEqual([consumedBy('old'), consumedBy('new')], [1, 1])
  await service.close()
})
