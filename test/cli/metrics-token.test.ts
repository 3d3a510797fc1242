/** `--metrics-token-file` as a person meets it: who brings the token sees metrics and nothing else, and another one holds when the file says so. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import aws4 from 'aws4'
import { StatorProcess } from './stator-process.ts'

const keys = { accessKeyId: 'key_of_the_token_test', secretAccessKey: 'secret' }

function folderOf(t: TestContext): { readonly keysFile: string; readonly tokenFile: string } {
  const folder = mkdtempSync(join(tmpdir(), 'stator-token-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [keysFile, tokenFile] = [join(folder, 'keys.json'), join(folder, 'token')] as const
  writeFileSync(keysFile, JSON.stringify({ keys: [keys] }), { mode: 0o600 })
  writeFileSync(tokenFile, 'first-token-of-the-test\n', { mode: 0o600 })
  return { keysFile, tokenFile }
}

test('/metrics answers who brings the token, and nothing else does', async (t) => {
  const { keysFile, tokenFile } = folderOf(t)
  const auth = ['--auth', 'keys', '--keys-file', keysFile, '--metrics-token-file', tokenFile]
  const stator = new StatorProcess(['--in-memory', '--port', '0', ...auth])
  t.after(() => stator.child.kill('SIGKILL'))
  const endpoint = await stator.endpoint()
  const statusFor = async (path: string, authorization: string | undefined): Promise<number> => {
    const response = await fetch(`${endpoint}${path}`, authorization === undefined ? {} : { headers: { authorization } })
    await response.text()
    return response.status
  }
  assert.equal(await statusFor('/metrics', 'Bearer first-token-of-the-test'), 200)
  assert.equal(await statusFor('/metrics', 'bearer  first-token-of-the-test '), 200)
  for (const wrong of [
    undefined,
    'Bearer',
    'Bearer ',
    'Bearer first-token-of-the-tes',
    'Basic first-token-of-the-test',
    'first-token-of-the-test',
  ]) {
    assert.equal(await statusFor('/metrics', wrong), 403, String(wrong))
  }
  assert.equal(await statusFor('/_stator/tables', 'Bearer first-token-of-the-test'), 403)
  writeFileSync(tokenFile, 'another-token-of-the-test')
  const { host } = new URL(endpoint)
  const path = '/_stator/reload'
  const asked = {
    service: 'stator',
    region: 'us-east-1',
    method: 'POST',
    host,
    path,
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  }
  const { Host: _host, 'Content-Length': _length, ...headers } = aws4.sign(asked, keys).headers as unknown as { [name: string]: string }
  assert.equal((await fetch(`${endpoint}${path}`, { method: 'POST', headers, body: '{}' })).status, 200)
  assert.equal(await statusFor('/metrics', 'Bearer first-token-of-the-test'), 403)
  assert.equal(await statusFor('/metrics', 'Bearer another-token-of-the-test'), 200)
})

test('A token that nobody could bring is told at the start', async (t) => {
  const { tokenFile } = folderOf(t)
  for (const text of ['', 'short', 'sixteen letters with spaces']) {
    writeFileSync(tokenFile, text)
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', '--metrics-token-file', tokenFile]).ended
    const sentence = `The token in ${tokenFile} cannot be used: it must be 16 or more letters, digits and any of -._~+/`
    assert.deepEqual([code, err.trim().replace(/\.$/, '')], [2, sentence])
  }
})
