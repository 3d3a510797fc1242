/** The package as npm ships it: built, packed, installed into an empty folder, started from there. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { skipFor } from '../harness/skip.ts'
import { StatorProcess } from './stator-process.ts'

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
  'aws4',
  'cborg',
  'fast-xml-builder',
  // What it brings along.
  'path-expression-matcher',
  'xml-naming',
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

test('The package holds no tests and no sources, and brings few others along', () => {
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

test('The installed command serves', async (t) => {
  accessSync(bin(), constants.X_OK)
  const started = new StatorProcess(['--in-memory', '--port', '0'], { script: bin() })
  t.after(() => started.child.kill('SIGKILL'))
  const answer = await fetch(await started.endpoint())
  assert.equal(await answer.text(), 'healthy: dynamodb.us-east-1.amazonaws.com ')
  started.child.kill('SIGTERM')
  assert.equal((await started.ended).code, 0)
})

test('The command runs by its own first line', () => {
  const { status, stdout } = spawnSync(bin(), ['--version'], { env: { PATH: path }, encoding: 'utf8' })
  assert.equal(status, 0)
  assert.equal(stdout, `${version}\n`)
})

test('A program imports the package by its name', () => {
  const program = `
    import { createStator } from 'stator'
    const stator = await createStator({ inMemory: true })
    const { status, body } = await stator.handle({ target: 'Nothing', headers: {}, body: '{}' })
    await stator.close()
    console.log(status, body)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder, encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(stdout, '400 {"__type":"com.amazon.coral.service#UnknownOperationException"}\n')
})

const oldNode = findOldNode()

test('A Node.js that is too old gets one clear sentence', {
  skip: skipFor(oldNode === undefined ? 'no Node.js below 24 here' : undefined),
}, async () => {
  assert(oldNode !== undefined)
  const ended = await new StatorProcess(['--in-memory'], { executable: oldNode.path, script: bin() }).ended
  assert.deepEqual(ended, {
    code: 1,
    signal: null,
    out: '',
    err: `Stator needs Node.js 24 or newer; ${oldNode.path} is Node.js ${oldNode.version}.\n`,
  })
})

/** The first Node.js below 24 on this machine's path or in its usual places. */
function findOldNode(): { readonly path: string; readonly version: string } | undefined {
  const folders = ['/usr/local/bin', '/usr/bin', ...(process.env.PATH ?? '').split(delimiter)]
  for (const candidate of folders.map((each) => join(each, 'node'))) {
    if (!existsSync(candidate) || !statSync(candidate).isFile()) continue
    const program = 'process.stdout.write(JSON.stringify({ path: process.execPath, version: process.versions.node }))'
    const { stdout } = spawnSync(candidate, ['--eval', program], { encoding: 'utf8' })
    const found = JSON.parse(stdout || '{"version":"99"}') as { path: string; version: string }
    if (Number(found.version.split('.')[0]) < 24) return found
  }
  return undefined
}
