/** What a turn costs that names very many keys: as much for each as one that names few. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyBytes, StoredValue } from '../store.ts'
import { BufferedTurn, type TurnSource, type Verb } from './buffered-turn.ts'
import { Logs } from './logs.ts'

const count = 3000

function keyOf(at: number): KeyBytes {
  return Uint8Array.of(1, at >> 8, at & 255) as Uint8Array as KeyBytes
}

const keys = Array.from({ length: count }, (_, at) => keyOf(at))

/** The same list, and how often one of its members was looked at. */
function watched<T>(list: readonly T[]): { readonly list: readonly T[]; looks(): number } {
  let looks = 0
  const proxy = new Proxy(list, {
    get: (target, name) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) looks += 1
      return Reflect.get(target, name)
    },
  })
  return { list: proxy, looks: () => looks }
}

function sourceOf(values: ReadonlyMap<string, StoredValue>): { readonly source: TurnSource; notes(): number } {
  let notes = 0
  const get = (key: KeyBytes): StoredValue | undefined => values.get(Buffer.from(key).toString('hex'))
  const logs = new Logs(get)
  const heads = (): ReturnType<TurnSource['heads']> => {
    const own = logs.heads()
    return {
      last: (log) => own.last(log),
      note: (verb) => {
        notes += 1
        own.note(verb)
      },
    }
  }
  return { source: { get, heads }, notes: () => notes }
}

test('A turn finds what it named among very many keys without looking through them for each, by the key itself and by an equal one', () => {
  for (const asked of [keys, keys.map((key) => Uint8Array.from(key) as KeyBytes)]) {
    const { list, looks } = watched(keys)
    const turn = new BufferedTurn(list, sourceOf(new Map([['010005', 'five']])).source)
    assert.deepEqual(
      asked.map((key) => turn.get(key)).filter((value) => value !== undefined),
      ['five'],
    )
    assert.ok(looks() <= 2 * count, `${looks()} looks`)
    assert.throws(() => turn.get(Uint8Array.of(2, 0, 0) as Uint8Array as KeyBytes), /a key it did not name/)
  }
})

test('A turn that closes very many logs knows what it did to each without going through all that it did', () => {
  const { source, notes } = sourceOf(new Map([['010005', '41']]))
  const turn = new BufferedTurn(keys, source)
  for (const key of keys) turn.append(key, 'x')
  const lasts = keys.map((key) => turn.close(key))
  assert.deepEqual([lasts[4], lasts[5], lasts[6]], [1, 42, 1])
  assert.equal(notes(), 2 * count)
})

test('What a turn does to very many logs is taken in one go', () => {
  const logs = new Logs(() => undefined)
  const all: readonly Verb[] = [
    ...keys.map((key): Verb => ({ kind: 'append', key, value: 'x' })),
    ...keys.map((key): Verb => ({ kind: 'close', key })),
  ]
  const { list, looks } = watched(all)
  assert.ok(logs.take(list, []))
  assert.ok(looks() <= 4 * all.length, `${looks()} looks`)
  assert.equal(logs.take([{ kind: 'append', key: keyOf(7), value: 'x' }], []), false)
})
