/** `stator advise` as a person and a pipeline meet it. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { start } from '../../src/index.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

interface Advised {
  readonly advise: (...words: readonly string[]) => Promise<Ended>
  readonly folder: string
  readonly server: Awaited<ReturnType<typeof start>>
}

/** A server that was asked for sixty transactions of one item. */
async function advised(t: TestContext, options: Parameters<typeof start>[0] = {}): Promise<Advised> {
  const server = await start({ port: 0, inMemory: true, ...options })
  const folder = mkdtempSync(join(tmpdir(), 'stator-advise-'))
  t.after(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  const ask = async (operation: string, input: object): Promise<void> => {
    const answer = await fetch(server.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20261122T100000Z',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: JSON.stringify(input),
    })
    assert.equal(answer.status, 200, await answer.text())
  }
  await ask('CreateTable', {
    TableName: 'Orders',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  for (let id = 0; id < 60; id += 1) {
    await ask('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'Orders', Item: { id: { S: `order-${id}` } } } }] })
  }
  const advise = (...words: readonly string[]): Promise<Ended> =>
    new StatorProcess(['advise', '--endpoint', server.endpoint, ...words], { environment: { NO_COLOR: '1' } }).ended
  return { advise, folder, server }
}

test('Findings are told with what to do, what does not help and where AWS says so, and a pipeline may fail for them', async (t) => {
  const { advise, server } = await advised(t)
  const { code, out } = await advise()
  assert.equal(code, 0)
  assert.match(out, /^(info|warning) {2}transaction-of-one {2}Orders\n {2}\S.*\n/)
  for (const part of [/^ {2}Do: /m, /^ {2}AWS: .*https:\/\/docs\.aws\.amazon\.com\//m, /^ {2}[\da-f]{16}$/m]) assert.match(out, part)
  assert.equal((await advise('--fail-on', 'info')).code, 5)
  assert.equal((await advise('--fail-on', 'error')).code, 0)
  const { findings, profile } = JSON.parse((await advise('--json', '--table', 'Orders')).out)
  assert.equal(profile, 'test')
  assert.equal(findings[0].id, 'transaction-of-one')
  const { patterns } = await server.control.patterns()
  assert.deepEqual(
    findings[0].patterns,
    patterns.filter(({ operation }) => operation === 'TransactWriteItems').map(({ text }) => text),
  )
  assert.equal((await advise('--table', 'Nothing')).out, 'Nothing was found in what this server was asked so far.\n')
})

test('What stands in a baseline fails nothing; it is made when it is not there', async (t) => {
  const { advise, folder } = await advised(t)
  const file = join(folder, 'known.json')
  assert.equal((await advise('--fail-on', 'info', '--baseline', file)).code, 0)
  assert.ok(existsSync(file))
  assert.match(readFileSync(file, 'utf8'), /"id": "transaction-of-one"/)
  const { code, out } = await advise('--fail-on', 'info', '--baseline', file)
  assert.equal(code, 0)
  assert.equal(out, '1 more is muted, known already, or the effect of another: --all shows them.\n')
  writeFileSync(file, '{"findings":[]}')
  assert.equal((await advise('--fail-on', 'info', '--baseline', file)).code, 5)
  writeFileSync(file, '[]')
  assert.match((await advise('--baseline', file)).err, /is no baseline: it has no findings\./)
})

test('A finding that is muted is told again only when that is taken back', async (t) => {
  const { advise } = await advised(t)
  const { fingerprint } = JSON.parse((await advise('--json')).out).findings[0]
  assert.equal((await advise('--mute', fingerprint)).code, 2)
  assert.equal((await advise('--mute', fingerprint, '--why', 'imported once')).out, `${fingerprint} is not told any more.\n`)
  assert.equal((await advise('--fail-on', 'info')).code, 0)
  assert.match((await advise('--all')).out, /^ {2}Muted: imported once$/m)
  assert.equal((await advise('--unmute', fingerprint)).out, `${fingerprint} is told again.\n`)
  assert.equal((await advise('--fail-on', 'info')).code, 5)
  assert.match((await advise('--unmute', fingerprint)).err, /^Nothing is muted that is known by /)
  assert.match((await advise('--mute', 'x', '--why', 'y')).err, /^A fingerprint has 16 hexadecimal digits\./)
})

test('Words that make no sense, and a server that gives no advice, are told in one sentence', async (t) => {
  const { advise } = await advised(t, { advice: 'off' })
  assert.match((await advise()).err, /^This server gives no advice: it was started with --advice off\.\n$/)
  for (const [words, message] of [
    [['--fail-on', 'fatal'], /^--fail-on takes error, warning or info, not "fatal"\.\n$/],
    [['--why', 'x'], /^--why is about --mute\.\n$/],
    [['--mute', '0123456789abcdef', '--unmute', '0123456789abcdef', '--why', 'x'], /^--mute and --unmute are two things: choose one\.\n$/],
  ] as const) {
    const { code, err } = await advise(...words)
    assert.equal(code, 2)
    assert.match(err, message)
  }
  for (const [words, message] of [
    [['--advice', 'yes'], /^--advice must be on or off, not 'yes'\.\n$/],
    [['--advice-profile', 'dev'], /^--advice-profile must be test or prod, not 'dev'\.\n$/],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words]).ended
    assert.equal(code, 2)
    assert.match(err, message)
  }
})
