/** Whether the tests notice a mutant. */
import { basename, dirname } from 'node:path'
import { type CoverageRecord, lengthRun, runsAt } from './coverage-map.ts'
import { equivalents } from './equivalents.ts'
import type { Mutant } from './find-mutants.ts'
import { runTest } from './run-test.ts'

export interface Verdict {
  readonly mutant: Mutant
  /** `timed out` is noticed, too; `uncovered` is not: no test runs that code. `unclear`: the machine was too busy to say that it was the mutant. */
  readonly outcome: 'caught' | 'timed out' | 'survived' | 'uncovered' | 'equivalent' | 'unclear'
  /** The test that noticed it, or why it makes no difference. */
  readonly by?: string
  /** How many test files were run. */
  readonly tests: number
  readonly ms: number
}

/**
 * A test under a mutant may take so many times what it took alone, and at least so long: other work on the machine slows it as well. What
 * ran out of that time says something about the mutant when right afterwards the same test without it needs at most that part of the time.
 */
const patience = { times: 10, leastMs: 60_000, partUnchanged: 0.25 }

/** Runs the tests that cover it, the likeliest first, until one fails. */
export async function tryMutant(mutant: Mutant, records: readonly CoverageRecord[], testsMax: number): Promise<Verdict> {
  const known = equivalents.find(({ path, before, after }) => path === mutant.path && before === mutant.before && after === mutant.after)
  if (known !== undefined) return { mutant, outcome: 'equivalent', by: known.why, tests: 0, ms: 0 }
  const covering = records.filter((record) => record.passed && runsAt(record, mutant.path, mutant.start) > 0)
  if (covering.length === 0) return { mutant, outcome: 'uncovered', tests: 0, ms: 0 }
  let tests = 0
  let ms = 0
  for (const { test, ms: aloneMs } of inOrder(covering, mutant).slice(0, testsMax)) {
    const timeLimitMs = Math.max(patience.leastMs, aloneMs * patience.times)
    const run = await runTest({ test, mutant, timeLimitMs })
    tests += 1
    ms += run.ms
    if (run.outcome === 'failed') return { mutant, outcome: 'caught', by: test, tests, ms }
    if (run.outcome === 'timed out') {
      const unchanged = await runTest({ test, timeLimitMs: timeLimitMs * patience.partUnchanged })
      return { mutant, outcome: unchanged.outcome === 'passed' ? 'timed out' : 'unclear', by: test, tests, ms: ms + unchanged.ms }
    }
  }
  return { mutant, outcome: 'survived', tests, ms }
}

/**
 * The test beside the file, then those of its folder, then the others; of equals the one that runs the code most often for its time, and
 * most of the file: what stands outside of functions runs in every test that loads it.
 */
function inOrder(records: readonly CoverageRecord[], { path, start }: Mutant): CoverageRecord[] {
  const nearness = ({ test }: CoverageRecord): number => {
    if (dirname(test) !== dirname(path)) return 2
    return basename(test) === basename(path).replace(/\.ts$/, '.test.ts') ? 0 : 1
  }
  const price = (record: CoverageRecord): number => record.ms / Math.log2(1 + runsAt(record, path, start)) / lengthRun(record, path)
  return [...records].sort((one, other) => nearness(one) - nearness(other) || price(one) - price(other))
}
