/**
 * What examples/ has, as its pages say to use it: against the package as it is built, started by its own command, found by the environment. Each page's commands are
 * those that are run here, and what comes is what stands under them.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { StatorProcess } from '../cli/stator-process.ts'
import { findAwsCli, findPythonWithBoto3, skipWithout } from '../clients/installed-clients.ts'
import { blocksOf, commandsOf, readDocument } from '../clients/typed-document.ts'
import { buildPackage } from '../harness/build-package.ts'
import { askControl } from '../harness/control-endpoint.ts'

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)
const examples = ['leaderboard', 'shop', 'stream-consumer', 'test-suite']
const aws = findAwsCli()
const python = findPythonWithBoto3()

let folder = ''

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'stator-examples-'))
  const isSource = (path: string): boolean => !path.split(/[\\/]/).includes('node_modules')
  cpSync(join(root, 'examples'), folder, { recursive: true, filter: isSource })
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@types'), { recursive: true })
  for (const name of ['@aws-sdk', '@types/node']) symlinkSync(join(root, 'node_modules', name), join(modules, name))
  buildPackage(join(modules, 'stator'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

const page = (example: string): string => readDocument(`examples/${example}/README.md`)
/** What stands in blocks without a language: what is printed. */
const printedOn = (example: string): readonly string[] => blocksOf(page(example), '')

interface Served {
  readonly cwd: string
  readonly endpoint: string
  readonly env: NodeJS.ProcessEnv
}

/** Starts the server of an example, with its tables, and ends it with the test. */
async function serve(example: string, t: { after(done: () => Promise<void>): void }): Promise<Served> {
  const cwd = join(folder, example)
  const script = join(folder, 'node_modules', 'stator', 'dist', 'stator.js')
  const server = new StatorProcess(['--in-memory', '--tables', '.', '--port', '0'], { script, folder: cwd })
  t.after(async () => {
    server.child.kill('SIGINT')
    assert.equal((await server.ended).code, 0)
  })
  const endpoint = await server.endpoint()
  const { stdout } = await run(process.execPath, [script, 'env', '--endpoint', endpoint], { env: { PATH: process.env.PATH } })
  const variables = [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const)
  assert.ok(variables.length >= 6)
  const path = [...[process.execPath, aws, python].flatMap((file) => (file?.startsWith('/') ? [dirname(file)] : [])), process.env.PATH]
  const env = { HOME: '/nonexistent', PATH: path.join(delimiter), LANG: 'C.UTF-8', AWS_PAGER: '', ...Object.fromEntries(variables) }
  return { cwd, endpoint, env }
}

/** What a command of a page prints. */
async function printed(command: string, { cwd, env }: Served): Promise<string> {
  const [file = '', ...words] = command.split(' ')
  return (await run(file, words, { cwd, env, timeout: 60_000 })).stdout
}

test('every example has a page, which examples/README.md names', () => {
  assert.deepEqual(globSync('*/README.md', { cwd: join(root, 'examples') }).sort(), examples.map((name) => `${name}/README.md`).sort())
  for (const name of examples) assert.match(readDocument('examples/README.md'), new RegExp(`\\(${name}/README\\.md\\)`))
})

test('the types of all examples are right', () => {
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], { stdio: 'pipe' })
})

const prepared = ['npm install', 'node_modules/.bin/stator --in-memory --tables . &', 'eval "$(npx stator env)"']

test('examples/shop asks and places orders', async (t) => {
  assert.deepEqual(
    commandsOf(page('shop')).map(({ text }) => text),
    [...prepared, 'node questions.ts', 'node checkout.ts'],
  )
  const served = await serve('shop', t)
  const [answers, placed] = printedOn('shop')
  assert.equal(await printed('node questions.ts', served), answers)
  assert.equal(await printed('node checkout.ts', served), placed)
})

test('examples/shop asks the same in Python', { skip: skipWithout(python, 'boto3') }, async (t) => {
  assert.equal(await printed(`${python} questions.py`, await serve('shop', t)), printedOn('shop')[0])
})

test('examples/shop asks the same in the shell', { skip: skipWithout(aws, 'AWS CLI') }, async (t) => {
  assert.equal(await printed('./questions.sh', await serve('shop', t)), printedOn('shop')[0])
})

test('examples/leaderboard finds the best', async (t) => {
  assert.deepEqual(
    commandsOf(page('leaderboard')).map(({ text }) => text),
    [...prepared, 'node play.ts'],
  )
  assert.equal(await printed('node play.ts', await serve('leaderboard', t)), printedOn('leaderboard')[0])
})

/** Resolves when a process prints this line. */
function says(child: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
      if (said.split('\n').includes(line)) resolve()
    })
    child.once('exit', (code, signal) => reject(new Error(`it ended (${code ?? signal}) and said ${said}`)))
  })
}

test('examples/stream-consumer counts each change once, also when it is killed and when shards end', { timeout: 120_000 }, async (t) => {
  assert.deepEqual(
    commandsOf(page('stream-consumer')).map(({ text }) => text),
    [...prepared, 'node consumer.ts &', 'node work.ts 100'],
  )
  const served = await serve('stream-consumer', t)
  const consume = (): ChildProcess => {
    const child = spawn(process.execPath, ['consumer.ts'], { cwd: served.cwd, env: served.env, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    return child
  }
  const first = consume()
  const firstSaid = says(first, '40 done, 50 open')
  assert.equal(await printed('node work.ts 100', served), printedOn('stream-consumer')[0])
  await firstSaid
  // Killed while it has something to do.
  const working = printed('node work.ts 50 second', served)
  if (first.stdout !== null) await once(first.stdout, 'data')
  first.kill('SIGKILL')
  await askControl(served.endpoint, 'POST', 'tables/Tickets/stream/rotate', {})
  assert.equal(await working, '60 done, 75 open\n')
  const second = consume()
  await says(second, '60 done, 75 open')
  const ended = once(second, 'exit')
  second.kill('SIGTERM')
  assert.equal((await ended)[0], 0)
})

test('examples/test-suite passes', async () => {
  assert.deepEqual(
    commandsOf(page('test-suite')).map(({ text }) => text),
    ['npm install', 'npm test'],
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await run(process.execPath, ['--test'], { cwd: join(folder, 'test-suite'), env })
  assert.match(stdout, /^. pass 9$/m)
  assert.match(stdout, /^. fail 0$/m)
})
