/** What a copy does when an endpoint breaks off, has too much to do or takes only some: a front before a server that does so by a script. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { findEndpoint } from '../../src/cli/asking/endpoint.ts'
import { readCopyEnd } from '../../src/cli/copy/copy-end.ts'
import { TableClient } from '../../src/cli/copy/copy-tables.ts'
import { type CopyDone, runCopy } from '../../src/cli/copy/run-copy.ts'
import { HttpClient } from '../../src/cli/load/http-client.ts'
import { type RunningStator, start } from '../../src/index.ts'
import { openFolderBuckets } from '../../src/storage/buckets/folder-buckets.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'

interface Sent {
  readonly operation: string
  readonly input: { readonly [member: string]: unknown }
}

interface Said {
  readonly status: number
  readonly body: string
}

/** What the front does with a request: passes it on, says something itself, or breaks the connection off. */
type Script = (sent: Sent, passOn: (input: object) => Promise<Said>) => Promise<Said | 'cut'> | Said | 'cut'

let server: RunningStator
let folder: string

before(async () => {
  server = await start({ port: 0, inMemory: true })
  folder = mkdtempSync(join(tmpdir(), 'stator-copy-retries-'))
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

async function frontFor(t: TestContext, script: Script): Promise<string> {
  const front = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { host: _, connection: _connection, ...headers } = request.headers as { readonly [name: string]: string }
    const passOn = async (input: object): Promise<Said> => {
      const body = JSON.stringify(input)
      const answer = await fetch(server.endpoint, {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        body,
      })
      return { status: answer.status, body: await answer.text() }
    }
    const operation = headers['x-amz-target']?.replace(/^.*\./, '') ?? ''
    const said = await script({ operation, input: JSON.parse(Buffer.concat(chunks).toString()) }, passOn)
    // A connection that was used before may go at any time, and is asked again by who keeps it.
    if (said === 'cut') request.socket.destroy()
    else response.writeHead(said.status, { connection: 'close' }).end(said.body)
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  t.after(() => front.close())
  return `http://127.0.0.1:${(front.address() as AddressInfo).port}`
}

/** Copies so many items through the front. `waits`: what it waited, which takes no time here. */
async function copyThrough(
  t: TestContext,
  endpoint: string,
  { table, count, waits }: { table: string; count: number; waits: number[] },
): Promise<CopyDone> {
  const file = join(folder, `${table}.jsonl`)
  writeFileSync(file, Array.from({ length: count }, (_, n) => `{"id":"i${n}"}\n`).join(''))
  const client = await HttpClient.open(await findEndpoint({ endpoint }, {}), 1, systemClock)
  t.after(() => client.close())
  const wait = async (timeMs: number): Promise<void> => void waits.push(timeMs)
  const asked = { withTables: false, sample: 1, key: undefined, rules: undefined, isSure: false, resumeFile: undefined }
  const tables = new TableClient(client, { wait, random: seededRandom(3) })
  return runCopy(
    { from: readCopyEnd(file), to: readCopyEnd(table), ...asked },
    { buckets: openFolderBuckets(folder), clientOf: async () => tables, onProgress: () => {}, onSkipped: () => {} },
  )
}

async function makeTable(name: string): Promise<void> {
  const { endpoint } = server
  const client = await HttpClient.open(await findEndpoint({ endpoint }, {}), 1, systemClock)
  assert.equal((await client.send('CreateTable', JSON.stringify(onDemandTable(name, { id: 'S' })))).status, 200)
  client.close()
}

test('What breaks off, or has too much to do, is asked again after a while, each time later and never at the same time', async (t) => {
  await makeTable('Faults')
  const faults: (Said | 'cut')[] = [
    'cut',
    { status: 503, body: '' },
    { status: 400, body: '{"__type":"com.amazon.coral.availability#ThrottlingException","message":"slow down"}' },
    { status: 400, body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}' },
    'cut',
    { status: 500, body: 'no JSON' },
  ]
  const waits: number[] = []
  const endpoint = await frontFor(t, ({ operation, input }, passOn) =>
    operation === 'BatchWriteItem' ? (faults.shift() ?? passOn(input)) : passOn(input),
  )
  assert.equal((await copyThrough(t, endpoint, { table: 'Faults', count: 20, waits })).written, 20)
  assert.equal(waits.length, 6)
  for (const [tries, timeMs] of waits.entries()) {
    const mostMs = 50 * 2 ** Math.min(tries, 5)
    assert.ok(timeMs >= mostMs / 2 && timeMs < mostMs, `${tries}: ${timeMs}`)
  }
  assert.ok(new Set(waits.map((timeMs, tries) => timeMs / 2 ** Math.min(tries, 5))).size > 1)
})

test('Who never answered is told at once', async (t) => {
  const waits: number[] = []
  await assert.rejects(
    copyThrough(t, 'http://127.0.0.1:1', { table: 'Nobody', count: 1, waits }),
    /^Error: Nothing answers at http:\/\/127\.0\.0\.1:1/,
  )
  assert.deepEqual(waits, [])
})

test('What is refused for good is not asked again', async (t) => {
  await makeTable('Refused')
  const waits: number[] = []
  const refusal = { status: 400, body: '{"__type":"x#AccessDeniedException","Message":"not you"}' }
  const endpoint = await frontFor(t, ({ operation, input }, passOn) => (operation === 'BatchWriteItem' ? refusal : passOn(input)))
  await assert.rejects(copyThrough(t, endpoint, { table: 'Refused', count: 1, waits }), /BatchWriteItem: not you/)
  assert.deepEqual(waits, [])
})

test('A table that takes one item of each batch gets all of them, and one that takes none ends the copy', async (t) => {
  await makeTable('Slow')
  let isStuck = false
  const endpoint = await frontFor(t, async ({ operation, input }, passOn) => {
    if (operation !== 'BatchWriteItem') return passOn(input)
    const { Slow: [first, ...others] = [] } = input['RequestItems'] as { readonly Slow: readonly object[] }
    if (isStuck) return { status: 200, body: JSON.stringify({ UnprocessedItems: input['RequestItems'] }) }
    await passOn({ RequestItems: { Slow: [first] } })
    return { status: 200, body: JSON.stringify({ UnprocessedItems: others.length === 0 ? {} : { Slow: others } }) }
  })
  const waits: number[] = []
  assert.equal((await copyThrough(t, endpoint, { table: 'Slow', count: 25, waits })).written, 25)
  assert.ok(waits.length === 24 && waits.every((timeMs) => timeMs < 50), `${waits}`)
  isStuck = true
  await assert.rejects(copyThrough(t, endpoint, { table: 'Slow', count: 25, waits }), /Slow does not take the items: it is throttled/)
})
