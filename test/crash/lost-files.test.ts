/** Files of an open store that somebody deletes, replaces or opens: nothing is acknowledged that a restart would not find. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { openSqliteStore, type SqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { type KeyBytes, type Store, StoreOpenError, StoreUnavailable, ViewEnded } from '../../src/storage/store.ts'
import { skipFor } from '../harness/skip.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

function put(store: Store, name: string, value: string): Promise<void> {
  return store.write([], (turn) => turn.put(key(name), value))
}

async function read(store: Store, name: string): Promise<unknown> {
  return (await store.get([key(name)]))[0]
}

interface Opened {
  readonly store: SqliteStore
  readonly folder: string
  readonly clock: ManualClock
}

function onDisk(sentence: string, check: (opened: Opened) => Promise<void>): void {
  test(sentence, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stator-files-'))
    const clock = new ManualClock(0)
    const store = openSqliteStore({ folder, clock, warn: () => {} })
    try {
      await put(store, 'a', 'before')
      await check({ store, folder, clock })
    } finally {
      await store.close()
      rmSync(folder, { recursive: true })
    }
  })
}

/** What another process says that opens the folder's store, and writes to it if it can. */
async function openElsewhere(folder: string): Promise<string> {
  const program = join(import.meta.dirname, 'writer-process.ts')
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  child.stdout.once('data', () => child.kill('SIGKILL'))
  await once(child, 'close')
  return said
}

onDisk(
  'a process that finds no lock, because somebody removed it, does not write beside the one that has the store open',
  async (opened) => {
    const { store, folder } = opened
    rmSync(join(folder, 'stator.lock'))
    assert.match(await openElsewhere(folder), /is locked by another program|is already in use/)
    await put(store, 'a', 'after')
    store.tend()
    assert.equal(existsSync(join(folder, 'stator.lock')), true)
    assert.match(await openElsewhere(folder), /is already in use by a Stator process/)
    assert.equal(store.trouble(), undefined)
    assert.equal(await read(store, 'a'), 'after')
  },
)

onDisk('a lock that somebody else has taken meanwhile is taken back when they let go', async ({ store, folder }) => {
  rmSync(join(folder, 'stator.lock'))
  const other = new DatabaseSync(join(folder, 'stator.lock'))
  other.exec('BEGIN EXCLUSIVE')
  store.tend()
  await put(store, 'a', 'after')
  other.close()
  store.tend()
  assert.match(await openElsewhere(folder), /is already in use by a Stator process/)
})

onDisk(
  'a database that was deleted is written no more, is read on, and written again when it is back',
  async ({ store, folder, clock }) => {
    const aside = join(folder, 'aside.db')
    renameSync(join(folder, 'stator.db'), aside)
    await assert.rejects(put(store, 'a', 'lost'), StoreUnavailable)
    assert.equal(
      store.trouble(),
      `writes are refused after a commit that failed: stator.db in ${folder} was deleted or replaced while it was in use, and nothing is written until it is back`,
    )
    assert.equal(await read(store, 'a'), 'before')
    writeFileSync(join(folder, 'stator.db'), 'another file')
    clock.advance(1000)
    await assert.rejects(put(store, 'a', 'lost'), StoreUnavailable)
    renameSync(aside, join(folder, 'stator.db'))
    clock.advance(1000)
    store.tend()
    await put(store, 'a', 'after')
    assert.equal(store.trouble(), undefined)
  },
)

onDisk('a database that was deleted is noticed without a write', async ({ store, folder }) => {
  renameSync(join(folder, 'stator.db'), join(folder, 'aside.db'))
  store.tend()
  assert.match(store.trouble() ?? '', /stator\.db in .* was deleted or replaced/)
  renameSync(join(folder, 'aside.db'), join(folder, 'stator.db'))
})

onDisk('a folder that is moved away takes its store along', async ({ store, folder, clock }) => {
  renameSync(folder, `${folder}-moved`)
  await assert.rejects(put(store, 'a', 'lost'), StoreUnavailable)
  renameSync(`${folder}-moved`, folder)
  clock.advance(1000)
  await put(store, 'a', 'after')
})

onDisk('a log that was deleted loses nothing: the database is opened again with all that was in it', async ({ store, folder, clock }) => {
  const seen = store.view(async (view) => {
    rmSync(join(folder, 'stator.db-wal'))
    await assert.rejects(put(store, 'a', 'lost'), StoreUnavailable)
    await untilOpen(store)
    return await view.get([key('a')])
  })
  await assert.rejects(seen, ViewEnded)
  assert.equal(await read(store, 'a'), 'before')
  clock.advance(1000)
  store.tend()
  assert.equal(store.trouble(), undefined)
  await put(store, 'a', 'after')
  assert.equal(existsSync(join(folder, 'stator.db-wal')), true)
})

/** Closing the connections takes a thread's end. */
async function untilOpen(store: Store): Promise<void> {
  for (let isOpen = false; !isOpen; ) {
    isOpen = await store.get([key('a')]).then(
      () => true,
      () => false,
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
}

onDisk('what another connection of this process has written is seen by the next turn, and so are counters and guards', async (opened) => {
  const { store, folder } = opened
  const add = (): Promise<void> => store.write([], (turn) => turn.add(key('n'), [1, 0, 0]))
  await add()
  await store.get([], [{ key: key('a'), value: 'before' }])
  const other = new DatabaseSync(join(folder, 'stator.db'))
  other.exec("UPDATE entries SET value = '41 0', crc = NULL WHERE key = CAST('n' AS BLOB)")
  other.exec("UPDATE entries SET value = 'theirs', crc = NULL WHERE key = CAST('a' AS BLOB)")
  await add()
  other.close()
  assert.deepEqual(await store.sums([key('n')]), [[42, 0, 0]])
  await store.write([], () => {}, [{ key: key('a'), value: 'theirs' }])
})

test('a page of the database that is damaged is told of with the path of the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-files-'))
  const first = openSqliteStore({ folder })
  for (let row = 0; row < 500; row += 1) await put(first, `row ${row}`, 'x'.repeat(500))
  await first.close()
  const file = join(folder, 'stator.db')
  const store = openSqliteStore({ folder, warn: () => {} })
  // Behind its back: what opening needs is read already.
  const disk = openSync(file, 'r+')
  writeSync(disk, Buffer.alloc(60 * 4096, 0xee), 0, 60 * 4096, 4 * 4096)
  closeSync(disk)
  const isNamed = (error: unknown): boolean => error instanceof Error && error.message === `${file} is damaged`
  const keys = Array.from({ length: 500 }, (_, row) => key(`row ${row}`))
  await assert.rejects(store.get(keys), isNamed)
  await assert.rejects(
    store.view(async (view) => await view.scan({ start: key('a'), end: key('z') }, { entries: 999, bytes: 1e7 })),
    isNamed,
  )
  await assert.rejects(
    store.write(keys, (turn) => keys.map((each) => turn.get(each))),
    isNamed,
  )
  await store.close()
  rmSync(folder, { recursive: true })
})

onDisk('nobody but their owner reads the files', async ({ folder }) => {
  const files = readdirSync(folder).filter((name) => name !== 'stator.mark')
  const modes = files.map((name) => [name, statSync(join(folder, name)).mode & 0o777])
  assert.deepEqual(modes, [
    ['stator.db', 0o600],
    ['stator.db-wal', 0o600],
    ['stator.lock', 0o600],
  ])
})

test('files that others may read are for their owner alone once the store was opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-files-'))
  await openSqliteStore({ folder }).close()
  for (const name of ['stator.db', 'stator.lock']) chmodSync(join(folder, name), 0o644)
  await openSqliteStore({ folder }).close()
  for (const name of ['stator.db', 'stator.lock']) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  rmSync(folder, { recursive: true })
})

test('a folder whose name means something in a URL is one like any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-files-'))
  const odd = join(folder, 'a b?c#d%20e')
  mkdirSync(odd)
  const store = openSqliteStore({ folder: odd })
  await put(store, 'a', 'x')
  await store.close()
  assert.deepEqual(readdirSync(odd), ['stator.db', 'stator.lock', 'stator.mark'])
  assert.deepEqual(readdirSync(folder), ['a b?c#d%20e'])
  rmSync(folder, { recursive: true })
})

test('a folder that the system lets nobody make is refused at once', {
  skip: skipFor(existsSync('/proc/self') ? undefined : 'there is no /proc'),
}, () => {
  assert.throws(
    () => openSqliteStore({ folder: '/proc/x/y' }),
    (error) => error instanceof StoreOpenError && error.message === '/proc/x/y cannot hold the database: no folder can be made there',
  )
})
