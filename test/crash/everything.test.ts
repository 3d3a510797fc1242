/** Twenty rounds of what `npm run crash` does for as long as it is told to. */
import assert from 'node:assert/strict'
import { crashRounds } from './everything/crash-rounds.ts'
import { crashTest } from './killed-server.ts'

const rounds = 20
const seed = 20261130

crashTest(
  `a server that is killed under everything at once, also while it starts, keeps all that it answered (seed ${seed})`,
  async (t, folder) => {
    assert.ok((await crashRounds({ folder, rounds, seed, hook: t })) >= rounds)
  },
)
