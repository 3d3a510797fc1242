/** The package as npm ships it: built, packed, installed into an empty folder, started from there. */
import assert from 'node:assert/strict'
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { StatorProcess } from '../cli/stator-process.ts'
import { skipFor } from '../harness/skip.ts'
import { testDynalite } from './dynalite.ts'
import { type OldNode, testPresets, testPresetsOnOldNode } from './presets.ts'

const root = join(import.meta.dirname, '..', '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
/** Node as this test runs on it comes first, whatever else the machine has. */
const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`
let folder = ''
const bin = (): string => join(folder, 'node_modules', '.bin', 'stator')

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'stator-package-'))
  const quietly = { env: { ...process.env, PATH: path }, stdio: 'pipe' } as const
  execFileSync(process.execPath, [join(root, 'scripts', 'build.ts')], { cwd: root, ...quietly })
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root, ...quietly })
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  const flags = ['--omit=dev', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', ...flags, join(folder, `stator-${version}.tgz`)], { cwd: folder, ...quietly })
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** docs/decisions/0009. */
const dependencies = [
  'pg',
  // What it brings along.
  'pg-cloudflare',
  'pg-connection-string',
  'pg-int8',
  'pg-pool',
  'pg-protocol',
  'pg-types',
  'pgpass',
  'postgres-array',
  'postgres-bytea',
  'postgres-date',
  'postgres-interval',
  'split2',
  'xtend',
]
const packedBytesMax = 1_080_000

test('What is written to a folder is copied out of its log, by the thread that the package has for it', async (t) => {
  const data = join(folder, 'written')
  const stator = new StatorProcess(['--port', '0', '--data-dir', data], { script: bin() })
  t.after(() => stator.child.kill())
  const endpoint = await stator.endpoint()
  const ask = async (operation: string, input: object): Promise<void> => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20261122T100000Z',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    }
    const { status } = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) })
    assert.equal(status, 200)
  }
  await ask('CreateTable', {
    TableName: 'Notes',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  const text = { S: 'x'.repeat(350_000) }
  for (let id = 0; statSync(join(data, 'stator.db')).size < 10_000_000; id += 1) {
    assert.equal(stator.err, '')
    await ask('PutItem', { TableName: 'Notes', Item: { id: { S: String(id) }, text } })
  }
})

test('The package is small, holds no tests and no sources, and brings few others along', () => {
  assert.ok(statSync(join(folder, `stator-${version}.tgz`)).size <= packedBytesMax)
  const files = readdirSync(join(folder, 'node_modules', 'stator'), { recursive: true, encoding: 'utf8' })
  assert.deepEqual(
    files.filter((file) => /\.test\.|(?<!\.d)\.ts$|^(src|test)\b/.test(file)),
    [],
  )
  assert.deepEqual(
    readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.')),
    [...dependencies, 'stator'].sort(),
  )
})

test('What is bundled has its license there', () => {
  const licenses = readFileSync(join(folder, 'node_modules', 'stator', 'dist', 'licenses.txt'), 'utf8')
  for (const name of ['aws4', 'cborg', 'fast-xml-builder']) assert.match(licenses, new RegExp(`^${name}\\n=+\\n`, 'm'))
})

test('The command runs by its own first line', () => {
  const { status, stdout } = spawnSync(bin(), ['--version'], { env: { PATH: path }, encoding: 'utf8' })
  assert.equal(status, 0)
  assert.equal(stdout, `${version}\n`)
})

test('What runs Java with DynamoDB Local runs Stator, and no other Java', { skip: skipFor(notOnWindows()) }, async (t) => {
  const java = join(folder, 'node_modules', 'stator', 'dist', 'compat', 'java')
  const words = ['-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb', '-port', '0']
  const started = new StatorProcess([java, ...words], { executable: '/bin/sh', script: '-e', environment: { PATH: path } })
  t.after(() => started.child.kill('SIGKILL'))
  assert.equal((await fetch(await started.endpoint())).status, 400)
  assert.match(started.out, /^Initializing DynamoDB Local with the following configuration:\n/)
  const run = (...more: readonly string[]): { readonly status: number | null; readonly stderr: string } =>
    spawnSync('/bin/sh', [java, ...more], { env: { PATH: path }, encoding: 'utf8' })
  const version = run('-version')
  assert.deepEqual([version.status, /^openjdk version "\d+/.test(version.stderr)], [0, true])
  const other = run('-jar', 'other.jar')
  assert.deepEqual(
    [other.status, other.stderr],
    [1, 'java: this is Stator in the place of Java, which runs DynamoDBLocal.jar and nothing else.\n'],
  )
})

function notOnWindows(): string | undefined {
  return process.platform === 'win32' ? 'there is no /bin/sh' : undefined
}

/** What else CI has installed, in a folder of its own. */
const tools = join(import.meta.dirname, 'tools', 'node_modules')
const otherNodes = ['node-24', 'node-22'].map((name) => ({ name, executable: join(tools, name, 'bin', 'node') }))
const nodes = [{ name: 'the Node.js of this repository', executable: process.execPath }, ...otherNodes]

const imported = `import { createStator } from 'stator'`
const required = `const { createStator } = require('stator')`
/** Over a folder, so that the thread that copies the log is found as well. */
const program = `
(async () => {
  const stator = await createStator({ dataDir: process.argv[1] })
  const answers = []
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0', 'x-amz-date': '20261122T100000Z' }
  for (const [operation, input] of [
    ['CreateTable', { TableName: 'Music', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] }],
    ['PutItem', { TableName: 'Music', Item: { pk: { S: 'a' } } }],
    ['GetItem', { TableName: 'Music', Key: { pk: { S: 'a' } } }],
  ]) {
    const { status, body } = await stator.handle({ target: 'DynamoDB_20120810.' + operation, headers, body: JSON.stringify(input) })
    answers.push(status)
    if (operation === 'GetItem') answers.push(String(body))
  }
  await stator.close()
  console.log(JSON.stringify(answers))
})()`

for (const { name, executable } of nodes) {
  const skip = skipFor(
    existsSync(executable) ? undefined : `${name} is not installed (npm ci --ignore-scripts --prefix test/package/tools)`,
  )

  test(`The installed command serves on ${name}, and has its data after it was killed`, { skip }, async (t) => {
    const data = join(folder, `data of ${name}`)
    const options = { executable, script: join(folder, 'node_modules', 'stator', 'dist', 'stator.js') }
    const served = async (): Promise<StatorProcess> => {
      const started = new StatorProcess(['--data-dir', data, '--port', '0'], options)
      t.after(() => started.child.kill('SIGKILL'))
      const answer = await fetch(await started.endpoint())
      assert.equal(await answer.text(), 'healthy: dynamodb.us-east-1.amazonaws.com ')
      return started
    }
    const killed = await served()
    killed.child.kill('SIGKILL')
    await killed.ended
    const ended = await served()
    ended.child.kill('SIGINT')
    assert.deepEqual([(await ended.ended).code, ended.err], [0, ''])
  })

  for (const [how, opening, type] of [
    ['imports', imported, 'module'],
    ['requires', required, 'commonjs'],
  ] as const) {
    test(`A program ${how} the package on ${name}`, { skip }, () => {
      const words = [`--input-type=${type}`, '--no-warnings', '--eval', `${opening};${program}`, join(folder, `${type} on ${name}`)]
      const { stdout, stderr } = spawnSync(executable, words, { cwd: folder, encoding: 'utf8' })
      assert.equal(stderr, '')
      assert.equal(stdout, `${JSON.stringify([200, 200, 200, '{"Item":{"pk":{"S":"a"}}}'])}\n`)
    })
  }
}

const withClient = `
(async () => {
  const stator = await createStator({ inMemory: true })
  try {
    const client = stator.client()
    const { ListTablesCommand } = require('@aws-sdk/client-dynamodb')
    console.log(JSON.stringify((await client.send(new ListTablesCommand({}))).TableNames))
  } catch (error) {
    console.log(error.message)
  }
  await stator.close()
})()`

test('A client is made of the SDK that the program has, and without one it is told what to install', () => {
  const without = spawnSync(process.execPath, ['--eval', `${required};${withClient}`], { cwd: folder, encoding: 'utf8' })
  assert.equal(without.stdout, 'This needs the AWS SDK: npm install @aws-sdk/client-dynamodb\n')
  const project = join(folder, 'with the SDK')
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  for (const name of ['@aws-sdk', '@smithy']) symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  const found = spawnSync(process.execPath, ['--eval', `${required};${withClient}`], { cwd: project, encoding: 'utf8' })
  assert.deepEqual([found.stderr, found.stdout], ['', '[]\n'])
})

const typed = `import { createStator, start, type InProcessStator, type StatorOptions } from 'stator'
const options: StatorOptions = { inMemory: true }
export async function status(): Promise<number> {
  const stator: InProcessStator = await createStator(options)
  const { status } = await stator.handle({ target: 'DynamoDB_20120810.ListTables', headers: {}, body: '{}' })
  const client = stator.client({ maxAttempts: 1 })
  void client
  await stator.fork().close()
  await stator.close()
  const server = await start({ port: 0, inMemory: true })
  const port: number = server.port
  return status + port
}
// @ts-expect-error There is no such option.
export const wrong: StatorOptions = { memory: true }
`
const typedDynalite = `
const dynaliteServer = dynalite({ createTableMs: 0, path: undefined }).listen(0, '127.0.0.1', () => {})
export const dynalitePort: number | undefined = dynaliteServer.address()?.port
// @ts-expect-error It is a number.
dynalite({ createTableMs: '0' })
`
const ownTypescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const olderTypescript = join(tools, 'typescript-5', 'bin', 'tsc')

for (const [resolution, compiler, flags, file] of [
  ['node16, ECMAScript modules', ownTypescript, ['--module', 'node16'], 'program.mts'],
  ['node16, CommonJS', ownTypescript, ['--module', 'node16'], 'program.cts'],
  ['a bundler', ownTypescript, ['--module', 'preserve', '--moduleResolution', 'bundler'], 'program.ts'],
  ['node16, CommonJS, TypeScript 5', olderTypescript, ['--module', 'node16'], 'program.cts'],
  ['node10, TypeScript 5', olderTypescript, ['--module', 'commonjs', '--moduleResolution', 'node10'], 'program.cts'],
] as const) {
  const skip = skipFor(
    existsSync(compiler) ? undefined : 'an older TypeScript is not installed (npm ci --ignore-scripts --prefix test/package/tools)',
  )
  test(`TypeScript finds the types: ${resolution}`, { skip }, () => {
    const dynalite = file.endsWith('.cts') ? `import dynalite = require('stator/dynalite')` : `import dynalite from 'stator/dynalite'`
    writeFileSync(join(folder, file), `${dynalite}\n${typed}${typedDynalite}`)
    const words = [
      compiler,
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--types',
      'node',
      '--typeRoots',
      join(root, 'node_modules', '@types'),
    ]
    const { stdout, status } = spawnSync(process.execPath, [...words, ...flags, file], { cwd: folder, encoding: 'utf8' })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })
}

const oldNode = findOldNode()

test('A Node.js that is too old gets one clear sentence', {
  skip: skipFor(oldNode === undefined ? 'no Node.js below 22 here' : undefined),
}, async () => {
  assert(oldNode !== undefined)
  const ended = await new StatorProcess(['--in-memory'], { executable: oldNode.path, script: bin() }).ended
  assert.deepEqual(ended, {
    code: 1,
    signal: null,
    out: '',
    err: `Stator needs Node.js 22.16 or newer, and ${oldNode.path} is ${oldNode.version}. With a newer one for this once: npx -y node@24 ${bin()}\n`,
  })
})

for (const [type, statement] of [
  ['module', (name: string) => `import '${name}'`],
  ['commonjs', (name: string) => `require('${name}')`],
] as const) {
  test(`A program that reads the package on a Node.js that is too old gets that sentence and nothing else: ${type}`, {
    skip: skipFor(oldNode === undefined ? 'no Node.js below 22 here' : undefined),
  }, () => {
    assert(oldNode !== undefined)
    const { npm_execpath: _, npm_lifecycle_event: __, ...plain } = process.env
    const needed = `Stator needs Node.js 22.16 or newer, and ${oldNode.path} is ${oldNode.version}. With a newer one for this once: npx -y `
    for (const name of ['stator', 'stator/config', 'stator/dynalite', 'stator/node-test']) {
      const file = join(folder, `old.${type === 'module' ? 'mjs' : 'cjs'}`)
      writeFileSync(file, statement(name))
      for (const [env, again] of [
        [plain, `node@24 ${file}`],
        [{ ...plain, npm_execpath: 'npm', npm_lifecycle_event: 'test' }, '-p node@24 npm run test'],
      ] as const) {
        const ended: SpawnSyncReturns<string> = spawnSync(oldNode.path, [file], { cwd: folder, env, encoding: 'utf8' })
        const { status, stderr } = ended
        assert.equal(status, 1)
        assert.ok(stderr.includes(`Error: ${needed}${again}`), stderr)
        assert.doesNotMatch(stderr, /^ +at /m)
      }
    }
  })
}

/** The first Node.js below 22 on this machine's path or in its usual places. */
function findOldNode(): OldNode | undefined {
  const folders = ['/usr/local/bin', '/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  for (const candidate of folders.map((each) => join(each, 'node'))) {
    if (!existsSync(candidate) || !statSync(candidate).isFile()) continue
    const program = 'process.stdout.write(JSON.stringify({ path: process.execPath, version: process.versions.node }))'
    const { stdout } = spawnSync(candidate, ['--eval', program], { encoding: 'utf8' })
    const found = JSON.parse(stdout || '{"version":"99"}') as { path: string; version: string }
    if (Number(found.version.split('.')[0]) < 22) return found
  }
  return undefined
}

// The oldest and the newest that there is.
testPresets(
  () => folder,
  nodes.filter(({ name }) => name !== 'node-24'),
)
testPresetsOnOldNode(() => folder, oldNode)
testDynalite(() => folder, nodes)
