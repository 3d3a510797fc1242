import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { vacuumStepPagesMax } from '../limits.ts'
import type { KeyBytes, StoredValue } from '../store.ts'
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts'
import { type PagesOfFile, Vacuum } from './vacuum.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-vacuum-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** Rows of pages of their own, in the order of their keys or not. */
async function fill(store: SqliteStore, rows: number): Promise<void> {
  for (let row = 0; row < rows; row += 64) {
    await store.write([], (turn) => {
      for (let at = row; at < row + 64; at += 1) turn.put(key(`row ${(at * 7919) % rows}`), new Uint8Array(3000).fill(at))
    })
  }
}

async function empty(store: SqliteStore, rows: number, isKept: (row: number) => boolean = () => false): Promise<void> {
  await store.write([], (turn) => {
    for (let row = 0; row < rows; row += 1) if (!isKept(row)) turn.delete(key(`row ${row}`))
  })
}

function databaseBytes(folder: string): number {
  return statSync(join(folder, 'stator.db')).size
}

test('Vacuum gives the pages of deleted rows back while the store is written and read, and loses no row', async (t) => {
  const folder = newFolder(t)
  const store = openSqliteStore({ folder })
  await fill(store, 4096)
  await empty(store, 4096, (row) => row % 64 === 0)
  const compacted = store.compact()
  let isOver = false
  void compacted.then(() => (isOver = true))
  const view = store.view(async (held) => {
    await compacted
    return await held.scan({ start: key('row'), end: key('rox') }, { entries: 99, bytes: 1e7 })
  })
  let written = 0
  for (; !isOver; written += 1) await store.write([], (turn) => turn.put(key('beside'), String(written)))
  assert.ok(written > 10, `${written} writes beside it`)
  assert.equal((await view).entries.length, 64)
  assert.deepEqual(await store.get([key('beside'), key('row 64'), key('row 65')]), [
    String(written - 1),
    new Uint8Array(3000).fill(byteOf(64)),
    undefined,
  ])
  await store.close()
  assert.ok(databaseBytes(folder) < 1e6, `${databaseBytes(folder)} bytes`)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'stator.ballast'),
    ['stator.db', 'stator.lock', 'stator.mark'],
  )
})

/** What `fill` has put into the row last. */
function byteOf(row: number): number {
  for (let at = 0; at < 4096; at += 1) if ((at * 7919) % 4096 === row) return at % 256
  return -1
}

test('Vacuum begins by itself when a quarter of the file is free, and not before', async (t) => {
  const folder = newFolder(t)
  const store = openSqliteStore({ folder })
  await fill(store, 4096)
  await empty(store, 1000)
  store.tend()
  await store.close()
  const before = databaseBytes(folder)
  assert.ok(before > 16e6, `${before} bytes`)
  const again = openSqliteStore({ folder })
  await empty(again, 4096)
  again.tend()
  await again.compact()
  await again.close()
  assert.ok(databaseBytes(folder) < 1e6, `${databaseBytes(folder)} bytes`)
})

test('A file of a version that could give no page back is written anew when little is in it', async (t) => {
  const folder = newFolder(t)
  await openSqliteStore({ folder }).close()
  const file = join(folder, 'stator.db')
  const old = new DatabaseSync(file)
  old.exec("PRAGMA auto_vacuum = NONE; VACUUM; INSERT INTO entries (key, value) VALUES (x'61', 'kept')")
  old.exec(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO entries (key, value) SELECT 'k' || i, zeroblob(3000) FROM n",
  )
  old.exec("DELETE FROM entries WHERE key <> x'61'")
  old.close()
  assert.ok(databaseBytes(folder) > 4e6)
  const store = openSqliteStore({ folder })
  assert.deepEqual(await store.get([key('a')]), ['kept' satisfies StoredValue])
  await store.close()
  assert.ok(databaseBytes(folder) < 1e5, `${databaseBytes(folder)} bytes`)
})

test('Vacuum takes as many pages as take its time, one at least', async () => {
  const asked: number[] = []
  const pages: PagesOfFile = { total: 1e6, free: 1e6, canShrink: true }
  const vacuum: Vacuum = new Vacuum({
    pageSizeBytes: 4096,
    pages: () => pages,
    giveBack: (count) => {
      asked.push(count)
      if (asked.length === 12) void vacuum.stop()
    },
    inCommit: async (work) => {
      work()
      return true
    },
    done: () => assert.fail('it was stopped'),
  })
  await vacuum.run()
  assert.deepEqual(asked, [16, 32, 64, ...Array.from({ length: 9 }, () => vacuumStepPagesMax)])
})

test('Vacuum does nothing where pages cannot be moved, and waits for none while commits fail', async () => {
  let free = 1000
  const options = { pageSizeBytes: 4096, giveBack: () => (free = 0), done: () => assert.fail('nothing was done') }
  await new Vacuum({ ...options, pages: () => ({ total: 1000, free, canShrink: false }), inCommit: async () => assert.fail() }).run(true)
  await new Vacuum({ ...options, pages: () => ({ total: 1000, free, canShrink: true }), inCommit: async () => false }).run(true)
  assert.equal(free, 1000)
})
