/** One test file in a process of its own, as it is, measured, or against a mutant. It is ended at its first failure and at its time limit. */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Mutant } from './find-mutants.ts'

/** A file in which no test runs has failed. */
export type TestOutcome = 'passed' | 'failed' | 'timed out'

export interface TestRun {
  readonly outcome: TestOutcome
  readonly ms: number
  /** The end of what it printed. */
  readonly output: string
}

const root = join(import.meta.dirname, '..', '..')
const outputMax = 20_000
/** The process groups of tests that are running. They end with this process, however a mutant makes them loop. */
const running = new Set<number>()
process.on('exit', () => running.forEach(killGroup))

export interface TestOptions {
  /** The path of a test file, relative to the root of the repository, or `path#name`: those of its tests that are described by that name. */
  readonly test: string
  readonly timeLimitMs: number
  readonly mutant?: Mutant
  /** Where V8 is to write which code has run. */
  readonly coverageFolder?: string
}

export function runTest({ test, timeLimitMs, mutant, coverageFolder }: TestOptions): Promise<TestRun> {
  const startedMs = performance.now()
  const seed = pathToFileURL(join(root, 'test', 'harness', 'fixed-seed.ts')).href
  const hook = pathToFileURL(join(import.meta.dirname, 'mutated-module.ts')).href
  const [path = '', name] = test.split('#')
  const only = name === undefined ? [] : [`--test-name-pattern=/^${name.replaceAll('.', '\\.')} /`]
  const child = spawn(process.execPath, ['--import', seed, '--test-reporter=tap', ...only, join(root, path)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what the test started ends with it.
    detached: true,
    env: {
      ...process.env,
      // Inside of a test it would report to that.
      NODE_TEST_CONTEXT: undefined,
      ...(coverageFolder !== undefined && { NODE_V8_COVERAGE: coverageFolder }),
      ...(mutant !== undefined && {
        // The other modules need not be compiled again for every mutant. Coverage is exact only without.
        NODE_COMPILE_CACHE: join(tmpdir(), 'stator-mutants-compiled'),
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${hook}`,
        STATOR_MUTANT: JSON.stringify({ url: pathToFileURL(join(root, mutant.path)).href, change: mutant }),
      }),
    },
  })
  const { pid } = child
  if (pid !== undefined) running.add(pid)
  return new Promise((resolve, reject) => {
    let output = ''
    let ended: TestOutcome | undefined
    const end = (outcome: TestOutcome): void => {
      if (ended !== undefined) return
      ended = outcome
      if (pid !== undefined) killGroup(pid)
    }
    const timer = setTimeout(() => end('timed out'), timeLimitMs)
    const listen = (chunk: string): void => {
      output = (output + chunk).slice(-outputMax)
      if (/^\s*not ok /m.test(output)) end('failed')
    }
    child.stdout.setEncoding('utf8').on('data', listen)
    child.stderr.setEncoding('utf8').on('data', listen)
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (pid !== undefined) {
        killGroup(pid)
        running.delete(pid)
      }
      const isPassed = code === 0 && !/^# tests 0$/m.test(output)
      resolve({ outcome: ended ?? (isPassed ? 'passed' : 'failed'), ms: Math.round(performance.now() - startedMs), output })
    })
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
