/**
 * The whole product, killed: a server under concurrent writes over HTTP gets SIGKILL after a number of answers, is started
 * again, and has every write it answered, whole, in the table and in its index.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'

const command = join(import.meta.dirname, '../../src/cli/stator.ts')
const writers = 16
const rounds = 3
const answersPerRound = 400

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

async function call({ endpoint }: Server, operation: string, input: unknown): Promise<{ readonly [member: string]: unknown }> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
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

/** Writes until the server is killed, which happens at the given number of answers. Resolves with the ids that were answered. */
async function writeUntilKilled(server: Server, firstId: number): Promise<Set<number>> {
  const exited = once(server.child, 'exit')
  const answered = new Set<number>()
  let nextId = firstId
  const write = async (): Promise<void> => {
    for (;;) {
      const id = nextId
      nextId += 1
      try {
        await call(server, 'PutItem', {
          TableName: 'Crash',
          Item: { id: { N: String(id) }, g: { S: `g${id % 7}` }, text: { S: 'x'.repeat(id % 900) } },
        })
      } catch {
        return
      }
      answered.add(id)
      if (answered.size === answersPerRound) server.child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL')
  return answered
}

interface Page {
  readonly Items: readonly {
    readonly id: { readonly N: string }
    readonly g: { readonly S: string }
    readonly text: { readonly S: string }
  }[]
  readonly LastEvaluatedKey?: unknown
}

/** The ids of all items of the table or an index, every item checked to be whole. */
async function scanIds(server: Server, indexName?: string): Promise<number[]> {
  const ids: number[] = []
  let start: unknown
  do {
    const page = (await call(server, 'Scan', {
      TableName: 'Crash',
      ...(indexName !== undefined && { IndexName: indexName }),
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })) as unknown as Page
    for (const { id, g, text } of page.Items) {
      assert.equal(g.S, `g${Number(id.N) % 7}`)
      assert.equal(text.S.length, Number(id.N) % 900)
      ids.push(Number(id.N))
    }
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  return ids.sort((a, b) => a - b)
}

test('a server killed in the middle of a write load has every write it answered', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-crash-'))
  try {
    let server = await startServer(t, folder)
    await call(server, 'CreateTable', {
      TableName: 'Crash',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'N' },
        { AttributeName: 'g', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        { IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
    })
    const answered = new Set<number>()
    for (let round = 0; round < rounds; round += 1) {
      for (const id of await writeUntilKilled(server, round * 100_000)) answered.add(id)
      server = await startServer(t, folder)
      const ids = await scanIds(server)
      const stored = new Set(ids)
      assert.deepEqual(
        [...answered].filter((id) => !stored.has(id)),
        [],
        'answered and lost',
      )
      assert.deepEqual(await scanIds(server, 'by-g'), ids, 'the index is the table')
      const { Table } = (await call(server, 'DescribeTable', { TableName: 'Crash' })) as { readonly Table: { readonly ItemCount: number } }
      assert.equal(Table.ItemCount, ids.length)
    }
    server.child.kill('SIGTERM')
    await once(server.child, 'exit')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
