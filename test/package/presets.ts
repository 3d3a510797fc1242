/**
 * The presets as projects use them (`projects/`): the runners are installed, the package is as npm ships it. Each project has tests that pass, in a
 * file of its own one that fails, and shows then what it asked.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { skipFor } from '../harness/skip.ts'

const root = join(import.meta.dirname, '..', '..')
const tools = join(import.meta.dirname, 'tools', 'node_modules')

interface Runner {
  readonly project: string
  /** What runs, relative to the project. */
  readonly words: (files: readonly string[]) => readonly string[]
  readonly passing: readonly string[]
  readonly failing: string
  /** What it says of those that passed. */
  readonly says: RegExp
  /** One that takes its time runs on the Node.js of this repository alone. */
  readonly isSlow?: boolean
}

const installed = (...path: readonly string[]): string => join('..', 'node_modules', ...path)

const runners: readonly Runner[] = [
  {
    project: 'vitest',
    words: (files) => [installed('vitest', 'vitest.mjs'), 'run', ...files],
    passing: ['music.spec.ts', 'concurrent.spec.ts'],
    failing: 'failing.spec.ts',
    says: /Tests\s+23 passed \(23\)/,
  },
  {
    project: 'jest',
    words: (files) => [installed('jest', 'bin', 'jest.js'), ...files],
    passing: ['music.spec.js', 'second.spec.js'],
    failing: 'failing.spec.js',
    says: /Tests:\s+11 passed, 11 total/,
  },
  {
    project: 'node-test',
    words: (files) => ['--test', ...files],
    passing: ['music.spec.js'],
    failing: 'failing.spec.js',
    says: /pass 12\n/,
  },
  {
    project: 'playwright',
    words: (files) => [installed('@playwright', 'test', 'cli.js'), 'test', ...files],
    passing: ['music.spec.js'],
    failing: 'failing.spec.js',
    says: /5 passed/,
    isSlow: true,
  },
]

/** Registers the tests. `packageFolder`: where the package was installed, once tests run. `nodes`: those that they run on. */
export function testPresets(packageFolder: () => string, nodes: readonly { readonly name: string; readonly executable: string }[]): void {
  for (const { project, words, passing, failing, says, isSlow } of runners) {
    for (const { name, executable } of isSlow ? nodes.slice(0, 1) : nodes) {
      const isThere = existsSync(join(tools, 'vitest')) && existsSync(executable)
      const skip = skipFor(
        isThere ? undefined : `${project} or ${name} is not installed (npm ci --ignore-scripts --prefix test/package/tools)`,
      )
      test(`Tests of ${project} find what its configuration says, on ${name}`, { skip }, () => {
        const folder = projectIn(packageFolder(), project)
        const run = (files: readonly string[]): Ran => runBy(executable, folder, words(files))
        const good = run(passing)
        assert.equal(good.status, 0, good.said)
        assert.match(good.said, says)
        const bad = run([failing])
        assert.equal(bad.status, 1, bad.said)
        assert.match(bad.said, /Requests of this test to Stator:\n.* PutItem Music.*, 1 WCU/)
        assert.equal(bad.said.match(/PutItem Music/g)?.length, 1)
      })
    }
  }
}

/** Registers the tests of a Node.js that is too old. */
export function testPresetsOnOldNode(packageFolder: () => string, old: OldNode | undefined): void {
  for (const { project, words, passing } of runners) {
    const isThere = existsSync(join(tools, 'vitest')) && old !== undefined
    const skip = skipFor(isThere ? undefined : `${project} is not installed, or there is no Node.js below 22 here`)
    test(`Tests of ${project} end with one sentence on a Node.js that is too old`, { skip }, () => {
      assert.ok(old !== undefined)
      const { status, said } = runBy(old.path, projectIn(packageFolder(), project), words(passing.slice(0, 1)))
      assert.equal(status, 1, said)
      const sentence = `Stator needs Node.js 22.16 or newer, and ${old.path} is ${old.version}. With a newer one for this once: npx -y `
      assert.ok(said.includes(sentence), said)
      assert.doesNotMatch(said, /No such built-in module|does not provide an export|\bat .*stator/)
    })
  }
}

export interface OldNode {
  readonly path: string
  readonly version: string
}

interface Ran {
  readonly status: number | null
  readonly said: string
}

function runBy(executable: string, folder: string, words: readonly string[]): Ran {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', CI: '1' }
  // A run of its own, not a part of this one.
  const { NODE_TEST_CONTEXT: _, ...own } = env as NodeJS.ProcessEnv
  const { status, stdout, stderr } = spawnSync(executable, words, { cwd: folder, env: own, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

/** The projects beside what they have installed. Idempotent. */
function projectIn(packageFolder: string, project: string): string {
  const folder = join(packageFolder, 'projects')
  if (!existsSync(folder)) {
    const modules = join(folder, 'node_modules')
    mkdirSync(modules, { recursive: true })
    cpSync(join(packageFolder, 'node_modules', 'stator'), join(modules, 'stator'), { recursive: true })
    for (const name of ['@aws-sdk', '@smithy']) symlinkSync(join(root, 'node_modules', name), join(modules, name))
    for (const name of ['vitest', 'jest', '@jest', '@playwright', 'playwright']) symlinkSync(join(tools, name), join(modules, name))
    cpSync(join(import.meta.dirname, 'projects'), folder, { recursive: true })
  }
  return join(folder, project)
}
