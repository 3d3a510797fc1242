/** `--auth` as a person meets it: what is typed wrong, what is printed, and keys that change while the server runs. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import aws4 from 'aws4'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { StatorProcess } from './stator-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'stator-auth-'))
after(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'keys.json')
const first = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'first' }
const second = { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', secretAccessKey: 'second' }

function write(...keys: readonly object[]): void {
  writeFileSync(file, JSON.stringify({ keys }), { mode: 0o600 })
}

async function statusFor(endpoint: string, by: typeof first, operation = 'ListTables', body = '{}'): Promise<number> {
  const { host } = new URL(endpoint)
  const headers = { 'X-Amz-Target': `DynamoDB_20120810.${operation}`, 'Content-Type': 'application/x-amz-json-1.0' }
  const signed = aws4.sign({ service: 'dynamodb', region: 'us-east-1', method: 'POST', host, path: '/', headers, body }, by)
  const { Host: _, 'Content-Length': __, ...sent } = signed.headers as { [name: string]: string }
  return (await fetch(endpoint, { method: 'POST', headers: sent, body })).status
}

test('Keys hold that stand in the file now, and a file that is none changes nothing', async (t) => {
  write(first)
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--auth', 'keys', '--keys-file', file])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  assert.match(stator.out, /Only the keys in \S+keys\.json and any region will do\./)
  assert.deepEqual([await statusFor(endpoint, first), await statusFor(endpoint, second)], [200, 400])
  write(second)
  while ((await statusFor(endpoint, second)) !== 200) await sleep(50)
  assert.equal(await statusFor(endpoint, first), 400)
  writeFileSync(file, '{')
  while (!stator.err.includes('cannot be used, and what was read before still holds: It is not JSON.')) await sleep(50)
  assert.equal(await statusFor(endpoint, second), 200)
})

test('stator load signs for real where that is asked for', async (t) => {
  write(first)
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--auth', 'keys', '--keys-file', file])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  const table = JSON.stringify(onDemandTable('Music', { pk: 'S' }))
  assert.equal(await statusFor(endpoint, first, 'CreateTable', table), 200)
  const load = ['load', '--table', 'Music', '--endpoint', endpoint, '--reads', '100', '--rate', '20', '--duration', '1s', '--json']
  const environment = (by: typeof first) => ({ AWS_ACCESS_KEY_ID: by.accessKeyId, AWS_SECRET_ACCESS_KEY: by.secretAccessKey })
  const { code, out, err } = await new StatorProcess(load, { environment: environment(first) }).ended
  assert.equal(code, 0, err)
  const summary = JSON.parse(out)
  assert.ok(summary.succeeded > 0, out)
  assert.ok(summary.stator !== undefined, 'what it says of the run is asked for with a signature, too')
  const refused = await new StatorProcess(load, { environment: environment(second) }).ended
  assert.equal(refused.code, 1)
  assert.match(refused.err, /UnrecognizedClientException: The security token included in the request is invalid\./)
})

test('Every command that asks the control endpoint signs with the keys of its environment', async (t) => {
  write(first)
  const stator = new StatorProcess(['--data-dir', join(folder, 'data'), '--port', '0', '--auth', 'keys', '--keys-file', file])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  const environment = (by: typeof first) => ({ AWS_ACCESS_KEY_ID: by.accessKeyId, AWS_SECRET_ACCESS_KEY: by.secretAccessKey })
  const nobody = { HOME: folder }
  const backup = join(folder, 'b')
  for (const words of [['check'], ['backup', backup], ['cost', '--hours', '2'], ['policy', '--record', 'on']]) {
    const run = (env: { readonly [name: string]: string }) =>
      new StatorProcess([...words, '--endpoint', endpoint], { environment: env }).ended
    const unknown = await run(environment(second))
    assert.deepEqual(
      [unknown.code, unknown.err],
      [1, 'UnrecognizedClientException: The security token included in the request is invalid.\n'],
    )
    const unsigned = await run(nobody)
    assert.deepEqual(
      [unsigned.code, unsigned.err],
      [
        1,
        `${new URL(endpoint).host} takes signed requests only: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile of the credentials file.\n`,
      ],
    )
    const answered = await run(environment(first))
    assert.deepEqual([answered.code, answered.err], [0, ''], words.join(' '))
  }
  assert.ok(existsSync(backup))
})

test('A profile of the credentials file does where --profile names it', async (t) => {
  write(first)
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--auth', 'keys', '--keys-file', file])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  const credentials = join(folder, 'credentials')
  writeFileSync(credentials, `[mine]\naws_access_key_id = ${first.accessKeyId}\naws_secret_access_key = ${first.secretAccessKey}\n`)
  const environment = { AWS_SHARED_CREDENTIALS_FILE: credentials }
  for (const command of ['check', 'cost']) {
    const { code, err } = await new StatorProcess([command, '--endpoint', endpoint, '--profile', 'mine'], { environment }).ended
    assert.deepEqual([code, err], [0, ''], command)
  }
})

test('What does not go together is told in one sentence', async () => {
  write({ ...first, secretAccessKey: 1 })
  for (const [words, message] of [
    [['--auth', 'keys'], '--auth keys needs --keys-file with the key pairs (docs/security.md).\n'],
    [['--keys-file', file], '--keys-file goes with --auth keys.\n'],
    [['--auth', 'x'], "--auth must be off, keys or iam, not 'x'.\n"],
    [
      ['--auth', 'keys', '--keys-file', file],
      `The keys in ${file} cannot be used: "secretAccessKey" of Key 1 must be a text without spaces.\n`,
    ],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words]).ended
    assert.deepEqual([code, err], [2, message])
  }
})

test('Who lets everybody in from everywhere is warned, and nobody else', async () => {
  const printed = async (...words: readonly string[]): Promise<string> => {
    const stator = new StatorProcess(['--in-memory', '--port', '0', ...words])
    await stator.endpoint()
    stator.child.kill('SIGINT')
    return (await stator.ended).err
  }
  assert.match(await printed('--host', '0.0.0.0'), /^\n!{20,}\n!! WARNING: anybody who can reach this server may do anything\n/)
  assert.equal(await printed('--host', '127.0.0.1'), '')
  write(first)
  assert.equal(await printed('--host', '0.0.0.0', '--auth', 'keys', '--keys-file', file), '')
})
