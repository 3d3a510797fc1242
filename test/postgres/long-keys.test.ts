/** Keys that are too long for an index: entries in any range, direction and chunk come in the order of whole keys. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compareBytes } from '../../src/base/bytes.ts'
import { wholeKeyBytesMax } from '../../src/storage/limits.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import type { Chunk, Entry, KeyBytes, KeyRange, ScanBudget } from '../../src/storage/store.ts'
import { scanBothWays } from '../contract/laws.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'

/** Some are cut at the same place, some end right there, and some begin with nothing but the largest byte. */
const keys: fc.Arbitrary<KeyBytes> = fc
  .record({
    first: fc.constantFrom(1, 2, 255),
    length: fc.constantFrom(1, 2, wholeKeyBytesMax - 1, wholeKeyBytesMax, wholeKeyBytesMax + 1),
    end: fc.array(fc.constantFrom(0, 1, 255), { maxLength: 2 }),
  })
  .map(({ first, length, end }) => Buffer.concat([Buffer.alloc(length, first), Buffer.from(end)]) as Uint8Array as KeyBytes)

function modelOf(entries: readonly Entry[], { start, end, reverse }: KeyRange, budget: ScanBudget): Chunk {
  const inRange = entries.filter(({ key }) => compareBytes(key, start) >= 0 && compareBytes(key, end) < 0)
  if (reverse) inRange.reverse()
  const count = Math.max(1, budget.entries)
  return { entries: inRange.slice(0, count), exhausted: inRange.length <= count }
}

function plain({ entries, exhausted }: Chunk): unknown {
  return { exhausted, entries: entries.map(({ key, value }) => [Buffer.from(key).toString('hex'), value]) }
}

describe('long keys on a PostgreSQL', { skip: skipWithoutPostgres }, () => {
  test('are scanned in order, whatever range is asked for', async () => {
    const store = await openPostgresStore({ url: await (await sharedPostgres()).newUrl() })
    const distinct = fc.uniqueArray(keys, { maxLength: 40, selector: (key) => Buffer.from(key).toString('hex') })
    const ranges = fc.array(fc.record({ start: keys, end: keys, reverse: fc.boolean(), entries: fc.constantFrom(0, 1, 2, 7, 100) }), {
      minLength: 5,
      maxLength: 5,
    })
    let before: readonly KeyBytes[] = []
    await fc.assert(
      fc.asyncProperty(distinct, ranges, async (chosen, asked) => {
        await store.write([], (turn) => {
          for (const key of before) turn.delete(key)
          for (const [at, key] of chosen.entries()) turn.put(key, `value ${at}`)
        })
        before = chosen
        const entries = chosen.map((key, at) => ({ key, value: `value ${at}` })).sort((a, b) => compareBytes(a.key, b.key))
        await store.view(async (view) => {
          for (const { entries: most, ...range } of asked) {
            const budget = { entries: most, bytes: Number.POSITIVE_INFINITY }
            assert.deepEqual(plain(await scanBothWays(view, range, budget)), plain(modelOf(entries, range, budget)))
          }
        })
      }),
      { numRuns: 60, seed: 20261129 },
    )
    await store.close()
  })
})
