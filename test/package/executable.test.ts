/** The command as one file, and what the image makes of it: its words and variables, without the image. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { StatorProcess } from '../cli/stator-process.ts'
import { askServer } from '../harness/ask-server.ts'

const root = join(import.meta.dirname, '..', '..')
const dockerfile = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8')
let folder = ''
let executable = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'stator-executable-test-'))
  executable = join(folder, 'stator')
  execFileSync(process.execPath, [join(root, 'scripts', 'executable.ts'), executable], { cwd: root, stdio: 'pipe' })
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Without anything that finds a Node.js. */
function started(t: TestContext, [first = '', ...words]: readonly string[], environment = {}): StatorProcess {
  const process = new StatorProcess(words, { executable, script: first, folder, environment: { PATH: '/usr/bin:/bin', ...environment } })
  t.after(() => process.child.kill('SIGKILL'))
  return process
}

const music = {
  TableName: 'Music',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

test('The one file serves, copies its log in a thread, and has its data after it was killed', async (t) => {
  const words = ['--data-dir', join(folder, 'data'), '--port', '0']
  const killed = started(t, words)
  const endpoint = await killed.endpoint()
  await askServer(endpoint, 'CreateTable', music)
  // More than the log holds before it is copied.
  const requests = Array.from({ length: 25 }, (_, at) => ({
    PutRequest: { Item: { pk: { S: String(at) }, text: { S: 'x'.repeat(300_000) } } },
  }))
  for (let round = 0; round < 8; round += 1) await askServer(endpoint, 'BatchWriteItem', { RequestItems: { Music: requests } })
  await askServer(endpoint, 'PutItem', { TableName: 'Music', Item: { pk: { S: 'last' } } })
  killed.child.kill('SIGKILL')
  assert.equal((await killed.ended).err, '')
  const again = started(t, words)
  const { Item } = await askServer(await again.endpoint(), 'GetItem', { TableName: 'Music', Key: { pk: { S: 'last' } } })
  assert.deepEqual(Item, { pk: { S: 'last' } })
  again.child.kill('SIGINT')
  assert.deepEqual([(await again.ended).code, again.err], [0, ''])
})

test('Its other commands are in it, too', () => {
  const run = (...words: readonly string[]): { readonly status: number | null; readonly stdout: string } =>
    spawnSync(executable, words, { env: {}, encoding: 'utf8' })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }
  assert.deepEqual([run('--version').status, run('--version').stdout], [0, `${version}\n`])
  const checked = run('check', '--data-dir', join(folder, 'data'))
  assert.deepEqual([checked.status, /nothing is wrong/.test(checked.stdout)], [0, true])
})

test('With the words and variables of the image it does what a compose file for DynamoDB Local asks for', async (t) => {
  const variables = Object.fromEntries([...dockerfile.matchAll(/(STATOR_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
  assert.deepEqual(variables, { STATOR_HOST: '0.0.0.0', STATOR_DATA_DIR: '/data' })
  const asked = '-jar DynamoDBLocal.jar -sharedDb -dbPath ./compose-data'.split(' ')
  const local = started(t, [...asked, '-port', '0'], variables)
  const endpoint = await local.endpoint()
  assert.equal((await fetch(endpoint)).status, 400)
  assert.ok(existsSync(join(folder, 'compose-data', 'stator.db')))
  const health = spawnSync(executable, ['healthcheck', '--endpoint', endpoint], { env: {}, encoding: 'utf8' })
  assert.deepEqual([health.status, health.stdout], [0, 'ready\n'])
})

test('Where the image has an executable instead of a script, its java runs that', async (t) => {
  const bin = mkdtempSync(join(folder, 'bin-'))
  symlinkSync(executable, join(bin, 'stator'))
  symlinkSync(join(root, 'scripts', 'java.sh'), join(bin, 'java'))
  const java = new StatorProcess([join(bin, 'java'), '-jar', 'DynamoDBLocal.jar', '-inMemory', '-port', '0'], {
    executable: '/bin/sh',
    script: '-e',
    environment: { PATH: `${bin}:/usr/bin:/bin` },
  })
  t.after(() => java.child.kill('SIGKILL'))
  assert.equal((await fetch(await java.endpoint())).status, 400)
})

test('What the image is made of is there', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(\S+) /gm)].map(([, path = '']) => path)
  assert.deepEqual(copied, ['.', 'scripts/java.sh'])
  for (const path of copied) assert.ok(existsSync(join(root, path)), path)
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: object }
  assert.ok('executable' in scripts)
  assert.match(dockerfile, /^ENTRYPOINT \["stator"\]$/m)
  assert.match(dockerfile, /^USER stator$/m)
})
