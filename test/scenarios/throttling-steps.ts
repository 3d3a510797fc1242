/**
 * What scenarios ask about throughput (real-world-patterns.md "Pseudo-operations"): loads of many writes by the clock, and the steps
 * that are told in words.
 */
import assert from 'node:assert/strict'
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ManualClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { seededRandom } from '../../src/base/random.ts'
import { startServer } from '../../src/server/start.ts'
import { credentials, region } from '../clients/dummy-credentials.ts'
import type { Reply } from '../harness/check-answer.ts'
import { startMs, type TestStator } from '../harness/test-stator.ts'
import { testStorage } from '../harness/test-storage.ts'
import { assertError } from './assert-error.ts'
import { type Attributes, type ExpectedError, type Scenario, type Step, withNumber } from './scenario.ts'

interface Load {
  readonly op: string
  readonly count: number
  /** Seconds. */
  readonly idleBefore: number
  /** `${i}` in a value is the number of the request. */
  readonly item: { readonly [name: string]: { readonly S: string } }
}

interface ExpectedLoad {
  readonly succeeded?: number
  readonly succeededBetween?: readonly [number, number]
  readonly lastError?: ExpectedError
}

/** Idles, then sends the requests evenly over one second of the clock. */
export function loadWithinOneSecond(stator: TestStator, step: Step, scenario: Scenario): Promise<void> {
  return load(stator, step, scenario, 1000)
}

/** Idles, then sends all requests at one moment of the clock. */
export function loadAtOnce(stator: TestStator, step: Step, scenario: Scenario): Promise<void> {
  return load(stator, step, scenario, 0)
}

async function load(stator: TestStator, { request, expect = {} }: Step, { tables }: Scenario, durationMs: number): Promise<void> {
  const { op, count, idleBefore, item } = request as unknown as Load
  await stator.advance(idleBefore * 1000)
  const errors: Reply[] = []
  let passedMs = 0
  for (let number = 0; number < count; number += 1) {
    const dueMs = Math.floor((number * durationMs) / count)
    stator.clock.advance(dueMs - passedMs)
    passedMs = dueMs
    const reply = await stator.call(op, { TableName: tables[0]?.TableName, Item: numbered(item, number) })
    if (reply.status !== 200) errors.push(reply)
  }
  const { succeeded, succeededBetween: [least, most] = [succeeded, succeeded], lastError } = expect as ExpectedLoad
  const passed = count - errors.length
  assert.ok(least !== undefined && most !== undefined && passed >= least && passed <= most, `${passed} of ${count} succeeded`)
  assert.ok(lastError === undefined || errors.length > 0, 'the last one is refused')
  for (const error of errors) assertError(error, lastError ?? { type: 'none' })
}

function numbered(item: Load['item'], number: number): Attributes {
  return Object.fromEntries(Object.entries(item).map(([name, { S: text }]) => [name, { S: withNumber(text, number) }]))
}

/** The steps in words, by the words. */
const described: { readonly [name: string]: (stator: TestStator, scenario: Scenario) => Promise<void> } = {
  'batch write, part of it throttled: HTTP 200 with UnprocessedItems; all throttled: exception': batchPartly,
  'SDK default retry makes a short throttle invisible': retryOfClient,
  'five decreases in one UTC day': decreases,
}

export async function playDescribed(stator: TestStator, { name }: Step, scenario: Scenario): Promise<void> {
  const play = described[name]
  assert.ok(play !== undefined, `"${name}" is not built yet`)
  await play(stator, scenario)
}

interface TableInput {
  readonly TableName: string
}

/** A table like that of the scenario that has saved up nothing. */
function freshTable({ tables }: Scenario, TableName: string): TableInput {
  assert.ok(tables[0] !== undefined)
  return { ...tables[0], TableName }
}

async function batchPartly(stator: TestStator, scenario: Scenario): Promise<void> {
  await stator.createTable(freshTable(scenario, 'Batches'))
  const requests = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: { id: { S: `b${at}` } } } }))
  let left: readonly object[] = requests
  while (left.length === requests.length) {
    const { UnprocessedItems } = await stator.succeed('BatchWriteItem', { RequestItems: { Batches: requests } })
    left = (UnprocessedItems as { readonly Batches?: readonly object[] }).Batches ?? requests
  }
  const all = await stator.call('BatchWriteItem', { RequestItems: { Batches: left } })
  assertError(all, { type: 'ProvisionedThroughputExceededException' })
  // A client that waits and sends again what was left over gets all of it written.
  for (let second = 0; left.length > 0; second += 1) {
    assert.ok(second < 5, 'five units come in each second')
    await stator.advance(1000)
    const { UnprocessedItems } = await stator.succeed('BatchWriteItem', { RequestItems: { Batches: left } })
    left = (UnprocessedItems as { readonly Batches?: readonly object[] }).Batches ?? []
  }
  const { Count } = await stator.succeed('Scan', { TableName: 'Batches', Select: 'COUNT' })
  assert.equal(Count, requests.length)
}

/** At a port, with the client as everybody has it; a second of the clock passes between two attempts. */
async function retryOfClient(_stator: TestStator, scenario: Scenario): Promise<void> {
  const clock = new ManualClock(startMs)
  const server = await startServer({
    storage: testStorage('steady'),
    isTestCluster: true,
    clock,
    random: seededRandom(1),
    throughput: 'enforce',
    log: silentLog,
    host: '127.0.0.1',
    port: 0,
    crossOrigin: false,
  })
  const client = new DynamoDBClient({ endpoint: server.endpoint, region, credentials })
  const statuses: number[] = []
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      statuses.push((result.response as { readonly statusCode: number }).statusCode)
      clock.advance(1000)
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  try {
    await client.send(new CreateTableCommand(freshTable(scenario, 'Retries') as CreateTableCommandInput))
    // More than the second's worth that there is and the second's worth that comes.
    const put = (id: string, bytes: number): PutItemCommand => {
      return new PutItemCommand({ TableName: 'Retries', Item: { id: { S: id }, v: { S: 'x'.repeat(bytes) } } })
    }
    await client.send(put('large', 14_000))
    statuses.length = 0
    await client.send(put('small', 1))
    assert.deepEqual(statuses, [400, 200])
  } finally {
    client.destroy()
    await server.close()
  }
}

async function decreases(stator: TestStator, scenario: Scenario): Promise<void> {
  const TableName = 'Decreases'
  await stator.createTable(freshTable(scenario, TableName))
  const provision = (units: number): Promise<Reply> => {
    return stator.call('UpdateTable', { TableName, ProvisionedThroughput: { ReadCapacityUnits: units, WriteCapacityUnits: units } })
  }
  for (const units of [100, 90, 80, 70, 60]) {
    assert.equal((await provision(units)).status, 200)
    await stator.waitUntil(TableName, 'ACTIVE')
  }
  assertError(await provision(50), { type: 'LimitExceededException' })
  await stator.advance(3_600_000)
  assert.equal((await provision(50)).status, 200)
}
