/** What a server tells of the requests that it answered: the last ones, those that are looked for, and each as it is answered. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { followersMax, keptRequestsMax, keptStrangersMax, keptTextsBytesMax, toldTextsLengthMax } from '../../src/server/limits.ts'
import type { RequestReport } from '../../src/server/requests/answered-request.ts'
import { type RunningServer, type Service, type ServiceOptions, startServer } from '../../src/server/start.ts'
import { IamServer, rootKey } from '../harness/iam-server.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { call, openTestService } from '../harness/service.ts'
import { testStorage } from '../harness/test-storage.ts'

const table = onDemandTable('Music', { pk: 'S', sk: 'N' })
const key = { pk: { S: 'a' }, sk: { N: '1' } }
const item = { ...key, lyrics: { S: 'a secret' } }

async function opened(t: TestContext, options: Partial<ServiceOptions> = {}): Promise<Service> {
  const service = await openTestService('steady', options)
  t.after(() => service.close())
  await call(service, 'CreateTable', table)
  return service
}

async function served(t: TestContext, options: Partial<ServiceOptions> = {}): Promise<RunningServer> {
  const quiet = { jobs: 'manual', crossOrigin: false, log: () => {} } as const
  const server = await startServer({ storage: testStorage('steady'), port: 0, ...quiet, ...options })
  t.after(() => server.close())
  return server
}

test('Requests are told with what they were about and came to, by keys and without other values', async (t) => {
  const service = await opened(t)
  const put = await call(service, 'PutItem', { TableName: 'Music', Item: item })
  await call(service, 'GetItem', { TableName: 'Music', Key: key, ConsistentRead: true })
  await call(service, 'Query', {
    TableName: 'Music',
    KeyConditionExpression: 'pk = :pk',
    FilterExpression: 'lyrics <> :other',
    ExpressionAttributeValues: { ':pk': { S: 'a' }, ':other': { S: 'a secret' } },
  })
  await call(service, 'PutItem', { TableName: 'Music', Item: item, ConditionExpression: 'attribute_not_exists(pk)' })
  await call(service, 'BatchGetItem', { RequestItems: { Music: { Keys: [key] } } })
  await call(service, 'GetItem', { TableName: 'Nothing', Key: key })
  await call(service, 'GetItem', { TableName: 'Music', Key: { pk: { S: 'a'.repeat(300) }, sk: { N: '1' } } })
  const { requests, next, missed, trace } = await service.control.requests()
  assert.deepEqual([next, missed, trace], [8, 0, 'keys'])
  assert.deepEqual(
    requests.map(({ number, operation, status, error }) => [number, operation, status, error?.exception]),
    [
      [1, 'CreateTable', 200, undefined],
      [2, 'PutItem', 200, undefined],
      [3, 'GetItem', 200, undefined],
      [4, 'Query', 200, undefined],
      [5, 'PutItem', 400, 'ConditionalCheckFailedException'],
      [6, 'BatchGetItem', 200, undefined],
      [7, 'GetItem', 400, 'ResourceNotFoundException'],
      [8, 'GetItem', 200, undefined],
    ],
  )
  const { durationMs, ...told } = requests[1] as RequestReport
  assert(durationMs >= 0)
  assert.deepEqual(told, {
    number: 2,
    requestId: put.headers['x-amzn-requestid'],
    at: '2026-11-22T10:00:00.000Z',
    service: 'dynamodb',
    operation: 'PutItem',
    region: 'us-east-1',
    status: 200,
    caller: 'arn:aws:iam::123456789012:root',
    table: 'Music',
    key,
    pattern: 'PutItem Music',
    writeUnits: 1,
  })
  assert.deepEqual(requests[2]?.readUnits, 1)
  const { pattern, evaluatedItems, returnedItems } = requests[3] as RequestReport
  assert.deepEqual([pattern, evaluatedItems, returnedItems], ['Query Music where pk = ? filter lyrics <> ?', 1, 0])
  assert.deepEqual([requests[5]?.key, requests[7]?.key], [undefined, undefined])
  assert.doesNotMatch(JSON.stringify(requests), /a secret/)
})

test('Requests are looked for by what they are, and gone through in pieces', async (t) => {
  const service = await opened(t)
  for (let count = 0; count < 5; count += 1) await call(service, 'GetItem', { TableName: 'Music', Key: key })
  await call(service, 'GetItem', { TableName: 'Nothing', Key: key })
  const numbers = async (input: Parameters<typeof service.control.requests>[0]): Promise<readonly number[]> =>
    (await service.control.requests(input)).requests.map(({ number }) => number)
  assert.deepEqual(await numbers({ operation: 'GetItem', limit: 2 }), [6, 7])
  assert.deepEqual(await numbers({ table: 'Music', limit: 3 }), [4, 5, 6])
  assert.deepEqual(await numbers({ error: 'any' }), [7])
  assert.deepEqual(await numbers({ error: 'ResourceNotFoundException' }), [7])
  assert.deepEqual(await numbers({ caller: 'arn:aws:iam::123456789012:user/ann' }), [])
  assert.deepEqual(await numbers({ slowerThanMs: 60_000 }), [])
  assert.deepEqual(await numbers({ after: 4, limit: 2 }), [5, 6])
  const { requests, next } = await service.control.requests({ after: 1, operation: 'GetItem', limit: 2 })
  assert.deepEqual([requests.map(({ number }) => number), next], [[2, 3], 3])
  // A number of another process.
  assert.deepEqual(await numbers({ after: 5000, limit: 1 }), [1])
})

test('As many as may be are kept, and who asks for those before is told how many he missed', async (t) => {
  const service = await opened(t)
  for (let count = 0; count < keptRequestsMax + 9; count += 1) await call(service, 'ListTables', {})
  const { requests, missed, next } = await service.control.requests({ after: 3, limit: 1 })
  assert.deepEqual([requests[0]?.number, missed, next], [11, 7, 11])
  const all = await service.control.requests({ limit: keptRequestsMax + 1 })
  assert.equal(all.requests.length, keptRequestsMax)
})

test('With full trace requests and answers are kept whole, the last ones', async (t) => {
  const service = await opened(t, { trace: 'full' })
  const asked = { TableName: 'Music', Item: item }
  await call(service, 'PutItem', asked)
  const { requests } = await service.control.requests({ operation: 'PutItem' })
  assert.deepEqual([JSON.parse(requests[0]?.request ?? ''), requests[0]?.response], [asked, '{}'])
  const large = { TableName: 'Music', Item: { ...key, blob: { S: 'x'.repeat(390_000) } } }
  for (let count = 0; count < keptTextsBytesMax / 780_000; count += 1) await call(service, 'PutItem', large)
  const first = await service.control.requests({ after: 1, limit: 1 })
  assert.deepEqual([first.requests[0]?.operation, first.requests[0]?.request], ['PutItem', undefined])
  // An answer tells no more of them than has room in it.
  const { requests: last } = await service.control.requests({ operation: 'PutItem' })
  assert.equal(last.length, Math.ceil(toldTextsLengthMax / (JSON.stringify(large).length + 2)))
  assert.deepEqual(JSON.parse(last.at(-1)?.request ?? ''), large)
})

test('Without trace nothing is kept, and who looks or follows is told so', async (t) => {
  const message = 'This server keeps nothing of requests: start it with --trace keys or --trace full.'
  const { endpoint, control } = await served(t, { trace: 'off' })
  await assert.rejects(control.requests(), { message })
  for (const Accept of ['application/json', 'text/event-stream']) {
    const answer = await fetch(`${endpoint}/_stator/requests`, { headers: { Accept } })
    assert.deepEqual([answer.status, await answer.json()], [400, { error: message }])
  }
})

test('Whose requests they are is told, of every service, and of those who were not let in', async (t) => {
  const server = await IamServer.open()
  t.after(() => server.close())
  const ann = await server.userNamed('ann')
  await server.json(ann, 'ListTables', {})
  await server.json({ ...ann, secretAccessKey: 'guessed' }, 'ListTables', {})
  await server.control(rootKey, 'POST', '/_stator/jobs/run', {})
  const { text } = await server.control(rootKey, 'GET', '/_stator/requests')
  const { requests } = JSON.parse(text) as { readonly requests: readonly RequestReport[] }
  assert.deepEqual(
    requests
      .slice(-3)
      .map(({ service, operation, status, caller, accessKeyId, error }) => [
        service,
        operation,
        status,
        caller,
        accessKeyId,
        error?.exception,
      ]),
    [
      ['dynamodb', 'ListTables', 400, 'arn:aws:iam::123456789012:user/ann', ann.accessKeyId, 'AccessDeniedException'],
      ['dynamodb', 'ListTables', 400, undefined, undefined, 'InvalidSignatureException'],
      ['stator', 'POST /_stator/jobs/run', 200, 'arn:aws:iam::123456789012:root', rootKey.accessKeyId, undefined],
    ],
  )
  assert.deepEqual([requests[0]?.service, requests[0]?.operation, requests[0]?.sourceAddress], ['iam', 'CreateUser', '127.0.0.1'])
  assert.equal((await server.control(ann, 'GET', '/_stator/requests')).status, 403)
  const { text: metrics } = await server.control(rootKey, 'GET', '/metrics')
  assert.match(metrics, /^stator_caller_requests_total\{caller="arn:aws:iam::123456789012:user\/ann",outcome="denied"\} 1$/m)
  assert.match(metrics, /^stator_caller_requests_total\{caller="nobody",outcome="refused"\} 1$/m)
})

test('What items hold is in no message, and what strangers send is neither told nor pushes out what others asked', async (t) => {
  const server = await IamServer.open()
  t.after(() => server.close())
  await server.table('Music')
  await server.json(rootKey, 'PutItem', { TableName: 'Music', Item: { pk: { N: 'a secret' } } })
  const count = keptStrangersMax + 10
  for (let time = 0; time < count; time += 1) await server.json({ ...rootKey, accessKeyId: 'a secret' }, 'ListTables', {})
  await server.form({ ...rootKey, secretAccessKey: 'guessed' }, 'iam', 'ListUsers')
  const { text } = await server.control(rootKey, 'GET', '/_stator/requests?limit=1000')
  assert.doesNotMatch(text, /a secret/)
  const { requests } = JSON.parse(text) as { readonly requests: readonly RequestReport[] }
  assert.equal(requests.filter(({ caller }) => caller === undefined).length, keptStrangersMax)
  assert.equal(requests.find(({ operation }) => operation === 'PutItem')?.error?.exception, 'ValidationException')
  const { text: metrics } = await server.control(rootKey, 'GET', '/metrics')
  assert.match(metrics, new RegExp(`^stator_caller_requests_total\\{caller="nobody",outcome="refused"\\} ${count + 1}$`, 'm'))
})

test('Who does not read what he follows costs nobody anything, and no more than so many may follow', async (t) => {
  const server = await served(t, { trace: 'full' })
  const url = `${server.endpoint}/_stator/requests`
  const gone = new AbortController()
  const follow = (): Promise<Response> => fetch(url, { headers: { Accept: 'text/event-stream' }, signal: gone.signal })
  for (let time = 0; time < followersMax; time += 1) assert.equal((await follow()).status, 200)
  const refused = await follow()
  assert.deepEqual([refused.status, await refused.json()], [503, { error: `No more than ${followersMax} may follow at once.` }])
  gone.abort()
})

test('Who follows them hears of each as it is answered, again behind the last one he heard of, and of the end', async (t) => {
  const server = await served(t)
  const list = async (): Promise<void> => {
    const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': 'DynamoDB_20120810.ListTables', ...signed }
    const { status } = await fetch(server.endpoint, { method: 'POST', headers, body: '{}' })
    assert.equal(status, 200)
  }
  await list()
  const following = await Events.of(`${server.endpoint}/_stator/requests?operation=ListTables`)
  await list()
  await list()
  assert.deepEqual(await following.next(2), [2, 3])
  await following.end()
  await list()
  const again = await Events.of(`${server.endpoint}/_stator/requests`, { 'Last-Event-ID': '2' })
  assert.deepEqual(await again.next(2), [3, 4])
  const wrong = await fetch(`${server.endpoint}/_stator/requests?nonsense=1`, { headers: { Accept: 'text/event-stream' } })
  assert.equal(wrong.status, 400)
  await server.close()
  assert.deepEqual(await again.next(1), [])
})

const signed = {
  Authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'X-Amz-Date': '20261122T100000Z',
}

/** Server-sent events as they come. */
class Events {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  #text = ''

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader
  }

  static async of(url: string, headers: { readonly [name: string]: string } = {}): Promise<Events> {
    const { status, headers: told, body } = await fetch(url, { headers: { ...headers, Accept: 'text/event-stream' } })
    assert.deepEqual([status, told.get('content-type'), told.get('content-length')], [200, 'text/event-stream', null])
    assert(body !== null)
    return new Events(body.getReader())
  }

  /** The numbers of so many requests, or of fewer when it ends before. */
  async next(count: number): Promise<readonly number[]> {
    const numbers: number[] = []
    while (numbers.length < count) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const data = /^data: (.*)$/m.exec(this.#text.slice(0, end))?.[1]
        this.#text = this.#text.slice(end + 2)
        if (data !== undefined) numbers.push((JSON.parse(data) as RequestReport).number)
        continue
      }
      const { done, value } = await this.#reader.read()
      if (done) break
      this.#text += Buffer.from(value).toString()
    }
    return numbers
  }

  end(): Promise<void> {
    return this.#reader.cancel()
  }
}
