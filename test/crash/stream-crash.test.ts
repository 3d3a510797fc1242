/**
 * A consumer of a stream in another process than the server: over writes, shard splits and the server's SIGKILL it goes on behind
 * its last sequence numbers, and has in the end every change once and in the order of each key.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { type Ask, type Attributes, replay, StreamConsumer } from '../harness/stream-consumer.ts'
import { targetFor } from '../harness/target-for.ts'

const command = join(import.meta.dirname, '../../src/cli/stator.ts')
const writers = 16
const rounds = 3
const answersPerRound = 300
const keys = 40
const table = { TableName: 'Crash' }

interface Server {
  readonly child: ChildProcess
  readonly endpoint: string
}

async function startServer(t: TestContext, folder: string): Promise<Server> {
  const child = spawn(process.execPath, [command, '--port', '0', '--data-dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) {
    const endpoint = /http:\/\/[\d.]+:\d+/.exec(line)?.[0]
    if (endpoint !== undefined) return { child, endpoint }
  }
  assert.fail('the server said no endpoint')
}

function asking({ endpoint }: Server): Ask {
  return async (operation, input) => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': targetFor(operation),
        'x-amz-date': '20261122T100000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify(input),
    })
    const body = (await response.json()) as { readonly [member: string]: unknown }
    assert.equal(response.status, 200, JSON.stringify(body))
    return body
  }
}

/** Writes until the server is killed, which happens at the given number of answers; half way there every shard is divided. */
async function writeUntilKilled(server: Server, consumer: StreamConsumer, firstVersion: number): Promise<void> {
  const exited = once(server.child, 'exit')
  const ask = asking(server)
  let version = firstVersion
  let answers = 0
  const write = async (): Promise<void> => {
    for (;;) {
      version += 1
      const id = { N: String(version % keys) }
      const [operation, input] =
        version % 7 === 0
          ? ['DeleteItem', { ...table, Key: { id } }]
          : ['PutItem', { ...table, Item: { id, version: { N: String(version) } } }]
      try {
        await ask(String(operation), Object(input))
      } catch {
        return
      }
      answers += 1
      if (answers === answersPerRound / 2)
        await fetch(`${server.endpoint}/_stator/tables/Crash/stream/split`, { method: 'POST', headers }).catch(() => {})
      if (answers === answersPerRound) server.child.kill('SIGKILL')
    }
  }
  const headers = { 'content-type': 'application/json' }
  const follow = async (): Promise<void> => {
    while (server.child.exitCode === null && server.child.signalCode === null) {
      try {
        await consumer.poll(ask)
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error
        return
      }
    }
  }
  await Promise.all([...Array.from({ length: writers }, write), follow()])
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
}

async function scanAll(ask: Ask): Promise<ReadonlyMap<string, Attributes>> {
  const { Items } = await ask('Scan', table)
  return new Map((Items as readonly Attributes[]).map((item) => [JSON.stringify({ id: item.id }), item]))
}

test('a consumer misses and repeats nothing over splits and a server killed in the middle of a write load', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-stream-crash-'))
  try {
    let server = await startServer(t, folder)
    const { TableDescription } = await asking(server)('CreateTable', {
      ...table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
    const streamArn = String((TableDescription as { readonly LatestStreamArn: string }).LatestStreamArn)
    const consumer = new StreamConsumer(streamArn, { recordsMax: 50 })
    for (let round = 0; round < rounds; round += 1) {
      await writeUntilKilled(server, consumer, round * 100_000)
      server = await startServer(t, folder)
      await consumer.poll(asking(server))
      assert.deepEqual(replay(consumer.records), await scanAll(asking(server)))
    }
    const anew = new StreamConsumer(streamArn)
    const openShards = await anew.poll(asking(server))
    assert.equal(openShards, 4 * 2 ** rounds)
    const sequences = (from: StreamConsumer): readonly string[] => from.records.map(({ dynamodb }) => dynamodb.SequenceNumber).sort()
    assert.deepEqual(sequences(consumer), sequences(anew))
    assert.ok(consumer.records.length > answersPerRound)
    server.child.kill('SIGTERM')
    await once(server.child, 'exit')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
