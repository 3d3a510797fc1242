/** What a program gets from the package: the same answers with and without a port. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { createStator, start } from '../../src/index.ts'
import { authorization } from './raw-connection.ts'

const headers = { authorization, 'x-amz-date': '20261122T120000Z', 'content-type': 'application/x-amz-json-1.0' }

test('In process, text and bytes are answered as at the port', async (t) => {
  const stator = await createStator({ inMemory: true })
  t.after(() => stator.close())
  for (const body of ['{}', Buffer.from('{}')]) {
    const answer = await stator.handle({ target: 'DynamoDB_20120810.ListTables', headers, body })
    assert.equal(answer.status, 200)
    assert.equal(answer.body, '{"TableNames":[]}')
    assert.equal(answer.headers['x-amz-crc32'], String(crc32(answer.body)))
  }
  const unsigned = await stator.handle({ target: 'DynamoDB_20120810.ListTables', headers: {}, body: '{}' })
  assert.match(unsigned.body, /MissingAuthenticationTokenException/)
})

test('start serves on a port, and each Stator has its own tables', async (t) => {
  const one = await start({ inMemory: true, port: 0, region: 'ap-south-1', cors: true })
  t.after(() => one.close())
  const answer = await fetch(one.endpoint, { headers: { Origin: 'https://a.example' } })
  assert.equal(await answer.text(), 'healthy: dynamodb.ap-south-1.amazonaws.com ')
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  assert.equal(one.endpoint, `http://127.0.0.1:${one.port}`)
})

test('Memory and a folder exclude each other', async () => {
  await assert.rejects(createStator({ inMemory: true, dataDir: 'd' }), { message: 'Choose either inMemory or dataDir, not both.' })
  await assert.rejects(start({ inMemory: true, dataDir: 'd', port: 0 }), { message: 'Choose either inMemory or dataDir, not both.' })
})
