/** TLS as a person meets it: flags, what is printed, certificates that are replaced while the server runs. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeSelfSigned, type SelfSigned } from '../../src/cli/tls/self-signed.ts'
import { StatorProcess } from './stator-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'stator-tls-'))
after(() => rmSync(folder, { recursive: true }))

const certFile = join(folder, 'cert.pem')
const keyFile = join(folder, 'key.pem')

function write({ cert, key }: SelfSigned): void {
  writeFileSync(keyFile, key, { mode: 0o600 })
  writeFileSync(certFile, cert)
}

async function ask(url: string, ca: string, method = 'GET'): Promise<{ readonly status: number; readonly body: string } | undefined> {
  const sent = request(url, { method, ca, agent: false, headers: { 'X-Stator-Control': '1' } })
  sent.end()
  try {
    const [response] = await once(sent, 'response')
    let body = ''
    for await (const chunk of response) body += chunk
    return { status: response.statusCode, body }
  } catch {
    return undefined
  }
}

test('A certificate of its own is kept in the data folder, and trusted by who is given it', async () => {
  const data = join(folder, 'data')
  let first = ''
  for (let start = 0; start < 2; start += 1) {
    const stator = new StatorProcess(['--data-dir', data, '--port', '0', '--tls-self-signed', '--http-port', '0'])
    const endpoint = await stator.endpoint()
    assert.match(endpoint, /^https:/)
    const [, path = '', plainPort] =
      /trust \(AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS\): (\S+); not encrypted: port (\d+)\n/.exec(stator.out) ?? []
    const cert = readFileSync(path, 'utf8')
    assert.equal(first === '' || cert === first, true)
    first = cert
    assert.equal((await ask(`${endpoint}/health/live`, cert))?.status, 200)
    assert.equal((await fetch(`http://127.0.0.1:${plainPort}/health/live`)).status, 200)
    assert.equal(statSync(join(data, 'tls-self-signed-key.pem')).mode & 0o777, 0o600)
    stator.child.kill('SIGINT')
    assert.equal((await stator.ended).code, 0)
  }
})

test('A certificate that is replaced is shown without a restart, when it is seen or asked for', async (t) => {
  const [first, second, third] = [0, 1, 2].map(() => makeSelfSigned(['127.0.0.1'], Date.now())) as [SelfSigned, SelfSigned, SelfSigned]
  write(first)
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--tls-cert', certFile, '--tls-key', keyFile])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  assert.equal((await ask(`${endpoint}/health/live`, first.cert))?.status, 200)
  write(second)
  while ((await ask(`${endpoint}/health/live`, second.cert)) === undefined) await sleep(50)
  write(third)
  const reloaded = await ask(`${endpoint}/_stator/reload`, second.cert, 'POST')
  assert.deepEqual(reloaded && JSON.parse(reloaded.body), { reloaded: [{ files: [certFile, keyFile] }] })
  assert.equal((await ask(`${endpoint}/health/live`, third.cert))?.status, 200)
  writeFileSync(keyFile, first.key, { mode: 0o600 })
  const refused = await ask(`${endpoint}/_stator/reload`, third.cert, 'POST')
  assert.match(String(refused?.body), /"error":"[^"]*key values mismatch"/)
  assert.equal((await ask(`${endpoint}/health/live`, third.cert))?.status, 200)
})

test('Commands trust the certificates of NODE_EXTRA_CA_CERTS, and say so when there is none', async (t) => {
  const data = join(folder, 'asked')
  const stator = new StatorProcess(['--data-dir', data, '--port', '0', '--tls-self-signed'])
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  const environment = { NODE_EXTRA_CA_CERTS: join(data, 'tls-self-signed.pem') }
  for (const words of [['check'], ['cost'], ['backup', join(folder, 'over-tls')]]) {
    const stranger = await new StatorProcess([...words, '--endpoint', endpoint]).ended
    assert.deepEqual(
      [stranger.code, stranger.err],
      [
        1,
        `The certificate of ${endpoint} is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT): name a file with those that it is to be trusted by in NODE_EXTRA_CA_CERTS.\n`,
      ],
    )
    const { code, err } = await new StatorProcess([...words, '--endpoint', endpoint], { environment }).ended
    assert.deepEqual([code, err], [0, ''])
  }
})

test('What does not go together is told in one sentence', async () => {
  const made = makeSelfSigned(['127.0.0.1'], Date.now())
  write({ ...made, key: makeSelfSigned([], Date.now()).key })
  for (const [words, message] of [
    [['--tls-cert', certFile], /^--tls-cert and --tls-key go together\.\n$/],
    [['--tls-client-ca', certFile], /^--tls-client-ca goes with --tls-cert and --tls-key\.\n$/],
    [['--http-port', '0'], /^--http-port goes with --tls-cert or --tls-self-signed: without them --port is HTTP\.\n$/],
    [['--tls-self-signed', '--tls-cert', certFile, '--tls-key', keyFile], /^Choose either --tls-cert or --tls-self-signed, not both\.\n$/],
    [['--tls-cert', certFile, '--tls-key', keyFile], /^The certificate in \S+ cannot be used: .*key values mismatch\n$/],
    [['--tls-cert', join(folder, 'none'), '--tls-key', keyFile], /^The certificate in \S+ cannot be used: ENOENT/],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words]).ended
    assert.equal(code, 2)
    assert.match(err, message)
  }
})
