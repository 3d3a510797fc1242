import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rankBy, scoreOf } from './distance.ts'
import { Nearest } from './nearest.ts'
import { VectorRows } from './vector-rows.ts'

const functions = ['COSINE', 'EUCLIDEAN', 'DOT_PRODUCT'] as const
/** Small integers: every sum of products is exact, so ranks can be compared for equality. */
const component = fc.integer({ min: -4, max: 4 })

/** As the definitions say it. */
function scoreByDefinition(distance: (typeof functions)[number], a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0)
  if (distance === 'DOT_PRODUCT') return product(a, b)
  if (distance === 'EUCLIDEAN') return Math.hypot(...a.map((value, at) => value - (b[at] ?? 0)))
  const lengths = Math.sqrt(product(a, a)) * Math.sqrt(product(b, b))
  return lengths === 0 ? 1 : 1 - product(a, b) / lengths
}

test('scores are what the definitions of the distance functions say, for any length of vectors', () => {
  const pairs = fc.integer({ min: 1, max: 13 }).chain((length) => {
    const vector = fc.array(component, { minLength: length, maxLength: length })
    return fc.tuple(vector, vector)
  })
  fc.assert(
    fc.property(fc.constantFrom(...functions), pairs, (distance, [a, b]) => {
      const rows = rowsOf([['k', a]])
      const nearest = search(rows, { distance, sought: b, countMax: 1 })
      const score = scoreOf(distance, nearest[0]?.rank ?? Number.NaN)
      assert.ok(Math.abs(score - scoreByDefinition(distance, a, b)) < 1e-12, `${score} for ${a} and ${b}`)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('the distance of a vector to itself is exactly 0, whatever its length; that of the zero vector has no angle', () => {
  const rankOf = (vector: Float32Array, distance: 'COSINE' | 'EUCLIDEAN'): number | undefined =>
    search(rowsOf([['k', [...vector]]]), { distance, sought: [...vector], countMax: 1 })[0]?.rank
  fc.assert(
    fc.property(fc.float32Array({ minLength: 1, maxLength: 9, noNaN: true, noDefaultInfinity: true }), (vector) => {
      fc.pre(vector.some((float) => float !== 0))
      assert.equal(rankOf(vector, 'EUCLIDEAN'), 0)
      assert.equal(rankOf(vector, 'COSINE'), 0)
    }),
    { seed: 1 },
  )
  for (const length of [1, 4, 5]) {
    assert.equal(rankOf(new Float32Array(length), 'EUCLIDEAN'), 0)
    assert.equal(rankOf(new Float32Array(length), 'COSINE'), 1)
  }
  const [best] = search(rowsOf([['k', [0.1, 0.7, -3.3, 12]]]), { distance: 'COSINE', sought: [0.1, 0.7, -3.3, 12], countMax: 1 })
  assert.equal(best?.rank, 0)
})

test('rows are said to take at least the memory of their floats and the squares of their lengths', () => {
  for (const dimensions of [1, 2, 3, 1000]) {
    const rows = new VectorRows(dimensions)
    assert.equal(rows.sizeBytes, 0)
    for (let count = 1; count <= 100; count += 1) {
      rows.put({ key: String(count), vector: new Uint8Array(dimensions * 4), tags: [] })
      assert.ok(rows.sizeBytes >= count * (dimensions * 4 + 8), `${count} rows of ${dimensions}`)
    }
  }
})

type Step =
  | { readonly kind: 'put'; readonly key: string; readonly vector: readonly number[]; readonly tag: string | undefined }
  | { readonly kind: 'delete'; readonly key: string }
const key = fc.constantFrom(...'abcdefghijklmnop')
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    key,
    vector: fc.tuple(component, component, component),
    tag: fc.constantFrom('x', 'y', undefined),
  }),
  fc.record({ kind: fc.constant('delete' as const), key }),
)

test('after any puts and deletes the rows find what a sorted list finds', () => {
  fc.assert(
    fc.property(
      fc.array(steps, { maxLength: 60 }),
      fc.constantFrom(...functions),
      fc.tuple(component, component, component),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom('x', undefined),
      (history, distance, sought, countMax, tag) => {
        // Four rows to a block, so that rows move between blocks, too.
        const rows = new VectorRows(4096)
        const model = new Map<string, Extract<Step, { kind: 'put' }>>()
        for (const step of history) {
          if (step.kind === 'delete') {
            rows.delete(step.key)
            model.delete(step.key)
          } else {
            rows.put({ key: step.key, vector: bytesOf(padded(step.vector)), tags: [step.tag] })
            model.set(step.key, step)
          }
        }
        assert.equal(rows.count, model.size)
        const found = search(rows, { distance, sought: padded(sought), countMax, filters: tag === undefined ? [] : [{ at: 0, tag }] })
        const expected = [...model.values()]
          .filter((row) => tag === undefined || row.tag === tag)
          .map((row) => ({ key: row.key, rank: search(rowsOf([[row.key, row.vector]]), { distance, sought, countMax: 1 })[0]?.rank ?? 0 }))
          .sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1))
          .slice(0, countMax)
        assert.deepEqual(
          found.map((match) => [match.key, match.rank]),
          expected.map((match) => [match.key, match.rank]),
        )
      },
    ),
    { seed: 1, numRuns: 300 },
  )
})

test('rows give back the memory of blocks that become empty', () => {
  const rows = new VectorRows(4096)
  const empty = rows.sizeBytes
  for (let at = 0; at < 50; at += 1) rows.put({ key: `k${at}`, vector: bytesOf(new Array(4096).fill(at)), tags: [] })
  assert.ok(rows.sizeBytes >= 50 * 4096 * 4)
  for (let at = 0; at < 50; at += 1) rows.delete(`k${at}`)
  assert.equal(rows.sizeBytes, empty)
})

interface Search {
  readonly distance: (typeof functions)[number]
  readonly sought: readonly number[]
  readonly countMax: number
  readonly filters?: readonly { readonly at: number; readonly tag: string }[]
}

function search(rows: VectorRows, { distance, sought, countMax, filters = [] }: Search): Nearest['best'] {
  const nearest = new Nearest(countMax)
  rows.rank(0, rows.count, { rank: rankBy(distance, Float32Array.from(sought)), filters, nearest })
  return nearest.best
}

function rowsOf(entries: readonly (readonly [string, readonly number[]])[]): VectorRows {
  const rows = new VectorRows(entries[0]?.[1].length ?? 1)
  for (const [name, vector] of entries) rows.put({ key: name, vector: bytesOf(vector), tags: [] })
  return rows
}

function padded(vector: readonly number[]): readonly number[] {
  return [...vector, ...new Array<number>(4096 - vector.length).fill(0)]
}

function bytesOf(vector: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(vector).buffer)
}
