/** Several servers on one PostgreSQL under fire (besiege.ts); `npm run simulate -- --storage postgres` makes it longer. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { skipWithoutPostgres } from '../../harness/postgres.ts'
import { besiege } from './besiege.ts'

describe('three servers on one PostgreSQL', { skip: skipWithoutPostgres }, () => {
  test('agree with the models while they are killed, frozen and cut off, and COMMITs are lost', { timeout: 300_000 }, async (t) => {
    const { windows, operations } = await besiege({ seed: 1, operations: 700 })
    t.diagnostic(`${operations} requests in ${windows} windows`)
    assert.equal(windows, 2)
  })
})
