/** Data streams that are files, addresses and functions: what they get, what becomes of trouble, and what no sinks are. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { checkStreamSinks } from '../../src/outbound/stream-sinks.ts'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'

const TableName = 'Orders'
const startMs = 1_795_341_600_000

async function openWith(sink: unknown): Promise<{ readonly service: Service; readonly clock: ManualClock }> {
  const clock = new ManualClock(startMs)
  const service = await openTestService('any', { clock, dataStreams: { sinks: { streams: { changes: sink } } } })
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  await service.control.runJobs()
  await succeed(service, 'EnableKinesisStreamingDestination', {
    TableName,
    StreamArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/changes',
  })
  await service.control.runJobs()
  return { service, clock }
}

async function put(service: Service, n: number): Promise<void> {
  await succeed(service, 'PutItem', { TableName, Item: { pk: { S: 'a' }, n: { N: String(n) } } })
}

function numbersIn(lines: string): readonly number[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => Number(JSON.parse(line).dynamodb.NewImage.n.N))
}

test('A file gets a line for each record, in order, and goes on behind half a line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-sink-'))
  const file = join(folder, 'changes.jsonl')
  const { service } = await openWith({ file })
  for (const n of [1, 2, 3]) await put(service, n)
  await service.control.runJobs()
  assert.deepEqual(numbersIn(readFileSync(file, 'utf8')), [1, 2, 3])
  appendFileSync(file, '{"half')
  await put(service, 4)
  await service.control.runJobs()
  const lines = readFileSync(file, 'utf8').split('\n')
  assert.equal(lines[3], '{"half')
  assert.deepEqual(numbersIn(lines[4] ?? ''), [4])
  await service.close()
  rmSync(folder, { recursive: true })
})

test('What a file that cannot be written should have had waits until it can be', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-sink-'))
  const { service, clock } = await openWith({ file: join(folder, 'changes.jsonl') })
  rmSync(folder, { recursive: true })
  await put(service, 1)
  await service.control.runJobs()
  const { mkdirSync } = await import('node:fs')
  mkdirSync(folder)
  await put(service, 2)
  clock.advance(minuteMs)
  await service.control.runJobs()
  assert.deepEqual(numbersIn(readFileSync(join(folder, 'changes.jsonl'), 'utf8')), [1, 2])
  await service.close()
  rmSync(folder, { recursive: true })
})

test('An address gets batches of lines, with the headers that were said, and again what it did not take', async () => {
  const bodies: string[] = []
  const headers: (string | undefined)[] = []
  let status = 503
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    headers.push(request.headers.authorization, request.headers['content-type'])
    response.writeHead(status).end('not now')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { service, clock } = await openWith({ url: `http://127.0.0.1:${port}/in`, headers: { Authorization: 'Bearer x' } })
  for (const n of [1, 2]) await put(service, n)
  await service.control.runJobs()
  status = 204
  clock.advance(minuteMs)
  await service.control.runJobs()
  assert.deepEqual(bodies.map(numbersIn), [
    [1, 2],
    [1, 2],
  ])
  assert.deepEqual(headers, ['Bearer x', 'application/x-ndjson', 'Bearer x', 'application/x-ndjson'])
  await put(service, 3)
  await service.control.runJobs()
  assert.deepEqual(numbersIn(bodies.at(-1) ?? ''), [3])
  await service.close()
  server.close()
})

test('A function gets the records as objects, and again what it threw at', async () => {
  const taken: number[][] = []
  let isThrowing = true
  const { service, clock } = await openWith(
    (records: readonly { readonly dynamodb: { readonly NewImage: { readonly n: { readonly N: string } } } }[]) => {
      taken.push(records.map(({ dynamodb }) => Number(dynamodb.NewImage.n.N)))
      if (isThrowing) throw new Error('not now')
    },
  )
  for (const n of [1, 2]) await put(service, n)
  await service.control.runJobs()
  isThrowing = false
  clock.advance(minuteMs)
  await service.control.runJobs()
  assert.deepEqual(taken, [
    [1, 2],
    [1, 2],
  ])
  await service.close()
})

for (const [given, sentence] of [
  [undefined, 'Sinks are an object whose member streams has the names of streams.'],
  [{ stream: {} }, 'Sinks have a member streams and no stream.'],
  [{ streams: [] }, 'The member streams of the sinks is an object: names of streams, and where their records go.'],
  [
    { streams: { 'a b': { file: 'x' } } },
    'A stream has a name of up to 128 letters, digits, dots, hyphens and underscores, and is not called "a b".',
  ],
  [{ streams: { a: 'x' } }, 'The sink of the stream a is an object with a file or a url.'],
  [{ streams: { a: {} } }, 'The sink of the stream a has either a file or a url.'],
  [{ streams: { a: { file: 'x', url: 'http://x' } } }, 'The sink of the stream a has either a file or a url.'],
  [{ streams: { a: { file: '' } } }, 'The file of the stream a is a path.'],
  [{ streams: { a: { file: 'x', headers: {} } } }, 'The sink of the stream a has headers, which go with a url.'],
  [{ streams: { a: { url: 'file:///etc/passwd' } } }, 'The url of the stream a begins with http:// or https://.'],
  [{ streams: { a: { url: 'http://x', headers: { a: 'b\r\nc' } } } }, 'The headers of the stream a are an object of names and texts.'],
  [{ streams: { a: { url: 'http://x', retries: 1 } } }, 'The sink of the stream a has a file, or a url and headers, and no retries.'],
] as const) {
  test(`No sinks: ${JSON.stringify(given)}`, () => {
    assert.throws(() => checkStreamSinks(given), { name: 'StreamSinksError', message: sentence })
  })
}
