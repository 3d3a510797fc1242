/** Two servers on one PostgreSQL that are for tests: one clock, moved through either of them; and what the first of them fixed. */
import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { hourMs, minuteMs } from '../../src/base/clock.ts'
import type { NodeList } from '../../src/server/control/node-routes.ts'
import type { ClockReading } from '../../src/server/control/server-clock.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { targetFor } from '../harness/target-for.ts'

const TableName = 'Sessions'
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

interface Body {
  readonly [member: string]: unknown
}

class Server {
  readonly process: StatorProcess
  #endpoint = ''

  constructor(t: TestContext, url: string, words: readonly string[] = ['--test-cluster']) {
    this.process = new StatorProcess(['--port', '0', '--storage', url, ...words])
    t.after(() => this.process.child.kill('SIGKILL'))
  }

  async started(): Promise<this> {
    this.#endpoint = await this.process.endpoint()
    return this
  }

  async ask(operation: string, input: object): Promise<Body> {
    const body = JSON.stringify(input)
    const response = await fetch(this.#endpoint, { method: 'POST', headers: { ...headers, 'x-amz-target': targetFor(operation) }, body })
    const answer = (await response.json()) as Body
    assert.equal(response.status, 200, `${operation}: ${JSON.stringify(answer)}`)
    return answer
  }

  async control<Answer>(method: string, path: string, input: object = {}, status = 200): Promise<Answer> {
    const sent = method === 'GET' ? {} : { body: JSON.stringify(input) }
    const response = await fetch(`${this.#endpoint}/_stator/${path}`, { method, headers: { 'content-type': 'application/json' }, ...sent })
    const answer = await response.json()
    assert.equal(response.status, status, JSON.stringify(answer))
    return answer as Answer
  }

  async count(IndexName?: string): Promise<unknown> {
    return (await this.ask('Scan', { TableName, ...(IndexName !== undefined && { IndexName }) })).Count
  }
}

async function createTable(server: Server): Promise<void> {
  await server.ask('CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['id', 'user'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      { IndexName: 'byUser', KeySchema: [{ AttributeName: 'user', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
  })
}

describe('a cluster for tests on a PostgreSQL', { skip: skipWithoutPostgres }, () => {
  test('has one clock, and what is due at the moved time is done when either answers', async (t) => {
    const url = await (await sharedPostgres()).newUrl()
    const servers = [new Server(t, url, ['--test-cluster', '--clock', '2030-01-01']), new Server(t, url)]
    // The second opens when the first has: then the clock is where that was told to start.
    const one = await (servers[0] as Server).started()
    const other = await (servers[1] as Server).started()
    const both = [one, other]
    const beginMs = Date.parse('2030-01-01')
    const { nowMs } = await other.control<ClockReading>('PUT', 'clock', { frozen: true })
    assert.ok(nowMs >= beginMs && nowMs < beginMs + hourMs)
    for (const server of both)
      assert.deepEqual(await server.control('GET', 'clock'), { nowMs, now: new Date(nowMs).toISOString(), frozen: true })

    await createTable(one)
    await other.ask('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'exp' } })
    await one.control('PUT', 'settings', { indexLagMs: 5000 })
    for (let at = 0; at < 20; at += 1) {
      const exp = { N: String(Math.floor(nowMs / 1000) + (at % 2 === 0 ? 60 : 7200)) }
      await (both[at % 2] as Server).ask('PutItem', { TableName, Item: { id: { S: `${at}` }, user: { S: 'a' }, exp } })
    }
    for (const server of both) assert.equal(await server.count('byUser'), 0)
    await one.control('POST', 'clock/advance', { byMs: 5000 })
    for (const server of both) assert.equal(await server.count('byUser'), 20)
    await other.control('POST', 'clock/advance', { byMs: 2 * minuteMs })
    for (const server of both) assert.deepEqual([await server.count(), await server.count('byUser')], [10, 20])
    await one.control('POST', 'clock/advance', { byMs: 2 * hourMs })
    await other.control('POST', 'clock/advance', { byMs: 5000 })
    for (const server of both) assert.deepEqual([await server.count(), await server.count('byUser')], [0, 0])
    const expectedMs = nowMs + 2 * minuteMs + 2 * hourMs + 10_000
    for (const server of both) assert.equal((await server.control<ClockReading>('GET', 'clock')).nowMs, expectedMs)
    // Both had a part in it.
    const { nodes } = await one.control<NodeList>('GET', 'nodes')
    assert.equal(nodes.length, 2)
    for (const { jobs } of nodes) assert.ok(jobs.length > 0)

    await one.control('DELETE', 'clock')
    for (const server of both) {
      const { nowMs: realMs, frozen } = await server.control<ClockReading>('GET', 'clock')
      assert.ok(realMs < Date.now() + hourMs && !frozen)
      assert.equal(server.process.err, '')
    }
  })

  test('fixes account, region, regions and what it is for at the first start', async (t) => {
    const url = await (await sharedPostgres()).newUrl()
    const words = ['--account', '210987654321', '--region', 'eu-west-1', '--regions', 'isolated']
    await new Server(t, url, words).started()
    const later = await new Server(t, url, []).started()
    assert.match(later.process.out, /each region has its own tables/)
    const { account, region, regions } = await later.control<Body>('GET', 'info')
    assert.deepEqual({ account, region, regions }, { account: '210987654321', region: 'eu-west-1', regions: 'isolated' })
    await later.control('PUT', 'clock', { frozen: true }, 403)
    const refused: readonly (readonly [words: readonly string[], sentence: RegExp])[] = [
      [['--account', '123456789012'], /the account 210987654321, this one with 123456789012: leave --account/],
      [['--region', 'us-east-1'], /the region eu-west-1, this one with us-east-1: leave --region/],
      [['--regions', 'shared'], /the regions isolated, this one with shared: leave --regions/],
      [['--test-cluster'], /without --test-cluster, this one with it: start it without/],
      [['--clock', '2030-01-01'], /go by its clock: leave --clock/],
    ]
    await Promise.all(
      refused.map(async ([given, sentence]) => {
        const { code, err } = await new Server(t, url, given).process.ended
        assert.deepEqual([code, err.trim().split('\n').length], [1, 1])
        assert.match(err, sentence)
      }),
    )
  })
})
