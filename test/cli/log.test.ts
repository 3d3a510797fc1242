/** `--log` and `--trace` as a person meets them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StatorProcess } from './stator-process.ts'

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  'x-amz-target': 'DynamoDB_20120810.ListTables',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

test('A line for each request goes to stderr', async (t) => {
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--log', 'requests'])
  t.after(() => stator.child.kill())
  await fetch(await stator.endpoint(), { method: 'POST', headers, body: '{}' })
  while (!stator.err.includes('\n')) await new Promise((resolve) => stator.child.stderr?.once('data', resolve))
  assert.match(stator.err, /^\d{4}-\d\d-\d\dT[\d:.]+Z 200 [\d.]+ ms ListTables, root from 127\.0\.0\.1, [0-9A-V]{52}\n$/)
})

test('Behind an error stands what it means, and the answer has nothing of it', async (t) => {
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--log', 'requests'])
  t.after(() => stator.child.kill())
  const asked = { ...headers, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' }
  const answer = await fetch(await stator.endpoint(), { method: 'POST', headers: asked, body: '{"TableName":"Nothing"}' })
  while (!stator.err.includes('\n')) await new Promise((resolve) => stator.child.stderr?.once('data', resolve))
  assert.match(
    stator.err,
    / 400 .* DescribeTable Nothing, ResourceNotFoundException: .* → No table of this name is in this region and account: see ListTables, /,
  )
  assert.doesNotMatch(await answer.text(), /ListTables|hint/)
})

test('As JSON, and only what was answered with an error', async (t) => {
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--log', 'json', '--log-level', 'warn', '--trace', 'off'])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  for (const body of ['{}', '{"Limit":0}']) await fetch(endpoint, { method: 'POST', headers, body })
  while (!stator.err.includes('\n')) await new Promise((resolve) => stator.child.stderr?.once('data', resolve))
  const { level, request } = JSON.parse(stator.err)
  assert.deepEqual([level, request.number, request.status, request.error.exception], ['warn', 2, 400, 'ValidationException'])
  const { status } = await fetch(`${endpoint}/_stator/requests`)
  assert.equal(status, 400)
})

test('What is none of them is told in one sentence', async () => {
  for (const [words, message] of [
    [['--log', 'all'], /^--log must be errors, requests or json, not 'all'\.\n$/],
    [['--log-level', 'debug'], /^--log-level must be error, warn or info, not 'debug'\.\n$/],
    [['--trace', 'on'], /^--trace must be off, keys or full, not 'on'\.\n$/],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words]).ended
    assert.equal(code, 2)
    assert.match(err, message)
  }
})
