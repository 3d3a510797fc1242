/**
 * What people use with DynamoDB Local and dynalite, unchanged, against Stator (docs/ecosystem.md): a small real program for each library in
 * `programs/`, a project for each test environment in `projects/`. The libraries are installed in `tools/`, each in one version.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { type RunningStator, start } from '../../src/index.ts'
import { buildPackage } from '../harness/build-package.ts'
import { skipFor } from '../harness/skip.ts'

const tools = join(import.meta.dirname, 'tools', 'node_modules')
const isInstalled = existsSync(join(tools, 'electrodb'))
const skip = skipFor(isInstalled ? undefined : 'nothing of it is installed (npm ci --ignore-scripts --prefix test/ecosystem/tools)')

/** Most take two seconds. */
const programMsMax = 60_000

/** Where Stator is the `java` that starts DynamoDB Local, and Node as these tests run on it. */
const java = [join(tools, 'stator', 'dist', 'compat'), dirname(process.execPath)].join(delimiter)

let folder = ''
let stator: RunningStator | undefined

before(async () => {
  if (!isInstalled) return
  folder = mkdtempSync(join(tmpdir(), 'stator-ecosystem-'))
  symlinkSync(tools, join(folder, 'node_modules'))
  for (const each of ['programs', 'projects']) cpSync(join(import.meta.dirname, each), join(folder, each), { recursive: true })
  // The package beside them, as if it had been installed.
  buildPackage(join(tools, 'stator'))
  stator = await start({ port: 0, inMemory: true })
})

after(async () => {
  await stator?.close()
  if (folder !== '') rmSync(folder, { recursive: true, force: true })
})

interface RunOptions {
  readonly cwd: string
  readonly env?: { readonly [name: string]: string }
}

/** What it says, once it has ended well. `cwd`: relative to the folder of this run. */
async function ran(words: readonly string[], { cwd, env = {} }: RunOptions): Promise<string> {
  assert(stator !== undefined)
  // A run of its own, not a part of this one.
  const { NODE_TEST_CONTEXT: _, ...own } = process.env
  const environment = {
    ...own,
    ...stator.env,
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
    NO_COLOR: '1',
    CI: '1',
    PATH: `${java}${delimiter}${process.env.PATH ?? ''}`,
    ...env,
  }
  const child = spawn(process.execPath, words, { cwd: join(folder, cwd), env: environment, timeout: programMsMax, killSignal: 'SIGKILL' })
  let said = ''
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const [code] = await once(child, 'close')
  assert.equal(code, 0, said)
  return said
}

const programs = readdirSync(join(import.meta.dirname, 'programs')).filter((name) => !name.startsWith('made-'))

for (const program of programs) {
  test(`${program.replace(/\.[cm]js$/, '')} finds in Stator what it finds in DynamoDB`, { skip }, async () => {
    await stator?.control.reset({})
    assert.match(await ran([program], { cwd: 'programs' }), /^ok$/m)
  })
}

/** Of those that are free. Servers of the tests take it and those behind it. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
  })
  await new Promise((resolve) => server.close(resolve))
  return port
}

const registered = { NODE_OPTIONS: '--require stator/dynalite/register' }

for (const [name, runner, words, options] of [
  ['jest-dynamodb', ['jest', 'bin', 'jest.js'], [], {}],
  ['jest-dynalite', ['jest', 'bin', 'jest.js'], [], registered],
  ['vitest-dynamodb-lite', ['vitest', 'vitest.mjs'], ['run'], registered],
] as const) {
  test(`${name} has Stator in the place of what it was made for`, { skip }, async () => {
    const env = { ...options, BASE_PORT: String(await freePort()) }
    const said = await ran([join(folder, 'node_modules', ...runner), ...words], { cwd: join('projects', name), env })
    assert.match(said, /Tests:? +2 passed/)
  })
}
