/**
 * BatchWriteItem on a table with too few write units, by the two clients that people write many items with: what is not processed is
 * sent again until all of it is written. A second passes before each batch, on the clock of the server alone.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { CreateTableCommand, DynamoDBClient, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  DynamoDBDocumentClient,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb'
import { advanceClock, stopClock } from '../harness/control-endpoint.ts'
import { clientEnvironment, credentials, region } from './dummy-credentials.ts'
import { findPythonsWithBoto3, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const pythons = findPythonsWithBoto3()
const script = join(import.meta.dirname, 'throttling_client.py')
/** As many as a batch may have. */
const keys = Array.from({ length: 25 }, (_, each) => `key ${each + 10}`)

describe('Batches that are throttled in part', () => {
  let server: RunningServer
  let documents: DynamoDBDocumentClient

  before(async () => {
    server = await startServer(['--in-memory', '--throughput', 'enforce'])
    await stopClock(server.endpoint, '2026-11-22T10:00:00Z')
    documents = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 }))
  })

  after(async () => {
    documents?.destroy()
    assert.equal(await server?.close(), 0)
  })

  /** A new table has what one second gives. */
  async function createTable(TableName: string, WriteCapacityUnits = 5): Promise<void> {
    await documents.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits },
      }),
    )
  }

  function puts(keys: readonly string[]): object[] {
    return keys.map((pk) => ({ PutRequest: { Item: { pk } } }))
  }

  function batchWrite(TableName: string, requests: object[]): Promise<BatchWriteCommandOutput> {
    return documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }))
  }

  async function keysOf(TableName: string): Promise<readonly string[]> {
    await advanceClock(server.endpoint, 60_000)
    const { Items = [] } = await documents.send(new ScanCommand({ TableName }))
    return Items.map(({ pk }) => String(pk)).sort()
  }

  test('the document client gets back what was not written, and has written all of it five seconds later', async () => {
    await createTable('Written')
    let unprocessed: object[] | undefined = puts(keys)
    const left: number[] = []
    while (unprocessed !== undefined) {
      const answer = await batchWrite('Written', unprocessed)
      unprocessed = answer.UnprocessedItems?.Written
      left.push(unprocessed?.length ?? 0)
      await advanceClock(server.endpoint, 1000)
    }
    assert.deepEqual(left, [20, 15, 10, 5, 0])
    assert.deepEqual(await keysOf('Written'), keys)
  })

  test('the document client gets back which keys were not read', async () => {
    await createTable('Read', keys.length)
    await batchWrite('Read', puts(keys))
    let unprocessed: Record<string, unknown>[] | undefined = keys.map((pk) => ({ pk }))
    const found: string[] = []
    const left: number[] = []
    while (unprocessed !== undefined) {
      const answer: BatchGetCommandOutput = await documents.send(
        new BatchGetCommand({ RequestItems: { Read: { Keys: unprocessed, ConsistentRead: true } } }),
      )
      found.push(...(answer.Responses?.Read ?? []).map(({ pk }) => String(pk)))
      unprocessed = answer.UnprocessedKeys?.Read?.Keys
      left.push(unprocessed?.length ?? 0)
      await advanceClock(server.endpoint, 1000)
    }
    assert.deepEqual(left, [20, 15, 10, 5, 0])
    assert.deepEqual(found.sort(), keys)
  })

  test('a batch of which nothing can be written is refused as a whole', async () => {
    await createTable('Full')
    await batchWrite('Full', puts(keys.slice(0, 5)))
    await assert.rejects(batchWrite('Full', puts(keys)), (error) => {
      assert(error instanceof ProvisionedThroughputExceededException)
      assert.deepEqual(
        error.ThrottlingReasons?.map(({ reason }) => reason),
        ['TableWriteProvisionedThroughputExceeded'],
      )
      return true
    })
    assert.deepEqual(await keysOf('Full'), keys.slice(0, 5))
  })

  test("every boto3's batch_writer writes all there is", { skip: skipWithout(pythons[0], 'boto3') }, async () => {
    const env = { ...clientEnvironment(server.endpoint), PYTHONDONTWRITEBYTECODE: '1' }
    for (const [each, python] of pythons.entries()) {
      const table = `Boto${each}`
      await createTable(table)
      const { stdout } = await promisify(execFile)(python, [script, 'batches', server.endpoint, table], { env, timeout: 120_000 })
      // Five items with each.
      assert.equal(stdout, 'batches 12\n', python)
      assert.equal((await keysOf(table)).length, 60, python)
    }
  })
})
