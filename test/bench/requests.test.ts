/** What the bench sends is what it says: of the size that it names, for keys that are there, signed as AWS signs, and answered 200. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import aws4 from 'aws4'
import { requestsOf } from '../../bench/load/request-bytes.ts'
import { requestBuffer, requestJson } from '../../bench/load/request-text.ts'
import { batchOf, createTable, fillerOf, operations, tableSize } from '../../bench/load/workload.ts'
import { createStator } from '../../src/index.ts'
import type { Item } from '../../src/values/attribute-value.ts'
import { itemSizeBytes } from '../../src/values/size.ts'

const size = tableSize(2000)
const named = (name: string) => operations.find((operation) => operation.name === name) ?? assert.fail(name)

interface Parsed {
  readonly head: string
  readonly target: string
  readonly body: { readonly [name: string]: unknown }
}

function parsed(bytes: Buffer): Parsed {
  const text = bytes.toString()
  const [head = '', json = ''] = text.split('\r\n\r\n')
  assert.equal(Number(/Content-Length: (\d+)/.exec(head)?.[1]), Buffer.byteLength(json))
  return { head, target: /X-Amz-Target: (\S+)/.exec(head)?.[1] ?? '', body: JSON.parse(json) as Parsed['body'] }
}

for (const itemBytes of [430, 4096]) {
  test(`items of ${itemBytes} B have exactly that, loaded and put`, () => {
    const table = tableSize(2000, itemBytes)
    const { RequestItems } = JSON.parse(requestJson(batchOf('Bench0', 7, table), fillerOf(table))) as {
      RequestItems: { Bench0: readonly { PutRequest: { Item: Item } }[] }
    }
    assert.equal(RequestItems.Bench0.length, 20)
    for (const { PutRequest } of RequestItems.Bench0) assert.equal(itemSizeBytes(PutRequest.Item), itemBytes)
    const { body } = parsed(requestsOf(named('PutItem'), table).next())
    assert.equal(itemSizeBytes(body['Item'] as Item), itemBytes)
  })
}

test('a table that the bench cannot make is refused', () => {
  assert.throws(() => tableSize(1999), /needs 2000 to 20000000 items/)
  assert.throws(() => tableSize(20_000_020), /needs 2000 to 20000000 items/)
  assert.throws(() => tableSize(2000, 100), /bytes or more/)
})

test('every operation is answered 200 by Stator, and no place for digits is left in it', async () => {
  const stator = await createStator({ inMemory: true })
  const ask = async (target: string, body: string): Promise<void> => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20261122T100000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=bench/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    }
    const answer = await stator.handle({ target, headers, body })
    assert.equal(answer.status, 200, `${target} ${String(answer.body)}`)
  }
  for (const table of new Set(operations.map((operation) => operation.table))) {
    await ask('DynamoDB_20120810.CreateTable', requestJson(createTable(table)))
    await stator.control.runJobs()
    for (let customer = 0; customer < size.customers; customer += 1) {
      await ask('DynamoDB_20120810.BatchWriteItem', requestJson(batchOf(table, customer, size), fillerOf(size)))
    }
  }
  for (const operation of operations) {
    const requests = requestsOf(operation, size)
    for (let each = 0; each < 5; each += 1) {
      const { target, body } = parsed(requests.next())
      assert.doesNotMatch(JSON.stringify(body), /CCCC|PPPP|-OO|VVVV|filler/, operation.name)
      // Its iterator is the server's to give (oldest-records.ts).
      if (operation.target !== 'GetRecords') await ask(target, JSON.stringify(body))
    }
  }
  await stator.close()
})

test('of the mixed load a fifth are puts, and a hot key comes as often as Zipf says', () => {
  const requests = requestsOf(named('Mixed 80/20'), size)
  const counts = new Map<string, number>()
  let puts = 0
  const draws = 20_000
  for (let each = 0; each < draws; each += 1) {
    const { target, body } = parsed(requests.next())
    const isPut = target.endsWith('PutItem')
    if (isPut) puts += 1
    const { customer, order } = (isPut ? body['Item'] : body['Key']) as { customer: { S: string }; order: { S: string } }
    const key = `${customer.S} ${order.S}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  assert(Math.abs(puts / draws - 0.2) < 0.015, `${puts} puts`)
  const expected = draws / Array.from({ length: size.items }, (_, rank) => (rank + 1) ** -0.99).reduce((sum, each) => sum + each)
  const hottest = Math.max(...counts.values())
  assert(Math.abs(hottest / expected - 1) < 0.1, `${hottest} of the hottest, not about ${expected}`)
})

test('for every connection the same keys are the hot ones', () => {
  const hottest = (): string => {
    const requests = requestsOf({ ...named('GetItem'), keys: 'zipf' }, size)
    const counts = new Map<string, number>()
    for (let each = 0; each < 2000; each += 1) {
      const key = JSON.stringify(parsed(requests.next()).body)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
  }
  assert.equal(hottest(), hottest())
})

test('evenly drawn keys reach the first item and the last, and none beyond', () => {
  const requests = requestsOf(named('GetItem'), size)
  const seen = new Set<number>()
  for (let each = 0; each < 40_000; each += 1) {
    const { customer, order } = parsed(requests.next()).body['Key'] as { customer: { S: string }; order: { S: string } }
    seen.add(Number(customer.S.slice(-6)) * 20 + Number(order.S.slice(-2)))
  }
  assert.equal(seen.size, size.items)
  assert.equal(Math.max(...seen), size.items - 1)
})

test('signatures are those of AWS, for each request anew', () => {
  const requests = requestsOf(named('PutItem'), size, true)
  for (let each = 0; each < 3; each += 1) {
    const text = requests.next().toString()
    assertSigned(text)
  }
  assertSigned(requestBuffer({ target: 'ListTables', body: {} }, { isSigned: true }).toString())
})

function assertSigned(text: string): void {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const header = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1]?.trim() ?? ''
  const request = {
    host: header('Host'),
    path: '/',
    method: 'POST',
    service: 'dynamodb',
    region: 'us-east-1',
    headers: Object.fromEntries(['Content-Type', 'Host', 'X-Amz-Target', 'X-Amz-Date'].map((name) => [name, header(name)])),
    body,
    // Which aws4 would add, and sign.
    extraHeadersToIgnore: { 'content-length': true },
  }
  const signed = aws4.sign(request, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' })
  const signature = (value: string): string => /Signature=([0-9a-f]{64})/.exec(value)?.[1] ?? assert.fail(value)
  assert.equal(signature(header('Authorization')), signature(String(signed.headers?.['Authorization'])))
}
