/** `--audit` as a person meets it: the file, stdout, a disk that is full. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { StatorProcess } from './stator-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'stator-audited-'))
after(() => rmSync(folder, { recursive: true }))

const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

async function ask(endpoint: string, operation: string): Promise<Response> {
  return fetch(endpoint, { method: 'POST', headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` }, body: '{}' })
}

test('A line is in the file when the answer is there', async (t) => {
  const file = join(folder, 'audit.jsonl')
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--audit', file])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  for (const operation of ['ListTables', 'DescribeLimits', 'GetItem']) await ask(endpoint, operation)
  const names = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).eventName)
  assert.deepEqual(names, ['ListTables', 'DescribeLimits'])
})

test('Stdout has the lines behind the greeting', async (t) => {
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--audit', '-'])
  t.after(() => stator.child.kill())
  await ask(await stator.endpoint(), 'ListTables')
  while (!stator.out.includes('"eventName":"ListTables"')) await new Promise((resolve) => stator.child.stdout?.once('data', resolve))
  assert.equal(JSON.parse(stator.out.trimEnd().split('\n').at(-1) ?? '').eventName, 'ListTables')
})

test('A disk that is full stops what must be audited, and nothing else', async (t) => {
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--audit', '/dev/full'])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  for (let time = 0; time < 2; time += 1) {
    const response = await ask(endpoint, 'ListTables')
    assert.equal(response.status, 503)
    assert.match(
      String(((await response.json()) as { message: string }).message),
      /the audit trail cannot be written.*ENOSPC|The audit trail cannot be written.*ENOSPC/,
    )
  }
  const { __type: type } = (await (await ask(endpoint, 'GetItem')).json()) as { __type: string }
  assert.match(type, /ValidationException/)
})

test('What cannot be used ends the start in one sentence', async () => {
  for (const [words, message] of [
    [['--audit', join(folder, 'none', 'a')], /^The audit trail cannot be written: ENOENT[^\n]*\n$/],
    [['--audit-data'], /^--audit-data goes with --audit\.\n$/],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words]).ended
    assert.equal(code, 2)
    assert.match(err, message)
  }
})
