/** A store that cannot be opened says why in one clear sentence, and leaves what it found as it was. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { type KeyBytes, StoreOpenError } from '../../src/storage/store.ts'

function inFolder(sentence: string, check: (folder: string) => Promise<void>): void {
  test(sentence, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stator-opening-'))
    try {
      await check(folder)
    } finally {
      chmodSync(folder, 0o700)
      rmSync(folder, { recursive: true })
    }
  })
}

function assertRefused(folder: string, message: string): void {
  assert.throws(
    () => openSqliteStore({ folder }),
    (error) => {
      assert.ok(error instanceof StoreOpenError)
      assert.equal(error.message, message)
      return true
    },
  )
}

async function makeStore(folder: string): Promise<void> {
  const store = openSqliteStore({ folder })
  const key = Buffer.from('a') as Uint8Array as KeyBytes
  await store.write([], (turn) => turn.put(key, 'x'.repeat(10_000)))
  await store.close()
}

inFolder('a folder that this process has open is refused, and free again after close', async (folder) => {
  const store = openSqliteStore({ folder })
  assertRefused(folder, `${folder} is already in use by a Stator process`)
  assertRefused(folder, `${folder} is already in use by a Stator process`)
  await store.close()
  await makeStore(folder)
})

inFolder('a folder that another process has open is refused, and free as soon as that process is killed', async (folder) => {
  const program = join(import.meta.dirname, 'writer-process.ts')
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  assertRefused(folder, `${folder} is already in use by a Stator process`)
  child.stdout.resume()
  child.kill('SIGKILL')
  await exited
  await makeStore(folder)
})

inFolder('a database of a newer format is refused', async (folder) => {
  await makeStore(folder)
  const file = join(folder, 'stator.db')
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 3')
  database.close()
  assertRefused(folder, `${file} was written by a newer version of Stator (format 3, this version reads up to 2)`)
})

/** A database as version 1 of the format had it. */
function makeFormat1(folder: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'stator.db'))
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE entries (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value NOT NULL);
    PRAGMA application_id = ${0x53746174};
    PRAGMA user_version = 1;
    INSERT INTO entries (key, value) VALUES (x'61', 'text'), (x'62', x'00ff'), (x'63', '3 40'), (x'64', 'replaced');
  `)
  return database
}

inFolder('a database of format 1 is read as it is, and its rows get a checksum when they are written again', async (folder) => {
  makeFormat1(folder).close()
  const keys = ['a', 'b', 'c', 'd'].map((name) => Buffer.from(name) as Uint8Array as KeyBytes)
  const [a, , c, d] = keys as [KeyBytes, KeyBytes, KeyBytes, KeyBytes]
  for (let round = 0; round < 2; round += 1) {
    const store = openSqliteStore({ folder })
    if (round === 0) {
      assert.deepEqual(await store.get(keys), ['text', Uint8Array.of(0, 255), '3 40', 'replaced'])
      assert.deepEqual(await store.sums([c]), [[3, 40, 0]])
      await store.write([], (turn) => {
        turn.put(d, 'anew')
        turn.add(c, [1, 2, 0])
      })
    }
    assert.deepEqual(await store.get(keys), ['text', Uint8Array.of(0, 255), '4 42', 'anew'])
    const { entries } = await store.view(async (view) => await view.scan({ start: a, end: d }, { entries: 9, bytes: 999 }))
    assert.equal(entries.length, 3)
    await store.close()
  }
  const database = new DatabaseSync(join(folder, 'stator.db'))
  const rows = database.prepare('SELECT typeof(crc) AS type FROM entries ORDER BY key').all()
  assert.deepEqual(
    rows.map(({ type }) => type),
    ['null', 'null', 'integer', 'integer'],
  )
  assert.equal(database.prepare('PRAGMA user_version').get()?.['user_version'], 2)
  database.close()
})

inFolder('a database of format 1 that cannot be converted now is left as it was, and converted later', async (folder) => {
  const other = makeFormat1(folder)
  other.exec('BEGIN IMMEDIATE')
  assertRefused(folder, `${join(folder, 'stator.db')} is locked by another program`)
  other.exec('COMMIT')
  assert.equal(other.prepare('PRAGMA user_version').get()?.['user_version'], 1)
  assert.equal(other.prepare("SELECT count(*) AS found FROM pragma_table_info('entries') WHERE name = 'crc'").get()?.['found'], 0)
  other.close()
  await makeStore(folder)
})

inFolder('a database of another program is refused and left as it was', async (folder) => {
  const file = join(folder, 'stator.db')
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE theirs (id INTEGER)')
  database.close()
  const before = readFileSync(file)
  assertRefused(folder, `${file} is not a Stator database`)
  assert.deepEqual(readFileSync(file), before)
})

inFolder('a file that is no database is refused and left as it was', async (folder) => {
  const file = join(folder, 'stator.db')
  writeFileSync(file, 'not a database, but long enough to look at. '.repeat(200))
  const before = readFileSync(file)
  assertRefused(folder, `${file} is not a Stator database, or its first page is damaged`)
  assert.deepEqual(readFileSync(file), before)
})

inFolder('a damaged database is refused', async (folder) => {
  await makeStore(folder)
  const file = join(folder, 'stator.db')
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0xee, 4096))
  assertRefused(
    folder,
    `${file} is damaged: database disk image is malformed; put back a copy of it, or restore a backup (stator restore) into another folder`,
  )
})

inFolder('a path that is a file, or leads through one, is refused', async (folder) => {
  const path = join(folder, 'file')
  writeFileSync(path, '')
  assertRefused(path, `${path} cannot hold the database: it is not a folder`)
  assertRefused(join(path, 'below'), `${join(path, 'below')} cannot hold the database: it is not a folder`)
})

inFolder('a database file that is a folder is refused', async (folder) => {
  const file = join(folder, 'stator.db')
  mkdirSync(file)
  assertRefused(folder, `${file} cannot be opened: unable to open database file`)
})

// The superuser may write anywhere, so there is nothing to see.
if (process.getuid?.() !== 0) {
  inFolder('a folder without permission is refused', async (folder) => {
    chmodSync(folder, 0o500)
    assertRefused(folder, `${folder} cannot hold the database: no permission to write there`)
    assertRefused(join(folder, 'below'), `${join(folder, 'below')} cannot hold the database: no permission to write there`)
  })
  for (const name of ['stator.lock', 'stator.db']) {
    inFolder(`a folder whose ${name} may not be written is refused`, async (folder) => {
      await makeStore(folder)
      const file = join(folder, name)
      chmodSync(file, 0o400)
      assertRefused(folder, `${file} cannot be opened: no permission to write it`)
      chmodSync(file, 0o600)
      await makeStore(folder)
    })
  }
}
