/** Laws of values, keys and their order. */
import assert from 'node:assert/strict'
import { compareBytes } from '../../src/base/bytes.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { Chunk, KeyBytes } from '../../src/storage/store.ts'
import { everything, key, type Law, put, scanBothWays, textOf, unlimited } from './laws.ts'

export function valuesAndOrder(law: Law): void {
  law('values come back as they were put, text as text and bytes as bytes, empty or large', async ({ store }) => {
    const values = ['', 'häß😀\u0001', 'x'.repeat(500_000), new Uint8Array(0), Uint8Array.of(0, 255, 0), new Uint8Array(500_000).fill(7)]
    const keys = values.map((_, index) => key(`k${index}`))
    await store.write([], (turn) => {
      for (const [index, value] of values.entries()) turn.put(keys[index] as KeyBytes, value)
    })
    const found = await store.get([...keys, key('k')])
    assert.equal(found.length, values.length + 1)
    for (const [index, value] of values.entries()) {
      const each = found[index]
      if (typeof value === 'string') assert.equal(each, value)
      else {
        assert.ok(each instanceof Uint8Array)
        assert.equal(Buffer.compare(each, value), 0)
      }
    }
    assert.equal(found.at(-1), undefined)
  })

  law('keys are ordered as unsigned bytes, in both directions', async ({ store }) => {
    const names = ['', '\0', '\0\0', '\x01', 'a', 'a\0', 'aa', 'a\xff', 'b', '\x7f', '\x80', '\xfe\xff', '\xff', '\xff\0', '\xff\xff']
    await store.write([], (turn) => {
      for (const name of names.toReversed()) turn.put(key(name), `at ${hex(key(name))}`)
    })
    const expected = names.map((name) => [name, `at ${hex(key(name))}`])
    await store.view(async (view) => {
      assert.deepEqual(textOf((await scanBothWays(view, everything, unlimited)).entries), expected)
      assert.deepEqual(textOf((await scanBothWays(view, { ...everything, reverse: true }, unlimited)).entries), expected.toReversed())
    })
  })

  law('a range has its start and not its end, in both directions', async ({ store }) => {
    for (const name of ['a', 'b', 'c', 'd']) await put(store, name, name)
    const names = async (start: string, end: string, reverse: boolean): Promise<string> =>
      await store.view(async (view) => {
        const { entries } = await scanBothWays(view, { start: key(start), end: key(end), reverse }, unlimited)
        return textOf(entries)
          .map(([name]) => name)
          .join('')
      })
    assert.equal(await names('b', 'd', false), 'bc')
    assert.equal(await names('b', 'd', true), 'cb')
    assert.equal(await names('aa', 'cc', false), 'bc')
    assert.equal(await names('b', 'b', false), '')
    assert.equal(await names('d', 'a', false), '')
    assert.equal(await names('d', 'a', true), '')
  })

  law('a chunk ends with the entry that reaches either number, and says whether the range is exhausted', async ({ store }) => {
    for (const name of ['a', 'b', 'c']) await put(store, name, 'x'.repeat(10))
    await store.view(async (view) => {
      const taken = async (entries: number, bytes: number): Promise<[number, boolean]> => {
        const chunk: Chunk = await scanBothWays(view, everything, { entries, bytes })
        return [chunk.entries.length, chunk.exhausted]
      }
      assert.deepEqual(await taken(2, 1000), [2, false])
      assert.deepEqual(await taken(3, 1000), [3, true])
      assert.deepEqual(await taken(4, 1000), [3, true])
      assert.deepEqual(await taken(9, 10), [1, false])
      assert.deepEqual(await taken(9, 11), [2, false])
      assert.deepEqual(await taken(9, 30), [3, true])
      assert.deepEqual(await taken(0, 0), [1, false])
      assert.deepEqual(await scanBothWays(view, { start: key('x'), end: key('y') }, { entries: 0, bytes: 0 }), {
        entries: [],
        exhausted: true,
      })
    })
  })

  law('a range of many entries, small and large, is read in chunks of any size and in both directions', async ({ store }) => {
    const names = Array.from({ length: 400 }, (_, at) => String(at).padStart(3, '0'))
    const textFor = (name: string): string => 'x'.repeat(Number(name) % 50 === 49 ? 20_000 : Number(name) % 7)
    await store.write([], (turn) => {
      for (const name of names) turn.put(key(name), textFor(name))
    })
    for (const reverse of [false, true]) {
      for (const entries of [1, 31, 32, 33, 399, 400, 1000]) {
        const chunk = await store.view(async (view) => await scanBothWays(view, { ...everything, reverse }, { entries, bytes: 1e9 }))
        const expected = (reverse ? names.toReversed() : names).slice(0, entries).map((name) => [name, textFor(name)])
        assert.deepEqual(textOf(chunk.entries), expected)
        assert.equal(chunk.exhausted, entries >= 400)
      }
    }
  })

  law('the largest keys are keys like any others, random or all NUL', async ({ store }) => {
    // A partition key of 2,048 and a sort key of 1,024 bytes, each byte doubled by an escape, and some bytes around them.
    const random = seededRandom(20260401)
    const sizes = [2048 + 1024, 2 * (2048 + 1024) + 40]
    const large = sizes.flatMap((size) => [new Uint8Array(size), random.bytes(size), random.bytes(size)])
    const keys = large.flatMap((bytes) => {
      const twin = bytes.slice()
      twin[twin.length - 1] = ((twin.at(-1) ?? 0) + 1) % 256
      return [bytes, twin, bytes.subarray(0, bytes.length - 1)] as KeyBytes[]
    })
    const sorted = [...new Map(keys.map((each) => [hex(each), each])).values()].sort(compareBytes)
    await store.write(sorted, (turn) => {
      for (const [at, each] of sorted.entries()) {
        assert.equal(turn.get(each), undefined)
        turn.put(each, `value ${at}`)
      }
    })
    const expected = sorted.map((_, at) => `value ${at}`)
    assert.deepEqual(await store.get(sorted), expected)
    assert.deepEqual(await store.write(sorted, (turn) => sorted.map((each) => turn.get(each))), expected)
    await store.view(async (view) => {
      const { entries } = await scanBothWays(view, { start: key(''), end: key('\xff'.repeat(7000)) }, unlimited)
      assert.deepEqual(
        entries.map((entry) => [hex(entry.key), entry.value]),
        sorted.map((each, at) => [hex(each), `value ${at}`]),
      )
      const [first, , third] = sorted as [KeyBytes, KeyBytes, KeyBytes]
      const between = await scanBothWays(view, { start: first, end: third }, unlimited)
      assert.deepEqual(
        between.entries.map(({ value }) => value),
        ['value 0', 'value 1'],
      )
    })
  })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
