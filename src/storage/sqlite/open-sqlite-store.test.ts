import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { type KeyBytes, type Store, type StoredValue, StoreUnavailable } from '../store.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

function put(store: Store, name: string, value: StoredValue): Promise<void> {
  return store.write([], (turn) => turn.put(key(name), value))
}

async function read(store: Store, name: string): Promise<StoredValue | undefined> {
  using snapshot = store.snapshot()
  return await snapshot.get(key(name))
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
  const observer = { beforeCommit: () => heard.push('commit'), rolledBack: () => heard.push('rolled back') }
  const store = openSqliteStore({ folder, clock, observer, warn: (text) => heard.push(text) })
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
    using before = store.snapshot()
    const writes = [put(store, 'a', 'lost'), put(store, 'poison', 'lost'), put(store, 'b', 'lost')]
    for (const write of writes) await assertUnavailable(write)
    assert.deepEqual(heard, ['commit', 'commit', 'rolled back'])
    await assertUnavailable(put(store, 'c', 'too early'))
    assert.equal(await read(store, 'a'), 'kept')
    clock.advance(1000)
    await put(store, 'c', 'healthy')
    assert.equal(await read(store, 'a'), 'kept')
    assert.equal(await read(store, 'b'), undefined)
    assert.equal(await read(store, 'c'), 'healthy')
    assert.equal(await before.get(key('c')), undefined)
  })
})

test('SqliteStore: a change that SQLite cannot apply fails the whole commit at once', async () => {
  await withStore(async ({ store, clock, heard, saboteur }) => {
    saboteur.exec(
      `CREATE TRIGGER fail AFTER INSERT ON entries WHEN new.key = CAST('poison' AS BLOB) BEGIN SELECT RAISE(ROLLBACK, 'broken'); END`,
    )
    const neighbour = put(store, 'a', 'lost')
    const poisoned = store.write([], (turn) => {
      turn.put(key('b'), 'lost')
      turn.put(key('poison'), 'lost')
      turn.put(key('c'), 'lost')
    })
    const later = put(store, 'd', 'refused')
    for (const write of [neighbour, poisoned, later]) await assertUnavailable(write)
    assert.deepEqual(heard, ['rolled back'])
    clock.advance(1000)
    await put(store, 'e', 'healthy')
    using snapshot = store.snapshot()
    const chunk = await snapshot.scan({ start: key(''), end: key('z') }, { entries: 10, bytes: 1000 })
    assert.deepEqual(
      chunk.entries.map(({ value }) => value),
      ['healthy'],
    )
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
