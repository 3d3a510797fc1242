/** Imports and exports whose S3 endpoint breaks off, comes back, or stays away, and what is left then. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { type Body, call, openTestService, succeed } from '../harness/service.ts'

const lines = Array.from({ length: 2000 }, (_, n) => `{"Item":{"id":{"S":"i${n}"}}}\n`)
const object = Buffer.from(lines.join(''))
const half = Buffer.byteLength(lines.slice(0, 1000).join('')) + 5

interface BrokenServer {
  readonly endpoint: string
  close(): void
}

/** Tells of one object, and breaks off in the middle of it so often, and of what it tells at these of its listings, counted from 1. */
async function startBroken(breaks: number, brokenListings: readonly number[] = []): Promise<BrokenServer> {
  let left = breaks
  let listings = 0
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const breakOff = (body: Buffer, length: number): void => {
      response.writeHead(200, { 'content-length': body.length })
      response.write(body.subarray(0, length), () => setImmediate(() => request.socket.destroy()))
    }
    if (request.url?.includes('list-type=2') === true) {
      const isBehind = request.url.includes('start-after')
      const found = isBehind ? '' : `<Contents><Key>o.json</Key><Size>${object.length}</Size></Contents>`
      const page = Buffer.from(`<ListBucketResult><IsTruncated>false</IsTruncated>${found}</ListBucketResult>`)
      listings += 1
      if (brokenListings.includes(listings)) breakOff(page, 20)
      else response.end(page)
      return
    }
    if (left === 0) {
      response.end(object)
      return
    }
    left -= 1
    breakOff(object, half)
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function imported(endpoint: string): Promise<{ description: Body; count: unknown }> {
  const service = await openTestService('any', { buckets: { kind: 's3', endpoint, region: 'us-east-1' } })
  const { ImportTableDescription } = await succeed(service, 'ImportTable', {
    S3BucketSource: { S3Bucket: 'data' },
    InputFormat: 'DYNAMODB_JSON',
    TableCreationParameters: {
      TableName: 'Made',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  })
  await service.control.runJobs()
  const { ImportArn } = ImportTableDescription as Body
  const description = (await succeed(service, 'DescribeImport', { ImportArn })).ImportTableDescription as Body
  const { status, body } = await call(service, 'Scan', { TableName: 'Made', Select: 'COUNT' })
  await service.close()
  return { description, count: status === 200 ? (body as Body).Count : undefined }
}

test('An import whose endpoint breaks off goes on behind what it has, and counts nothing twice', async (t) => {
  const server = await startBroken(2)
  t.after(() => server.close())
  const { description, count } = await imported(server.endpoint)
  assert.deepEqual(
    [description.ImportStatus, description.ProcessedItemCount, description.ErrorCount, description.ProcessedSizeBytes, count],
    ['COMPLETED', 2000, 0, object.length, 2000],
  )
})

test('One whose endpoint breaks off while it tells of its objects asks again, and leaves none of them out', async (t) => {
  const server = await startBroken(0, [1, 3])
  t.after(() => server.close())
  const { description, count } = await imported(server.endpoint)
  assert.deepEqual([description.ImportStatus, description.ProcessedItemCount, count], ['COMPLETED', 2000, 2000])
})

test('One whose endpoint always breaks off fails with its reason, and keeps the items it has in a table that takes requests', async (t) => {
  const server = await startBroken(1000)
  t.after(() => server.close())
  const { description, count } = await imported(server.endpoint)
  assert.deepEqual([description.ImportStatus, description.FailureCode], ['FAILED', 'S3Unavailable'])
  assert.ok(Number(count) > 0 && Number(count) <= 1000, String(count))
  assert.equal(description.ImportedItemCount, count)
})

test('One whose endpoint is not there fails with its reason, and leaves no table', async () => {
  const { description, count } = await imported('http://127.0.0.1:1')
  assert.deepEqual([description.ImportStatus, description.FailureCode, count], ['FAILED', 'S3Unavailable', undefined])
})
