/** What nobody waits for any more is not done: reads stop at their next pause, what has begun to be written is finished. Counted, not timed. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { NobodyWaits, Pace } from '../../src/base/pace.ts'
import { pageChunkEntriesMax } from '../../src/engine/limits.ts'
import { runRoute } from '../../src/server/control/control.ts'
import { controlRoutes } from '../../src/server/control/routes.ts'
import { describedTablesAtOnceMax } from '../../src/server/limits.ts'
import { metricsText } from '../../src/server/prometheus.ts'
import { startServer } from '../../src/server/start.ts'
import { call, succeed } from '../harness/service.ts'
import { targetFor } from '../harness/target-for.ts'
import { authorization, RawConnection, requestBytes } from '../server/raw-connection.ts'
import { openCountedService } from './counted-service.ts'
import { CountingStore } from './counting-store.ts'

const { service, workOf } = await openCountedService()
after(() => service.close())

const TableName = 'Long'
const chunks = 5
const s = (S: string): object => ({ S })
const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20261122T120000Z', authorization }

async function fill(ask: (operation: string, input: object) => Promise<unknown>, itemCount: number): Promise<void> {
  const range = (RangeKey: string): object[] => [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: RangeKey, KeyType: 'RANGE' },
  ]
  await ask('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'l'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: range('sk'),
    LocalSecondaryIndexes: [{ IndexName: 'by-l', KeySchema: range('l'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
  })
  for (let from = 0; from < itemCount; from += 25) {
    const puts = Array.from({ length: 25 }, (_, at) => ({
      PutRequest: { Item: { pk: s('a'), sk: s(`${from + at}`), l: s('l'), n: s('') } },
    }))
    await ask('BatchWriteItem', { RequestItems: { [TableName]: puts } })
  }
}
await fill((operation, input) => succeed(service, operation, input), chunks * pageChunkEntriesMax)

/** As if the client went as soon as it had asked. */
async function abandon(operation: string, input: object): Promise<number> {
  const body = Buffer.from(JSON.stringify(input))
  const { status } = await service.handle({ target: targetFor(operation), headers, body, isWanted: () => false })
  return status
}

const byKey = { KeyConditionExpression: 'pk = :a', ExpressionAttributeValues: { ':a': s('a') } }
const select = { Statement: `SELECT * FROM "${TableName}" WHERE pk = 'a'` }
const filtered = { FilterExpression: 'n <> :a', ExpressionAttributeValues: { ':a': s('a') } }

for (const [operation, input] of [
  ['Scan', { TableName }],
  ['Scan', { TableName, ...filtered }],
  ['Query', { TableName, ...byKey }],
  ['Query', { TableName, ...byKey, IndexName: 'by-l' }],
  ['ExecuteStatement', select],
] as const) {
  test(`${operation} of many items stops at its first pause when its client has gone: ${JSON.stringify(input)}`, async () => {
    const whole = await workOf(() => succeed(service, operation, input))
    assert.ok(whole.scans >= chunks, `${whole.scans} chunks`)
    const { metering } = service.controlContext.engine
    const errors = (): number => metricsText(metering.metrics, 0).match(/dynamodb_system_errors_total/g)?.length ?? 0
    const before = errors()
    const work = await workOf(async () => assert.equal(await abandon(operation, input), 503))
    assert.deepEqual(work, { ...whole, scans: 1, gets: work.gets })
    assert.equal(work.gets, 0)
    assert.equal(errors(), before, 'it is no error of the system')
  })
}

test('Items that entries of a local index stand for are not fetched for nobody', async () => {
  const input = { TableName, ...byKey, IndexName: 'by-l', Select: 'ALL_ATTRIBUTES', Limit: pageChunkEntriesMax * 2 }
  const whole = await workOf(() => succeed(service, 'Query', input))
  assert.equal(whole.gets, pageChunkEntriesMax * 2)
  assert.equal((await workOf(() => abandon('Query', input))).gets, 0)
})

test('What writes is finished, whoever has gone', async () => {
  const puts = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: { pk: s('b'), sk: s(`${at}`) } } }))
  assert.equal(await abandon('BatchWriteItem', { RequestItems: { [TableName]: puts } }), 200)
  const items = puts.map(({ PutRequest: { Item } }) => ({ Put: { TableName, Item: { ...Item, pk: s('c') } } }))
  assert.equal(await abandon('TransactWriteItems', { TransactItems: items }), 200)
  for (const pk of ['b', 'c']) {
    const { body } = await call(service, 'Query', { TableName, ...byKey, ExpressionAttributeValues: { ':a': s(pk) } })
    assert.equal((body as { readonly Count: number }).Count, 25)
  }
})

test('A large body of nobody is not looked through to its end', async () => {
  const body = Buffer.from(
    `{"TableName":"${TableName}","Item":{"pk":{"S":"d"},"sk":{"S":"1"},"l":{"L":[${'{"NULL":true},'.repeat(100_000)}{"NULL":true}]}}}`,
  )
  const { status } = await service.handle({ target: targetFor('PutItem'), headers, body, isWanted: () => false })
  assert.equal(status, 503)
})

test('Control tells nobody of all tables', async () => {
  for (let at = 0; at < describedTablesAtOnceMax * 2; at += 1) {
    await succeed(service, 'CreateTable', {
      TableName: `Table${at}`,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    })
  }
  const { controlContext } = service
  const ask = (isWanted: boolean): Promise<unknown> =>
    runRoute(
      controlContext,
      controlRoutes.tables,
      {},
      new Pace(
        () => 0,
        () => isWanted,
      ),
    )
  const whole = await workOf(() => ask(true))
  const work = await workOf(() => assert.rejects(ask(false), NobodyWaits))
  assert.ok(work.gets <= whole.gets / 2 + 1, `${work.gets} of ${whole.gets}`)
})

test('A client that has hung up is noticed at the next pause, and one that only sends no more is answered', async () => {
  const store = new CountingStore()
  const server = await startServer({
    storage: { kind: 'custom', open: () => store },
    port: 0,
    crossOrigin: false,
    jobs: 'manual',
    log: () => {},
  })
  const request = requestBytes({ target: 'Scan', body: JSON.stringify({ TableName }) })
  try {
    // To learn that somebody has gone takes some turns of the event loop: what is sent, what comes back, and what Node makes of it.
    const itemCount = 4 * chunks * pageChunkEntriesMax
    const connection = await RawConnection.open(server.port)
    await fill(async (target, input) => {
      connection.send(requestBytes({ target, body: JSON.stringify(input) }))
      assert.equal((await connection.next()).status, 200)
    }, itemCount)
    connection.socket.destroy()
    store.takeWork()
    const half = await RawConnection.open(server.port, { allowHalfOpen: true })
    half.socket.end(request)
    let answer = await half.next()
    while (answer.status === 102) answer = await half.next()
    assert.equal(answer.status, 200)
    assert.equal(JSON.parse(answer.body.toString()).Count, itemCount)
    const whole = store.takeWork().scans
    const gone = connect({ port: server.port, host: '127.0.0.1' })
    await once(gone, 'connect')
    await new Promise((resolve) => gone.write(request, resolve))
    gone.destroy()
    for (let turn = 0; turn < 2000; turn += 1) await setImmediate()
    const { scans } = store.takeWork()
    assert.ok(scans < whole, `${scans} of ${whole} chunks`)
  } finally {
    await server.close()
  }
})
