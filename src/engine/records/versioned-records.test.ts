import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardedStore } from '../../../test/harness/forwarded-store.ts'
import { openTestStore } from '../../../test/harness/test-storage.ts'
import { seededRandom } from '../../base/random.ts'
import { openFaultyStore } from '../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../storage/memory/open-memory-store.ts'
import type { Store } from '../../storage/store.ts'
import { key, prefixRange } from '../keyspace/keys.ts'
import { recentKeysMax, recordsLoadBudget } from '../limits.ts'
import { type RecordCache, type RecordChange, VersionedRecords } from './versioned-records.ts'
import { wholeRange } from './whole-view.ts'

const tag = 0x7f

class Names implements RecordCache {
  readonly ranges = [prefixRange(Uint8Array.of(tag))]
  readonly values = new Map<string, string>()
  replacements = 0
  readonly #onChange: (values: ReadonlyMap<string, string>) => void

  constructor(onChange: (values: ReadonlyMap<string, string>) => void = () => {}) {
    this.#onChange = onChange
  }

  apply(changes: readonly RecordChange[]): void {
    for (const { key: changed, value } of changes) {
      const name = Buffer.from(changed).toString('utf8', 1)
      if (value === undefined) this.values.delete(name)
      else this.values.set(name, String(value))
    }
    this.#onChange(this.values)
  }

  replace(all: readonly RecordChange[]): void {
    this.replacements += 1
    this.values.clear()
    this.apply(all)
  }
}

/** What one of several processes knows. */
class Process {
  readonly names: Names
  readonly records: VersionedRecords
  readonly #store: Store

  constructor(store: Store, onChange?: (values: ReadonlyMap<string, string>) => void) {
    this.names = new Names(onChange)
    this.records = new VersionedRecords(200, this.names)
    this.#store = store
  }

  put(name: string, decide: (before: string | undefined) => string): Promise<void> {
    return this.records.change(
      this.#store,
      () => [],
      (turn) => turn.put(keyOf(name), decide(this.names.values.get(name))),
    )
  }

  putBoth(value: string): Promise<void> {
    return this.records.change(
      this.#store,
      () => [],
      (turn) => {
        for (const name of ['a', 'b']) turn.put(keyOf(name), value)
      },
    )
  }

  catchUp(): Promise<boolean> {
    return this.records.catchUp(this.#store)
  }
}

function keyOf(name: string) {
  return key(Buffer.from(`${String.fromCharCode(tag)}${name}`))
}

function increment(before = '0'): string {
  return String(Number(before) + 1)
}

test('Turns of several processes are decided on what every earlier one left, also when the store disturbs them', async () => {
  const disturbances = { random: seededRandom(1), repeatedAtOnce: 40, repeatedLater: 40, guardsChanged: 40, viewsEnded: 40 }
  const store = openFaultyStore({ open: () => openMemoryStore(), nextFault: () => 'none', disturbances })
  const processes = [new Process(store), new Process(store), new Process(store)]
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(processes.flatMap((each) => [each.put('a', increment), each.put(`b${round % 3}`, increment)]))
  }
  for (const each of processes) {
    await each.catchUp()
    assert.deepEqual([...each.names.values].sort(), [
      ['a', '60'],
      ['b0', '21'],
      ['b1', '21'],
      ['b2', '18'],
    ])
  }
  await store.close()
})

test('Who knows more than a store that has lost what it had acknowledged goes by the store', async () => {
  const store = await openTestStore()
  const [one, other] = [new Process(store), new Process(store)]
  await one.put('a', increment)
  const entries = await wholeRange(store, { start: key(Uint8Array.of(0)), end: key(Uint8Array.of(0xff)) }, recordsLoadBudget)
  await one.put('a', increment)
  await one.put('b', increment)
  await other.catchUp()
  await store.write([], (turn) => {
    turn.delete(keyOf('b'))
    for (const entry of entries) turn.put(entry.key, entry.value)
  })
  assert.equal(await one.catchUp(), true)
  assert.deepEqual([...one.names.values], [['a', '1']])
  await one.put('a', increment)
  // Whoever asks for anything is told that what he knows is not so, and finds an end to that.
  await other.put('a', increment)
  for (const each of [one, other]) {
    await each.catchUp()
    assert.deepEqual([...each.names.values], [['a', '3']])
  }
})

test('Who is far behind reads everything anew, and who is not reads what was changed', async () => {
  const store = await openTestStore()
  const [one, other] = [new Process(store), new Process(store)]
  await one.put('a', increment)
  await other.catchUp()
  assert.deepEqual([other.names.replacements, other.names.values.get('a')], [0, '1'])
  for (let count = 0; count <= recentKeysMax; count += 1) await one.put(`b${count}`, increment)
  await other.catchUp()
  assert.deepEqual([other.names.replacements, other.names.values.size], [1, recentKeysMax + 2])
  await store.close()
})

test('Who asks while another look is under way sees what was durable when he asked', async () => {
  const store = await openTestStore()
  const slow = slowToAnswer(store)
  const [one, late] = [new Process(store), new Process(slow.store)]
  const first = late.catchUp()
  await slow.hasRead
  await one.put('a', increment)
  const second = late.catchUp()
  slow.answer()
  assert.equal(await first, false)
  assert.equal(await second, true)
  assert.equal(late.names.values.get('a'), '1')
  await store.close()
})

test('An answer that comes late does not take back what was changed since', async () => {
  const store = await openTestStore()
  const slow = slowToAnswer(store)
  const one = new Process(slow.store)
  const looking = one.catchUp()
  await slow.hasRead
  await one.put('a', increment)
  slow.answer()
  assert.equal(await looking, true)
  assert.deepEqual([one.names.values.get('a'), one.names.replacements], ['1', 0])
  await one.put('a', increment)
  assert.equal(one.names.values.get('a'), '2')
  await store.close()
})

test('Who looks in two looks never sees half of what was changed between them', async () => {
  const store = await openTestStore()
  const other = new Process(store)
  const seen: string[] = []
  let looks = 0
  const moving: Store = {
    ...forwardedStore(store),
    get: async (keys, guards) => {
      looks += 1
      if (looks === 2) await other.putBoth('2')
      return await store.get(keys, guards)
    },
  }
  const one = new Process(moving, (names) => seen.push(`${names.get('a')} ${names.get('b')}`))
  await other.putBoth('0')
  await other.put('a', () => '1')
  await one.catchUp()
  assert.deepEqual(seen, ['2 2'])
  await store.close()
})

test('Who reads everything anew forgets nothing that was changed since the view began', async () => {
  const store = await openTestStore()
  const one = new Process(store)
  await one.put('a', increment)
  const slow: Store = {
    ...slowToAnswer(store).store,
    view: (read, guards) =>
      store.view(async (view) => {
        await one.put('a', increment)
        return await read(view)
      }, guards),
  }
  await one.records.load(slow)
  assert.deepEqual([one.names.values.get('a'), one.records.version], ['2', 2])
  await store.close()
})

/** Answers its first `get` only when it is told to. `hasRead`: what it will answer is known, and later writes are not in it. */
function slowToAnswer(store: Store): { readonly store: Store; readonly hasRead: Promise<void>; answer(): void } {
  const read = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  let isFirst = true
  const get: Store['get'] = async (...asked) => {
    const values = await store.get(...asked)
    if (isFirst) {
      isFirst = false
      read.resolve()
      await told.promise
    }
    return values
  }
  const slow: Store = {
    get,
    sums: (counters) => store.sums(counters),
    view: (...asked) => store.view(...asked),
    write: (...asked) => store.write(...asked),
    close: () => store.close(),
  }
  return { store: slow, hasRead: read.promise, answer: told.resolve }
}
