/** `--auth iam` as a person meets it: the first key, the server key, what is typed wrong, and a start after another. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { StatorProcess } from './stator-process.ts'

const require = createRequire(import.meta.url)
const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts')

const folder = mkdtempSync(join(tmpdir(), 'stator-iam-'))
after(() => rmSync(folder, { recursive: true }))

interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

async function arnOf(endpoint: string, credentials: KeyPair): Promise<string | undefined> {
  const client = new STSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Arn
  } finally {
    client.destroy()
  }
}

async function whileRunning<T>(stator: StatorProcess, use: (endpoint: string) => Promise<T>): Promise<T> {
  try {
    return await use(await stator.endpoint())
  } finally {
    stator.child.kill('SIGINT')
    await stator.ended
  }
}

test('The first key is made once, readable for its owner only, and its place is printed once', async () => {
  const dataDir = join(folder, 'first')
  const words = ['--data-dir', dataDir, '--port', '0', '--auth', 'iam']
  const path = join(dataDir, 'root-access-key.json')
  const stator = new StatorProcess(words)
  await whileRunning(stator, async (endpoint) => {
    assert.ok(stator.out.startsWith(`The root user's access key was made and lies in ${path}\n`), stator.out)
    for (const made of [path, join(dataDir, 'secret-key')]) assert.equal(statSync(made).mode & 0o777, 0o600)
    assert.equal(await arnOf(endpoint, JSON.parse(readFileSync(path, 'utf8'))), 'arn:aws:iam::123456789012:root')
    await assert.rejects(arnOf(endpoint, { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }), { name: 'InvalidClientTokenId' })
  })
  const again = new StatorProcess(words)
  await whileRunning(again, async (endpoint) => {
    assert.ok(!again.out.includes('access key'))
    assert.equal(await arnOf(endpoint, JSON.parse(readFileSync(path, 'utf8'))), 'arn:aws:iam::123456789012:root')
  })
  const environment = { STATOR_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') }
  const { code, err } = await new StatorProcess(words, { environment }).ended
  assert.equal(code, 1)
  assert.match(err, /^What this database keeps is sealed under another server key: [^\n]+\n$/)
})

test('The first key may come from the environment, and users from a file', async () => {
  const file = join(folder, 'iam.json')
  const accessKeys = [{ accessKeyId: 'key_of_the_file_', secretAccessKeyFile: 'alice.txt' }]
  writeFileSync(join(folder, 'alice.txt'), 'secret of alice\n')
  writeFileSync(file, JSON.stringify({ users: [{ name: 'alice', path: '/team/', accessKeys }] }), { mode: 0o600 })
  const environment = { STATOR_ROOT_ACCESS_KEY_ID: 'root_of_the_house', STATOR_ROOT_SECRET_ACCESS_KEY: 'secret' }
  const stator = new StatorProcess(['--in-memory', '--port', '0', '--auth', 'iam', '--iam-file', file], { environment })
  await whileRunning(stator, async (endpoint) => {
    assert.equal(await arnOf(endpoint, { accessKeyId: 'root_of_the_house', secretAccessKey: 'secret' }), 'arn:aws:iam::123456789012:root')
    const alice = { accessKeyId: 'key_of_the_file_', secretAccessKey: 'secret of alice' }
    assert.equal(await arnOf(endpoint, alice), 'arn:aws:iam::123456789012:user/team/alice')
  })
})

test('What does not go together is told in one sentence', async () => {
  const bad = join(folder, 'bad.json')
  writeFileSync(bad, JSON.stringify({ users: [{ name: 'a', groups: ['none'] }] }), { mode: 0o600 })
  const keyFile = join(folder, 'short-key')
  writeFileSync(keyFile, 'c2hvcnQ=')
  const root = { STATOR_ROOT_ACCESS_KEY_ID: 'root_of_the_house', STATOR_ROOT_SECRET_ACCESS_KEY: 'secret' }
  const wantsKeys = 'must hold keys of 32 bytes in base64 or hexadecimal digits, the newest first: openssl rand -base64 32'
  for (const [words, environment, message] of [
    [['--iam-file', bad], {}, '--iam-file goes with --auth iam.'],
    [
      ['--auth', 'iam', '--iam-file', bad],
      root,
      `The identities in ${bad} cannot be used: The user a is in a group none that the file does not have.`,
    ],
    [
      ['--auth', 'iam'],
      { STATOR_ROOT_ACCESS_KEY_ID: 'root_of_the_house' },
      'STATOR_ROOT_ACCESS_KEY_ID and STATOR_ROOT_SECRET_ACCESS_KEY go together.',
    ],
    [
      ['--auth', 'iam'],
      { ...root, STATOR_ROOT_ACCESS_KEY_ID: 'short' },
      'STATOR_ROOT_ACCESS_KEY_ID must be 16 to 128 letters, digits or underscores.',
    ],
    [['--auth', 'iam'], { ...root, STATOR_SECRET_KEY: 'secret' }, `STATOR_SECRET_KEY ${wantsKeys}`],
    [['--auth', 'iam', '--secret-key-file', keyFile], root, `${keyFile} ${wantsKeys}`],
    [['--secret-key-file', keyFile], { STATOR_SECRET_KEY: 'x' }, 'Choose either --secret-key-file or STATOR_SECRET_KEY, not both.'],
  ] as const) {
    const { code, err } = await new StatorProcess(['--in-memory', '--port', '0', ...words], { environment }).ended
    assert.deepEqual([code, err], [2, `${message}\n`])
  }
})
