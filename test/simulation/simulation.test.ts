/**
 * Several nodes over one store are one database: random histories of everything that a database does, sent to one, two and three nodes,
 * with clocks, delays, faults and order from a seed (simulate.ts says what takes part, agree*.ts what must hold in the end). What fails
 * names its seed, which replays it.
 *
 *   SIMULATION_SEEDS=7,19        these seeds, instead of the first few
 *   SIMULATION_SEEDS=1-500       all of these
 *   SIMULATION_ROUNDS=40         longer histories (default 12)
 *   SIMULATION_TRACE=Table-1     prints all that is asked and answered and matches this expression
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leakingAttempts, lostTurns, movingViews, staleReads, withoutGuards } from './broken-stores.ts'
import { simulate } from './simulate.ts'

const defaultSeeds = '1-40'
const seeds = (process.env.SIMULATION_SEEDS ?? defaultSeeds).split(',').flatMap((range) => {
  const [first = 0, last = first] = range.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
})
const rounds = Number(process.env.SIMULATION_ROUNDS ?? 12)
const traced = process.env.SIMULATION_TRACE === undefined ? undefined : new RegExp(process.env.SIMULATION_TRACE)

for (const seed of seeds) {
  test(`nodes over one store are one database, seed ${seed}`, async (t) => {
    const tell = (line: string): void => {
      if (traced?.test(line)) console.log(line)
    }
    const { nodes, turns } = await simulate({ seed, rounds, ...(traced !== undefined && { tell }) })
    t.diagnostic(`${nodes} nodes, ${turns} turns`)
  })
}

test('where nothing fails every request is measured, once', async () => {
  for (let seed = 1; seed <= 6; seed += 1) await simulate({ seed, rounds: 4, hasFaults: false })
})

test('a seed replays a run, turn by turn', async () => {
  const run = await simulate({ seed: 3, rounds: 4 })
  assert.deepEqual(await simulate({ seed: 3, rounds: 4 }), run)
  assert.notEqual((await simulate({ seed: 5, rounds: 4 })).digest, run.digest)
})

/** Each shows within a few seeds; which ones is left to chance. */
const seedsMax = 12
for (const spoil of [withoutGuards, leakingAttempts, staleReads, movingViews, lostTurns]) {
  test(`a store with a fault is found out: ${spoil.name}`, async (t) => {
    for (let seed = 1; seed <= seedsMax; seed += 1) {
      const fault = await simulate({ seed, nodes: 2, rounds, spoil }).then(
        () => undefined,
        (error: unknown) => String(error),
      )
      if (fault === undefined) continue
      t.diagnostic(fault.split('\n', 1)[0] ?? '')
      return
    }
    assert.fail(`${spoil.name} is not found in ${seedsMax} seeds`)
  })
}
