import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { ManualClock } from '../../base/clock.ts'
import { type KeyBytes, type Store, StoreDamaged, type StoredValue, StoreUnavailable, ViewEnded } from '../store.ts'
import { noteHolder } from './holder.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

function put(store: Store, name: string, value: StoredValue): Promise<void> {
  return store.write([], (turn) => turn.put(key(name), value))
}

async function read(store: Store, name: string): Promise<StoredValue | undefined> {
  return (await store.get([key(name)]))[0]
}

async function valuesIn(store: Store, start: string, end: string, entries = 10): Promise<readonly StoredValue[]> {
  const range = { start: key(start), end: key(end) }
  const chunk = await store.view(async (view) => await view.scan(range, { entries, bytes: 1e6 }))
  return chunk.entries.map(({ value }) => value)
}

interface Opened {
  readonly store: Store
  readonly folder: string
  readonly clock: ManualClock
  readonly heard: string[]
  /** A second connection, to make SQLite itself fail. */
  readonly saboteur: DatabaseSync
}

async function withStore(check: (opened: Opened) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-sqlite-'))
  const clock = new ManualClock(0)
  const heard: string[] = []
  const store = openSqliteStore({ folder, clock, failCommit: () => heard.push('commit'), warn: (text) => heard.push(text) })
  const saboteur = new DatabaseSync(join(folder, 'stator.db'))
  try {
    await check({ store, folder, clock, heard, saboteur })
  } finally {
    saboteur.close()
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

async function assertUnavailable(write: Promise<unknown>): Promise<void> {
  await assert.rejects(write, StoreUnavailable)
}

test('SqliteStore keeps what was written when it is closed and opened again', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'stator-sqlite-')), 'made', 'when missing')
  const first = openSqliteStore({ folder })
  await Promise.all([put(first, 'text', 'häß'), put(first, 'bytes', Uint8Array.of(0, 1, 255))])
  await first.close()
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const second = openSqliteStore({ folder })
  assert.equal(await read(second, 'text'), 'häß')
  assert.deepEqual(await read(second, 'bytes'), Uint8Array.of(0, 1, 255))
  await second.close()
  rmSync(join(folder, '..', '..'), { recursive: true })
})

test('SqliteStore: a COMMIT that fails keeps nothing of any turn in it, and the store heals by itself', async () => {
  await withStore(async ({ store, clock, heard, saboteur }) => {
    await put(store, 'a', 'kept')
    // A deferred constraint is checked by COMMIT and by nothing before it.
    saboteur.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (parent REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER fail AFTER INSERT ON entries WHEN new.key = CAST('poison' AS BLOB) BEGIN INSERT INTO child VALUES (1); END;
    `)
    let readBefore: (() => unknown) | undefined
    let end: (() => void) | undefined
    const before = store.view(async (view) => {
      readBefore = () => view.get([key('c')])
      await new Promise<void>((resolve) => {
        end = resolve
      })
    })
    const writes = [put(store, 'a', 'lost'), put(store, 'poison', 'lost'), put(store, 'b', 'lost')]
    for (const write of writes) await assertUnavailable(write)
    assert.deepEqual(heard, ['commit', 'commit'])
    await assertUnavailable(put(store, 'c', 'too early'))
    assert.equal(await read(store, 'a'), 'kept')
    clock.advance(1000)
    await put(store, 'c', 'healthy')
    assert.equal(await read(store, 'a'), 'kept')
    assert.equal(await read(store, 'b'), undefined)
    assert.equal(await read(store, 'c'), 'healthy')
    assert.deepEqual(readBefore?.(), [undefined])
    end?.()
    await before
  })
})

test('SqliteStore: a change that SQLite cannot apply fails the whole commit at once', async () => {
  await withStore(async ({ store, clock, heard, saboteur }) => {
    saboteur.exec(
      `CREATE TRIGGER fail AFTER INSERT ON entries WHEN new.key = CAST('poison' AS BLOB) BEGIN SELECT RAISE(ROLLBACK, 'broken'); END`,
    )
    const neighbour = put(store, 'a', 'lost')
    const poisoned = store.write([], (turn) => {
      turn.add(key('counter'), [1, 1, 1])
      turn.append(key('log'), 'lost')
      turn.put(key('b'), 'lost')
      turn.put(key('poison'), 'lost')
      turn.put(key('c'), 'lost')
    })
    const later = put(store, 'd', 'refused')
    for (const write of [neighbour, poisoned, later]) await assertUnavailable(write)
    assert.deepEqual(heard, [])
    clock.advance(1000)
    await put(store, 'e', 'healthy')
    await store.write([], (turn) => turn.add(key('counter'), [1, 0, 0]))
    assert.deepEqual(await valuesIn(store, '', 'z'), ['1 0', 'healthy'])
  })
})

test('SqliteStore refuses writes until a probe has committed, and asks at most once a second', async () => {
  await withStore(async ({ store, clock, saboteur }) => {
    await put(store, 'a', 'kept')
    saboteur.exec('BEGIN IMMEDIATE')
    await assertUnavailable(put(store, 'a', 'lost'))
    clock.advance(1000)
    await assertUnavailable(put(store, 'a', 'probe fails'))
    saboteur.exec('COMMIT')
    clock.advance(999)
    await assertUnavailable(put(store, 'a', 'too early'))
    assert.equal(await read(store, 'a'), 'kept')
    clock.advance(1)
    await put(store, 'a', 'healthy')
    assert.equal(await read(store, 'a'), 'healthy')
  })
})

test('SqliteStore: the write-ahead log stays bounded while writes go on', async () => {
  await withStore(async ({ store, folder, heard }) => {
    for (let round = 0; round < 192; round += 1) {
      // SQLite writes no page that stays as it is, so every round has other bytes.
      const mebibyte = new Uint8Array(1024 * 1024).fill(round)
      await Promise.all([put(store, `k${round % 20}`, mebibyte), put(store, 'count', String(round))])
    }
    const logBytes = statSync(join(folder, 'stator.db-wal')).size
    assert.ok(logBytes < 144 * 1024 * 1024, `the log has ${logBytes} bytes`)
    assert.equal(await read(store, 'count'), '191')
    assert.deepEqual(new Set(heard), new Set(['commit']))
  })
})

test('SqliteStore ends the views that are open when it is closed', async () => {
  await withStore(async ({ store }) => {
    await put(store, 'a', 'x')
    const reading = store.view(async (view) => {
      assert.deepEqual(view.get([key('a')]), ['x'])
      await store.close()
      return await view.get([key('a')])
    })
    await assert.rejects(reading, ViewEnded)
  })
})

async function assertDamaged(reading: Promise<unknown>, name: string): Promise<void> {
  await assert.rejects(reading, (error) => error instanceof StoreDamaged && error.keyHex === Buffer.from(name).toString('hex'))
}

/** Each is what a disk might do to the row of key b. */
const damages: readonly (readonly [what: string, sql: string])[] = [
  ['another text', "value = 'c'"],
  ['one byte of bytes', "value = x'62ff'"],
  ['another checksum', 'crc = crc + 1'],
]

for (const [what, sql] of damages) {
  test(`SqliteStore tells of a damaged row (${what}) whoever reads it, and nobody else`, async () => {
    await withStore(async ({ store, saboteur }) => {
      for (const name of ['a', 'b', 'c']) await put(store, name, name === 'b' ? 'b' : name)
      saboteur.exec(`UPDATE entries SET ${sql} WHERE key = CAST('b' AS BLOB)`)
      await assertDamaged(read(store, 'b'), 'b')
      await assertDamaged(store.get([key('a'), key('b')]), 'b')
      await assertDamaged(store.sums([key('b')]), 'b')
      await assertDamaged(valuesIn(store, 'a', 'z'), 'b')
      await assertDamaged(
        store.view(async (view) => await view.scanValues({ start: key('a'), end: key('z') }, { entries: 9, bytes: 9 })),
        'b',
      )
      await assertDamaged(
        store.view(async (view) => await view.scan({ start: key('a'), end: key('z'), reverse: true }, { entries: 9, bytes: 9 })),
        'b',
      )
      await assertDamaged(
        store.write([key('b')], (turn) => turn.get(key('b'))),
        'b',
      )
      await assertDamaged(
        store.write([key('b')], (turn) => turn.close(key('b'))),
        'b',
      )
      await assertDamaged(store.get([], [{ key: key('b'), value: 'b' }]), 'b')
      await assertDamaged(
        store.write([], () => {}, [{ key: key('b'), value: 'b' }]),
        'b',
      )
      assert.equal(await read(store, 'a'), 'a')
      assert.deepEqual(await valuesIn(store, 'a', 'z', 1), ['a'])
      assert.deepEqual(await valuesIn(store, 'c', 'z'), ['c'])
      await put(store, 'b', 'anew')
      assert.deepEqual(await valuesIn(store, 'a', 'z'), ['a', 'anew', 'c'])
    })
  })
}

test('SqliteStore tells of a row that lies under the key of another', async () => {
  await withStore(async ({ store, saboteur }) => {
    await put(store, 'a', 'x')
    saboteur.exec("UPDATE entries SET key = CAST('b' AS BLOB) WHERE key = CAST('a' AS BLOB)")
    await assertDamaged(read(store, 'b'), 'b')
  })
})

test('SqliteStore: a damaged counter fails the turn that adds to it, and no other', async () => {
  await withStore(async ({ store, saboteur }) => {
    const add = (): Promise<void> => store.write([], (turn) => turn.add(key('n'), [1, 0, 0]))
    await add()
    saboteur.exec("UPDATE entries SET value = '2 0' WHERE key = CAST('n' AS BLOB)")
    const beside = [put(store, 'a', 'before it'), add(), put(store, 'b', 'behind it')]
    const [before, damaged, behind] = await Promise.allSettled(beside)
    assert.deepEqual([before?.status, damaged?.status, behind?.status], ['fulfilled', 'rejected', 'fulfilled'])
    await assert.rejects(add(), StoreDamaged)
    await store.write([], (turn) => turn.clear(key('n')))
    await add()
    assert.deepEqual(await store.sums([key('n')]), [[1, 0, 0]])
  })
})

test('SqliteStore: a row that takes the id of a deleted one in the same commit is not written over', async () => {
  await withStore(async ({ store }) => {
    await put(store, 'a', 'a')
    await put(store, 'b', 'last')
    const b = key('b')
    await Promise.all([
      store.write([b], (turn) => {
        turn.get(b)
        turn.delete(key('b'))
      }),
      put(store, 'c', 'has the id that b had'),
      store.write([], (turn) => turn.put(b, 'back')),
    ])
    assert.deepEqual(await valuesIn(store, 'a', 'z'), ['a', 'back', 'has the id that b had'])
  })
})

test('SqliteStore: what a turn has read and another deleted is put again by the key, not by the row', async () => {
  await withStore(async ({ store }) => {
    await put(store, 'a', 'a')
    const a = key('a')
    await store.write([a], (turn) => turn.get(a))
    await store.write([], (turn) => turn.delete(key('a')))
    await put(store, 'b', 'b')
    await store.write([], (turn) => turn.put(a, 'again'))
    assert.deepEqual(await valuesIn(store, 'a', 'z'), ['again', 'b'])
  })
})

test('SqliteStore writes the checksum that the format says: crc32 over the value, then over the key', async () => {
  await withStore(async ({ store, saboteur }) => {
    await put(store, 'key', 'häß')
    await put(store, 'kez', Uint8Array.of(0, 255))
    const rows = saboteur.prepare('SELECT crc FROM entries ORDER BY key').all()
    assert.deepEqual(
      rows.map(({ crc }) => crc),
      [crc32(Buffer.from('häßkey')), crc32(Buffer.concat([Uint8Array.of(0, 255), Buffer.from('kez')]))],
    )
  })
})

test('SqliteStore forgets who had a folder before, once it has it, and not before', () =>
  withStore(async ({ folder, clock, store }) => {
    const open = (): Store => openSqliteStore({ folder, clock })
    const note = join(folder, 'stator.holder')
    noteHolder(folder, { processId: 77, endpoint: 'http://127.0.0.1:1' })
    assert.throws(open, {
      message: new RegExp(`${folder} is already in use by a Stator process \\(process 77, at http://127\\.0\\.0\\.1:1\\)`),
    })
    assert.equal(existsSync(note), true)
    await store.close()
    // Killed, it would have left it behind.
    const next = open()
    assert.equal(existsSync(note), false)
    assert.throws(open, { message: `${folder} is already in use by a Stator process` })
    await next.close()
  }))
