/** `npm run simulate` as it is typed, and what it makes of a run that fails. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { UsageError } from '../../../src/cli/read-arguments.ts'
import { StatorProcess } from '../../cli/stator-process.ts'
import { lostTurns } from '../broken-stores.ts'
import { RunFailed, simulate } from '../simulate.ts'
import { commandLine, readSimulateOptions } from './options.ts'
import { findSmallestPrefix } from './smallest-prefix.ts'
import { tellFailure } from './tell-failure.ts'

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'simulate.ts')

function typed(...words: readonly string[]): StatorProcess {
  return new StatorProcess(words, { script })
}

test('simulate runs so many requests of each seed, says how far it is, and ends with 0', async () => {
  const { code, out, err } = await typed('--seed', '3-4', '--nodes', '2', '--ops', '150').ended
  assert.deepEqual([code, out], [0, ''])
  assert.match(err, /^seed 3, 2 nodes: \d+ of 150 requests, looked at 1 times/)
  assert.match(err, /\nall is well \(2 seeds, [\d,]+ requests, [\d.]+ s\)\n$/)
})

test('simulate ends with 2 and a sentence when it is typed wrong', async () => {
  for (const [words, told] of [
    [['--ops', '0'], /^--ops must be a whole number from 1 to/],
    [['--seed', '9-3'], /^--seed must be a whole number up to 4294967295, or two/],
    [['--storage', 'disk'], /^--storage must be memory or postgres, not 'disk'\.$/],
    [['--trace', '('], /^--trace must be a regular expression, not '\('\.$/],
    [['--storage', 'postgres', '--trace', 'x'], /^--trace goes with --storage memory\.$/],
    [['now'], /^now is not an option of npm run simulate --/],
  ] as const) {
    assert.throws(
      () => readSimulateOptions(words),
      (error: unknown) => error instanceof UsageError && told.test(error.message),
    )
  }
  const { code, err } = await typed('--ops', '0').ended
  assert.equal(code, 2)
  assert.match(err, /^--ops must be/)
})

test('simulate that is asked for help ends with 0 and tells all options', async () => {
  const { code, out } = await typed('--help').ended
  assert.equal(code, 0)
  for (const name of ['nodes', 'seed', 'ops', 'time', 'storage', 'faults', 'trace']) assert.match(out, new RegExp(`--${name} `))
})

test('simulate that is interrupted ends with 130', async () => {
  const { child, ended } = typed('--nodes', '2', '--ops', '1000000000')
  await new Promise((begun) => child.stderr?.once('data', begun))
  child.kill('SIGINT')
  const { code, err } = await ended
  assert.equal(code, 130)
  assert.match(err, /\ninterrupted \(1 seed/)
})

test('simulate that has had its time begins nothing more and ends with 0', async () => {
  const { code, err } = await typed('--seed', '1-1000000', '--nodes', '2', '--ops', '1000000000', '--time', '1ms').ended
  assert.equal(code, 0, err)
  assert.match(err, /all is well \(1 seed/)
})

test('of a run that fails few requests are found that fail as well, and the line that runs them', async () => {
  const run = { seed: 2, nodes: 2, spoil: lostTurns }
  const failureOf = async (operations: number): Promise<RunFailed | undefined> => {
    const error = await simulate({ ...run, operations }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return error instanceof RunFailed ? error : undefined
  }
  const error = await failureOf(10_000)
  assert.ok(error !== undefined)
  const failed = error.progress.operations
  let replays = 0
  const prefix = await findSmallestPrefix({ checked: 0, failed, isTimeOver: () => replays >= 4 }, (operations) => {
    replays += 1
    return failureOf(operations)
  })
  assert.ok(prefix !== undefined && prefix.operations <= failed)
  assert.equal((await failureOf(prefix.operations))?.message, prefix.error.message)
  const options = readSimulateOptions(['--nodes', '2'])
  assert.ok(options !== undefined)
  const text = tellFailure(options, 2, { error, prefix })
  assert.ok(text.startsWith(prefix.error.message))
  assert.ok(text.endsWith(`To see it again:\n  npm run simulate -- --nodes 2 --seed 2 --ops ${prefix.operations}\n`))
})

test('a run that does not fail again says so, and one on PostgreSQL that its moments are not drawn', async () => {
  const nothing = await findSmallestPrefix({ checked: 0, failed: 9, isTimeOver: () => false }, async () => undefined)
  assert.equal(nothing, undefined)
  const [inMemory, onPostgres] = ['memory', 'postgres'].map((kind) => readSimulateOptions(['--storage', kind, '--faults', 'off']))
  assert.ok(inMemory !== undefined && onPostgres !== undefined)
  const error = new RunFailed('it failed', { nodes: 3, windows: 0, operations: 9, turns: 99 }, undefined)
  assert.match(tellFailure(inMemory, 7, { error, prefix: nothing }), /^it failed\n\nIt did not fail again with the same 9 requests/)
  const line = 'npm run simulate -- --storage postgres --seed 7 --ops 9 --faults off'
  assert.equal(commandLine(onPostgres, 7, 9), line)
  assert.match(tellFailure(onPostgres, 7, { error, prefix: nothing }), /^it failed\n\nSeed 7: it failed within 9 requests/)
})
