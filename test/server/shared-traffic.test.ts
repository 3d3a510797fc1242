/** What nodes of a shared store know of traffic together: what one node would know that had all of it, but for the minute that is going on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Service } from '../../src/server/start.ts'
import { Choices } from '../fuzz/choices.ts'
import { call, openTestService, succeed } from '../harness/service.ts'
import { ordersTable, startMs, TableName, TrafficNodes } from '../harness/traffic-nodes.ts'

const keyCount = 40

interface Request {
  readonly operation: string
  readonly input: object
}

/** Some keys are asked for far more often than the others. */
function anyKey(choices: Choices): { readonly pk: { readonly S: string } } {
  const at = Math.min(choices.below(keyCount) + 1, choices.below(keyCount) + 1, choices.below(keyCount) + 1)
  return { pk: { S: `order ${at}` } }
}

function anyRequest(choices: Choices): Request {
  const key = anyKey(choices)
  switch (choices.below(6)) {
    case 0:
      return { operation: 'GetItem', input: { TableName, Key: key, ConsistentRead: choices.below(2) === 0 } }
    case 1:
      return { operation: 'PutItem', input: { TableName, Item: key, ConditionExpression: 'attribute_not_exists(pk)' } }
    case 2:
      return { operation: 'Scan', input: { TableName, Limit: 1 + choices.below(5) } }
    case 3: {
      const ExpressionAttributeValues = { ':s': { S: `state ${choices.below(3)}` } }
      return {
        operation: 'Query',
        input: {
          TableName,
          IndexName: 'byState',
          KeyConditionExpression: '#s = :s',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues,
        },
      }
    }
    default:
      return { operation: 'PutItem', input: { TableName, Item: { ...key, state: { S: `state ${choices.below(3)}` } } } }
  }
}

/** What a Scan reads is spread evenly, and its parts are rounded. */
function rounded(units: number): number {
  return Math.round(units * 1e4) / 1e4
}

/** The same of both, without what is a matter of chance or of time. */
async function shown({ control }: Service): Promise<object> {
  const spaces = []
  for (const index of [{}, { index: 'byState' }]) {
    const { others: _, ...heat } = await control.heat({ table: TableName, minutes: 15, ...index })
    const [heatReads, heatWrites] = [heat.reads, heat.writes].map((rows) => rows.map((row) => row.map(rounded)))
    const { reads, writes, fromMs, toMs } = await control.hotKeys({ table: TableName, ...index })
    spaces.push({
      heat: { ...heat, reads: heatReads, writes: heatWrites },
      fromMs,
      toMs,
      totals: [reads, writes].map(({ units, refused }) => [units, refused]),
    })
  }
  const { patterns } = await control.patterns()
  const counted = patterns.map(({ latencyMs: _, ...pattern }) => pattern).sort((a, b) => (a.text < b.text ? -1 : 1))
  const { partitions } = await control.partitions({ table: TableName })
  const done = partitions.map(({ index, id, read, write }) => ({
    index,
    id,
    read: rounded(read.unitsPerSecond),
    write: write.unitsPerSecond,
  }))
  return { spaces, counted, done }
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`any of several nodes answers as one that saw all traffic, seed ${seed}`, async () => {
    const choices = new Choices(seed)
    const cluster = new TrafficNodes()
    for (let count = 0; count < 3; count += 1) await cluster.join()
    await cluster.createTable()
    const alone = await openTestService({ kind: 'memory' }, { clock: cluster.clock, random: seededRandom(seed) })
    await succeed(alone, 'CreateTable', ordersTable)
    const truth = new Map<string, number>()
    for (let minute = 0; minute < 12; minute += 1) {
      for (let count = choices.below(60); count > 0; count -= 1) {
        const { operation, input } = anyRequest(choices)
        const { service } = cluster.nodes[choices.below(cluster.nodes.length)] ?? cluster.any
        const reply = await call(service, operation, input)
        assert.equal((await call(alone, operation, input)).status, reply.status)
        const item = (input as { readonly Item?: { readonly pk: { readonly S: string } } }).Item
        if (item !== undefined && minute >= 7) truth.set(item.pk.S, (truth.get(item.pk.S) ?? 0) + 1)
      }
      await cluster.passMinute()
    }
    // Whoever is asked.
    const expected = await shown(alone)
    for (const { service } of cluster.nodes) assert.deepEqual(await shown(service), expected)
    await alone.close()
    await cluster.close()
  })
}

test('hot keys that are hot only together are found, within their bounds', async () => {
  const cluster = new TrafficNodes()
  for (let count = 0; count < 3; count += 1) await cluster.join()
  await cluster.createTable()
  const hot = 30
  for (const [at, { service }] of cluster.nodes.entries()) {
    for (let count = 0; count < hot; count += 1) await succeed(service, 'PutItem', { TableName, Item: { pk: { S: 'hot' } } })
    for (let count = 0; count < 300; count += 1)
      await succeed(service, 'PutItem', { TableName, Item: { pk: { S: `cold ${at} ${count}` } } })
  }
  await cluster.passMinute()
  for (const { service } of cluster.nodes) {
    const { writes, others } = await service.control.hotKeys({ table: TableName })
    assert.equal(writes.units, 3 * (hot + 300))
    const [found] = writes.keys
    assert.deepEqual(found?.key, { pk: { S: 'hot' } })
    assert.ok(found.unitsMin <= 3 * hot && 3 * hot <= found.units, JSON.stringify(found))
    assert.ok(found.units <= 3 * hot + writes.units / 256, JSON.stringify(found))
    assert.deepEqual(
      others?.map(({ toldMsAgo }) => toldMsAgo),
      [0, 0],
    )
  }
  await cluster.close()
})

test('what others do in the minute that is going on is told when it is over, and an answer says how old their part is', async () => {
  const cluster = new TrafficNodes()
  const [one, other] = [await cluster.join(), await cluster.join()]
  await cluster.createTable()
  const put = (): Promise<unknown> => succeed(one.service, 'PutItem', { TableName, Item: { pk: { S: 'a' } } })
  const written = async ({ service }: typeof one): Promise<number> =>
    (await service.control.heat({ table: TableName, minutes: 10 })).writes.flat().reduce((sum, units) => sum + units, 0)
  await put()
  await cluster.pass(10_000)
  assert.deepEqual([await written(one), await written(other)], [1, 0])
  assert.deepEqual((await other.service.control.heat({ table: TableName })).others, [])
  await cluster.passMinute()
  assert.deepEqual([await written(one), await written(other)], [1, 1])
  await put()
  await cluster.pass(7000)
  assert.deepEqual([await written(one), await written(other)], [2, 1])
  const id = one.service.controlContext.engine.leases?.membership.self.id
  for (const { others } of [
    await other.service.control.heat({ table: TableName }),
    await other.service.control.hotKeys({ table: TableName }),
    await other.service.control.patterns(),
    await other.service.control.throttles(),
    await other.service.control.partitions({ table: TableName }),
  ]) {
    assert.deepEqual(others, [{ node: id, toldMsAgo: 7000 }])
  }
  const { nodes } = await other.service.control.nodes()
  assert.deepEqual(nodes.map((node) => [node.isSelf, node.toldMsAgo]).sort(), [
    [false, 7000],
    [true, undefined],
  ])
  await cluster.close()
})

test('nodes that do nothing write nothing, and one that does writes once in a minute', async () => {
  const cluster = new TrafficNodes()
  const [one] = [await cluster.join(), await cluster.join()]
  await cluster.createTable()
  for (let minute = 0; minute < 3; minute += 1) await cluster.passMinute()
  await cluster.runJobs()
  assert.deepEqual(await cluster.reports(), [])
  await succeed(one.service, 'PutItem', { TableName, Item: { pk: { S: 'a' } } })
  await cluster.passMinute()
  const told = await cluster.reports()
  assert.deepEqual([...new Set(told.map(({ key }) => key[1]))], [1, 2, 3, 5, 6])
  for (let minute = 0; minute < 3; minute += 1) await cluster.passMinute()
  assert.deepEqual(
    await cluster.reports(1, 2, 5, 6),
    told.filter(({ key }) => key[1] !== 3),
  )
  await cluster.close()
})

test('of a node that leaves its heat stays for its time, and its patterns go; of one that dies they go when the others forget it', async () => {
  const cluster = new TrafficNodes()
  const [one, leaving, dying] = [await cluster.join(), await cluster.join(), await cluster.join()]
  await cluster.createTable()
  for (const { service } of [leaving, dying]) await succeed(service, 'PutItem', { TableName, Item: { pk: { S: 'a' } } })
  await cluster.passMinute()
  await succeed(leaving.service, 'PutItem', { TableName, Item: { pk: { S: 'a' } } })
  const requests = async (): Promise<number> =>
    (await one.service.control.patterns()).patterns.reduce(
      (sum, pattern) => sum + (pattern.text.startsWith('PutItem') ? pattern.requests : 0),
      0,
    )
  const heat = async (): Promise<number> =>
    (await one.service.control.heat({ table: TableName, minutes: 120 })).writes.flat().reduce((sum, units) => sum + units, 0)
  assert.deepEqual([await requests(), await heat()], [2, 2])
  await leaving.service.close()
  cluster.nodes.splice(1, 2)
  assert.deepEqual([await requests(), await heat()], [1, 3])
  for (let minute = 0; minute < 2; minute += 1) {
    for (let second = 0; second < 60; second += 2) await cluster.pass(2000)
    await cluster.runJobs()
  }
  assert.deepEqual([await requests(), await heat()], [0, 3])
  assert.deepEqual(await cluster.reports(4, 5, 6), [])
  cluster.clock.advance(119 * minuteMs)
  assert.equal(await heat(), 0)
  await cluster.beat()
  await cluster.runJobs()
  assert.deepEqual(await cluster.reports(), [])
  await cluster.close()
  await dying.service.close().catch(() => {})
})

test('what is forgotten is forgotten by all nodes, and counted anew from the next request on', async () => {
  const cluster = new TrafficNodes()
  const [one, other] = [await cluster.join(), await cluster.join()]
  await cluster.createTable()
  const put = ({ service }: typeof one): Promise<unknown> => succeed(service, 'PutItem', { TableName, Item: { pk: { S: 'a' } } })
  for (const node of cluster.nodes) await put(node)
  await cluster.passMinute()
  for (const node of cluster.nodes) await put(node)
  await one.service.control.forgetTraffic()
  const known = async ({ service: { control } }: typeof one): Promise<readonly number[]> => [
    (await control.heat({ table: TableName, minutes: 5 })).writes.flat().reduce((sum, units) => sum + units, 0),
    (await control.hotKeys({ table: TableName })).writes.units,
    (await control.patterns()).patterns.reduce((sum, pattern) => sum + pattern.requests, 0),
  ]
  for (const node of cluster.nodes) assert.deepEqual(await known(node), [0, 0, 0])
  await put(other)
  await cluster.passMinute()
  for (const node of cluster.nodes) assert.deepEqual(await known(node), [1, 1, 1])
  await cluster.close()
})

test('an index that gets the number of a deleted one has none of its traffic', async () => {
  const cluster = new TrafficNodes()
  const [one, other] = [await cluster.join(), await cluster.join()]
  await cluster.createTable()
  await succeed(one.service, 'PutItem', { TableName, Item: { pk: { S: 'a' }, state: { S: 'x' } } })
  await cluster.passMinute()
  const written = async (): Promise<number> =>
    (await other.service.control.heat({ table: TableName, index: 'byState', minutes: 5 })).writes
      .flat()
      .reduce((sum, units) => sum + units, 0)
  assert.equal(await written(), 1)
  await succeed(other.service, 'UpdateTable', { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byState' } }] })
  await cluster.runJobs()
  const { AttributeDefinitions, GlobalSecondaryIndexes } = ordersTable
  const Create = GlobalSecondaryIndexes[0]
  await succeed(other.service, 'UpdateTable', { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] })
  await cluster.pass(1000)
  await cluster.runJobs()
  assert.equal(await written(), 0)
  await cluster.close()
})

test('throttles are added up, and one line of the log tells of those of all nodes', async () => {
  const cluster = new TrafficNodes({ throughput: 'observe' })
  for (let count = 0; count < 3; count += 1) await cluster.join()
  const { BillingMode: _, GlobalSecondaryIndexes: __, ...table } = ordersTable
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
  const AttributeDefinitions = table.AttributeDefinitions.slice(0, 1)
  await succeed(cluster.any.service, 'CreateTable', { ...table, AttributeDefinitions, ProvisionedThroughput })
  for (const { service } of cluster.nodes) {
    for (let count = 0; count < 20; count += 1) await succeed(service, 'PutItem', { TableName, Item: { pk: { S: 'hot' } } })
  }
  const own = cluster.nodes.map(({ service }) => service.controlContext.engine.metering.throttleCounts.list()[0]?.observed ?? 0)
  const total = own.reduce((sum, count) => sum + count, 0)
  assert.ok(own.every((count) => count > 10))
  await cluster.passMinute()
  await cluster.runJobs()
  assert.deepEqual(cluster.logged, [], 'others may still be telling')
  for (const { service } of cluster.nodes) {
    const [first, ...more] = (await service.control.throttles()).throttles
    assert.deepEqual(more, [])
    assert.deepEqual([first?.observed, first?.keys], [total, [{ key: { pk: { S: 'hot' } }, count: total }]])
  }
  await cluster.pass(10_000)
  await cluster.runJobs()
  const where = `Orders: ${total} × TableWriteProvisionedThroughputExceeded, most for {"pk":{"S":"hot"}}`
  assert.deepEqual(cluster.logged, [
    `AWS would have throttled ${total} times in the last minute; nothing was refused (--throughput observe). ${where}`,
  ])
  await cluster.passMinute()
  await cluster.pass(10_000)
  await cluster.runJobs()
  assert.equal(cluster.logged.length, 1)
  assert.equal(startMs % minuteMs, 0)
  await cluster.close()
})

test('what was throttled on a table or an index is not told of another that has its name, whichever node it was throttled on', async () => {
  const cluster = new TrafficNodes({ throughput: 'observe' })
  const [one, other] = [await cluster.join(), await cluster.join()]
  const throughputOf = (units: number) => ({ ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units } })
  const { BillingMode: _, AttributeDefinitions, ...table } = ordersTable
  const index = { ...ordersTable.GlobalSecondaryIndexes[0], ...throughputOf(1) }
  const create = (units: number): Promise<unknown> =>
    succeed(other.service, 'CreateTable', { ...table, AttributeDefinitions, GlobalSecondaryIndexes: [index], ...throughputOf(units) })
  const changeIndex = async (change: object): Promise<void> => {
    await succeed(other.service, 'UpdateTable', { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] })
    await cluster.pass(1000)
    await cluster.runJobs()
  }
  const write = async (): Promise<void> => {
    for (let state = 0; state < 20; state += 1)
      await succeed(one.service, 'PutItem', { TableName, Item: { pk: { S: 'hot' }, state: { S: String(state) } } })
    await cluster.passMinute()
  }
  const told = async (): Promise<readonly (string | undefined)[]> =>
    (await other.service.control.throttles()).throttles.map((each) => each.index)

  await create(100)
  await write()
  assert.deepEqual(await told(), ['byState'])
  await changeIndex({ Delete: { IndexName: 'byState' } })
  assert.deepEqual(await told(), [])
  await changeIndex({ Create: index })
  assert.deepEqual(await told(), [], 'the first node has told nothing since')

  await succeed(other.service, 'DeleteTable', { TableName })
  await create(1)
  await write()
  assert.deepEqual(await told(), [undefined])
  await succeed(other.service, 'DeleteTable', { TableName })
  assert.deepEqual(await told(), [])
  await create(1)
  assert.deepEqual(await told(), [], 'the first node has told nothing since')
  await cluster.close()
})
