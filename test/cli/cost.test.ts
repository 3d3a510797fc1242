/** `stator cost` as it is typed: what it prints of a running server, and what it says when it can't (docs/cost.md). */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { shippedPrices } from '../../src/services/cost/price-table.ts'
import { askServer } from '../harness/ask-server.ts'
import { testStorage } from '../harness/test-storage.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const startMs = 1_795_341_600_000
const clock = new ManualClock(startMs)
let server: RunningServer
let folder: string

function run(t: TestContext, words: readonly string[]): Promise<Ended> {
  const started = new StatorProcess(words)
  t.after(() => started.child.kill('SIGKILL'))
  return started.ended
}

function cost(t: TestContext, words: readonly string[] = []): Promise<Ended> {
  return run(t, ['cost', '--endpoint', server.endpoint, ...words])
}

async function ask(operation: string, input: object): Promise<void> {
  await askServer(server.endpoint, operation, input)
}

const attribute = (AttributeName: string): object => ({ AttributeName, AttributeType: 'S' })
const key = (AttributeName: string, KeyType: string): object => ({ AttributeName, KeyType })

/** Two minutes with three orders each, the second with a query, too. */
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stator-cost-'))
  const options = { storage: testStorage('steady'), host: '127.0.0.1', port: 0, crossOrigin: false, jobs: 'manual', clock } as const
  server = await startServer({ ...options, log: () => {} })
  await ask('CreateTable', {
    TableName: 'Orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [attribute('pk'), attribute('sk'), attribute('kind')],
    KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
    GlobalSecondaryIndexes: [{ IndexName: 'byKind', KeySchema: [key('kind', 'HASH')], Projection: { ProjectionType: 'ALL' } }],
    LocalSecondaryIndexes: [
      { IndexName: 'inCustomer', KeySchema: [key('pk', 'HASH'), key('kind', 'RANGE')], Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  })
  for (let minute = 0; minute < 2; minute += 1) {
    for (let item = 0; item < 3; item += 1) {
      const Item = { pk: { S: `c${item}` }, sk: { S: `${minute}` }, kind: { S: 'paid' }, text: { S: 'x'.repeat(2000) } }
      await ask('PutItem', { TableName: 'Orders', Item })
    }
    if (minute === 1) {
      const query = { KeyConditionExpression: 'kind = :k', ExpressionAttributeValues: { ':k': { S: 'paid' } } }
      await ask('Query', { TableName: 'Orders', IndexName: 'byKind', ...query })
    }
    clock.advance(60_000)
    await server.control.runJobs()
  }
})

after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await server.close()
})

test('stator cost prints what was used, the patterns, the ways to pay and the assumptions', async (t) => {
  const { code, out, err } = await cost(t)
  assert.equal(err, '')
  assert.equal(code, 0)
  assert.equal(
    out,
    `Dollars a month at prices of us-east-1, from what was used 2026-11-22 10:00 to 2026-11-22 10:02 UTC

  Table, index, stream          read units  write units      GB   storage  on-demand  auto scaling  refused    fixed  fixed at
  ----------------------------  ----------  -----------  ------  --------  ---------  ------------  -------  -------  --------
  Orders (on-demand, Standard)           0      394,200  <0.001  <$0.0001    $0.2464       $0.5694           $0.5694     1 / 1
    global index byKind             32,850      262,800  <0.001  <$0.0001    $0.1684       $0.5694           $0.5694     1 / 1
    local index inCustomer                               <0.001  <$0.0001

Access patterns, on demand, the dearest first
    $0.4106   99 %  PutItem Orders
    $0.0041  1.0 %  Query Orders.byKind  where kind = ?

  Ways to pay             as it is  on-demand  auto scaling  fixed  on-demand IA  auto scaling IA  fixed IA             cheapest
  ----------------------  --------  ---------  ------------  -----  ------------  ---------------  --------  -------------------
  Orders                   $0.4147    $0.4147         $1.14  $1.14       $0.5176            $1.42     $1.42  on-demand, Standard
  all, less what is free   $0.4147    $0.4147         $1.14  $1.14       $0.5176            $1.42     $1.42  on-demand, Standard

Assumptions
  - What was consumed from 2026-11-22 10:00 to 2026-11-22 10:02 UTC (2 minutes) goes on like that for a month
    of 730 hours: it is taken 21,900 times.
  - It is less than a day, so that it does not show how a day goes up and down.
  - Prices of us-east-1: list prices of US East (N. Virginia) at https://aws.amazon.com/dynamodb/pricing/,
    after the price cut of November 2024 (2026-10).
  - Free for an account, and taken off the sums alone, as if it had no other tables: 25 GB in Standard,
    2,500,000 GetRecords requests.
  - Storage is what is there now: items and index entries, and 100 bytes for each of them.
  - Auto scaling is played over the minutes: it aims at 70 %, grows after 2 minutes above, shrinks after 15
    below 50 % within the quota of decreases, and stays where it is while nothing is used. It begins with what
    the average needs.
  - Fixed is what the busiest minute needs on average, provisioned all month.
  - Access patterns are counted since the server started, and get their shares of what their table costs on
    demand, its indexes' writes included.
  - Not priced: data transfer, reserved capacity, provisioned units that are free for new accounts, taxes; and
    what is not in use: point-in-time recovery, backups, exports, imports, global tables, Kinesis.
`,
  )
})

test('stator cost --json prints what the control endpoint answers', async (t) => {
  const { code, out } = await cost(t, ['--json', '--table', 'Orders', '--hours', '3'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(await server.control.cost({ table: 'Orders', hours: 3 }))))
})

test('stator cost takes prices from a file, and passes on what is wrong with them', async (t) => {
  const file = join(folder, 'prices.json')
  writeFileSync(file, JSON.stringify({ ...shippedPrices, source: 'what we agreed on', date: '2030-01' }))
  const { out } = await cost(t, ['--prices', file, '--price-region', 'eu-west-1'])
  assert.match(out, /Prices of us-east-1: what we agreed on \(2030-01\)\./)
  assert.match(out, /There are no prices for eu-west-1 in the table: those of us-east-1 stand in\./)
  writeFileSync(file, JSON.stringify({ ...shippedPrices, date: 7 }))
  const wrong = await cost(t, ['--prices', file])
  assert.deepEqual(wrong, { code: 1, signal: null, out: '', err: 'The price table is not right: date must be a text that is not empty.\n' })
  writeFileSync(file, 'prices')
  assert.deepEqual(await cost(t, ['--prices', file]), { code: 2, signal: null, out: '', err: `The prices in ${file} are not JSON.\n` })
})

test('The server takes prices from a file, too, and does not start with wrong ones', async (t) => {
  const file = join(folder, 'server-prices.json')
  writeFileSync(file, JSON.stringify({ ...shippedPrices, date: '2031-07' }))
  const started = new StatorProcess(['--in-memory', '--port', '0', '--prices', file])
  t.after(() => started.child.kill('SIGKILL'))
  const answer = (await (await fetch(`${await started.endpoint()}/_stator/cost`)).json()) as { prices: { date: string } }
  assert.equal(answer.prices.date, '2031-07')
  writeFileSync(file, '{}')
  const refused = await run(t, ['--in-memory', '--port', '0', '--prices', file])
  assert.deepEqual(refused, { code: 2, signal: null, out: '', err: 'The price table is not right: it has no source.\n' })
  const missing = join(folder, 'missing.json')
  const { code, err } = await run(t, ['--in-memory', '--port', '0', '--prices', missing])
  assert.equal(code, 2)
  assert.equal(err, `The prices in ${missing} cannot be read: ENOENT: no such file or directory, open '${missing}'.\n`)
})

test('stator cost says in one sentence why there is no answer', async (t) => {
  const failed = (err: string, code = 1): Ended => ({ code, signal: null, out: '', err: `${err}\n` })
  assert.deepEqual(await cost(t, ['--table', 'Nowhere']), failed('There is no table "Nowhere" in us-east-1.'))
  assert.deepEqual(await cost(t, ['--hours', '1e3']), failed('"hours" must be a whole number of hours from 1 to 360.'))
  assert.deepEqual(
    await cost(t, ['--endpoint', 'here']),
    failed("'here' is not the address of an endpoint, such as http://127.0.0.1:8000.", 2),
  )
  assert.deepEqual(await cost(t, ['--dear']), failed('--dear is not an option of stator cost: see stator cost --help.', 2))
  const { code, err } = await cost(t, ['--help'])
  assert.deepEqual([code, err], [0, ''])

  const other = createServer((_, response) => response.end('hello'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  assert.deepEqual(await cost(t, ['--endpoint', there]), failed(`What answers at ${there} is no Stator with a control endpoint.`))

  const closed = createSocketServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`
  await new Promise((resolve) => closed.close(resolve))
  const nobody = `No server answers at ${nowhere}: start one with 'stator', or name yours with --endpoint.`
  assert.deepEqual(await cost(t, ['--endpoint', nowhere]), failed(nobody))
})
