/** Two servers on one PostgreSQL: each answers for the traffic of both, when the minute is over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { credentials, region } from '../clients/dummy-credentials.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { ordersTable, startMs, TableName } from '../harness/traffic-nodes.ts'

interface Told {
  readonly writes: readonly (readonly number[])[]
  readonly others: readonly { readonly node: string; readonly toldMsAgo: number }[]
}

interface HotKeys {
  readonly writes: { readonly units: number; readonly keys: readonly { readonly key: unknown; readonly units: number }[] }
}

async function ask<T>({ endpoint }: RunningServer, path: string): Promise<T> {
  const response = await fetch(`${endpoint}/_stator/${path}`)
  const text = await response.text()
  assert.equal(response.status, 200, text)
  return JSON.parse(text) as T
}

test('servers on one PostgreSQL answer for the traffic of all of them', { skip: skipWithoutPostgres }, async (t) => {
  const url = await (await sharedPostgres()).newUrl()
  const clock = new ManualClock(startMs)
  const failures: string[] = []
  const log = (line: string, error?: unknown): void => {
    failures.push(`${line} ${String(error)}`)
  }
  const start = (): Promise<RunningServer> =>
    startServer({ storage: { kind: 'postgres', url }, host: '127.0.0.1', port: 0, crossOrigin: false, clock, log })
  const servers = [await start(), await start()] as const
  const clients = servers.map(({ endpoint }) => new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 }))
  t.after(async () => {
    for (const client of clients) client.destroy()
    for (const server of servers) await server.close()
  })
  const { GlobalSecondaryIndexes, AttributeDefinitions, KeySchema, BillingMode } = ordersTable
  const definition = { TableName, BillingMode, AttributeDefinitions: [...AttributeDefinitions], KeySchema: [...KeySchema] }
  const indexes = GlobalSecondaryIndexes.map((index) => ({ ...index, KeySchema: [...index.KeySchema] }))
  await clients[0]?.send(new CreateTableCommand({ ...definition, GlobalSecondaryIndexes: indexes }))
  const perServer = 12
  for (const client of clients) {
    for (let count = 0; count < perServer; count += 1) await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'hot' } } }))
  }
  const writtenBy = async (server: RunningServer): Promise<number> =>
    (await ask<Told>(server, `tables/${TableName}/heat?minutes=5`)).writes.flat().reduce((sum, units) => sum + units, 0)
  for (const server of servers) assert.equal(await writtenBy(server), perServer)
  clock.advance(minuteMs)
  for (const server of servers) {
    while ((await writtenBy(server)) < 2 * perServer) await sleep(50)
    const { writes } = await ask<HotKeys>(server, `tables/${TableName}/hot-keys`)
    assert.deepEqual(
      writes.keys.map(({ key, units }) => [key, units]),
      [[{ pk: { S: 'hot' } }, 2 * perServer]],
    )
    const { patterns, others } = await ask<Told & { readonly patterns: readonly { readonly text: string; readonly requests: number }[] }>(
      server,
      'patterns',
    )
    assert.equal(patterns.find(({ text }) => text.startsWith('PutItem'))?.requests, 2 * perServer)
    assert.deepEqual(
      others.map(({ toldMsAgo }) => toldMsAgo),
      [0],
    )
  }
  assert.deepEqual(failures, [])
})
