/**
 * Files of a folder that were lost, cut off or changed while nobody had them open: opening says so in one sentence, and leaves them as
 * they are. A copy of the files of a store that is open is what a killed process leaves.
 */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { readLog } from '../../src/storage/sqlite/write-ahead-log.ts'
import { type KeyBytes, type Store, StoreOpenError } from '../../src/storage/store.ts'

const commits = 200
const keyOf = (at: number): KeyBytes => Buffer.from(`key ${String(at).padStart(6, '0')}`) as Uint8Array as KeyBytes

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-lost-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function put(store: Store, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 1) await store.write([], (turn) => turn.put(keyOf(at), `value ${at} ${'x'.repeat(300)}`))
}

/** What a process leaves that was killed after so many commits, half of which the database had from the life before. */
async function killedFolder(t: TestContext): Promise<string> {
  const folder = temporary(t)
  const first = openSqliteStore({ folder, markEveryMs: 0 })
  await put(first, 0, commits / 2)
  await first.close()
  const store = openSqliteStore({ folder, markEveryMs: 0 })
  await put(store, commits / 2, commits)
  const killed = temporary(t)
  cpSync(folder, killed, { recursive: true })
  await store.close()
  return killed
}

async function countOf(folder: string): Promise<number> {
  const store = openSqliteStore({ folder })
  try {
    const { entries } = await store.view(async (view) => view.scan({ start: keyOf(0), end: keyOf(999_999) }, { entries: 1e6, bytes: 1e9 }))
    return entries.length
  } finally {
    await store.close()
  }
}

function sentenceOf(folder: string): string | undefined {
  const before = contents(folder)
  try {
    void openSqliteStore({ folder }).close()
    return undefined
  } catch (error) {
    assert.ok(error instanceof StoreOpenError, String(error))
    assert.deepEqual(contents(folder), before, 'it leaves what it found')
    return error.message.replaceAll(folder, '')
  }
}

function contents(folder: string): readonly (Buffer | undefined)[] {
  return ['stator.db', 'stator.db-wal', 'stator.mark'].map((name) => {
    const file = join(folder, name)
    return existsSync(file) ? readFileSync(file) : undefined
  })
}

function frameAt(folder: string): { readonly count: number; readonly startOf: (frame: number) => number } {
  const log = readLog(join(folder, 'stator.db-wal'))
  assert.ok(log.kind === 'frames')
  return { count: log.whole, startOf: (frame) => 32 + frame * log.frameBytes }
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

const whatToDo = ': put the log back as it was, restore a backup (stator restore), or run stator check --fix to go on without what is lost'

test('What a killed process leaves is opened whole', async (t) => {
  assert.equal(await countOf(await killedFolder(t)), commits)
})

test('A log in which any bit is flipped is refused, wherever it is', async (t) => {
  const folder = await killedFolder(t)
  const log = join(folder, 'stator.db-wal')
  const { count, startOf } = frameAt(folder)
  assert.ok(count >= commits / 2)
  for (let frame = 0; frame < count; frame += 7) {
    for (const inFrame of [0, 9, 17, 24, 2000]) {
      flip(log, startOf(frame) + inFrame)
      assert.match(
        sentenceOf(folder) ?? '',
        /^\/stator\.db-wal (is damaged behind page|ends at page) \d+[^\n]*$/,
        `frame ${frame}, byte ${inFrame}`,
      )
      flip(log, startOf(frame) + inFrame)
    }
  }
  flip(log, startOf(count - 1) + 100)
  assert.equal(
    sentenceOf(folder),
    `/stator.db-wal ends at page ${lastBefore(count)} of ${count}, and what was acknowledged in those behind it is lost${whatToDo}`,
  )
  flip(log, startOf(count - 1) + 100)
  flip(log, 20)
  assert.equal(
    sentenceOf(folder),
    `/stator.db-wal is damaged at its beginning, and all that was acknowledged and stands in it alone is lost${whatToDo}`,
  )
  flip(log, 20)
  assert.equal(await countOf(folder), commits)

  /** The frames of the last commit are as many as it has pages. */
  function lastBefore(frames: number): number {
    const found = readLog(log)
    assert.ok(found.kind === 'frames' && found.whole < frames)
    return found.whole
  }
})

test('Damage in the middle is found without a mark, too, and says how many commits it cost', async (t) => {
  const folder = await killedFolder(t)
  rmSync(join(folder, 'stator.mark'))
  const { count, startOf } = frameAt(folder)
  flip(join(folder, 'stator.db-wal'), startOf(Math.floor(count / 2)) + 50)
  const [, lost] = /at least (\d+) commits/.exec(sentenceOf(folder) ?? '') ?? []
  assert.ok(Number(lost) > commits / 8 && Number(lost) < commits / 2, `${lost}`)
})

test('A log that is cut off, emptied or gone is refused, and so is another one', async (t) => {
  const folder = await killedFolder(t)
  const log = join(folder, 'stator.db-wal')
  const whole = readFileSync(log)
  const { count, startOf } = frameAt(folder)
  for (const lengthBytes of [startOf(count) - 1, startOf(count - 1), startOf(1), 33]) {
    truncateSync(log, lengthBytes)
    assert.match(sentenceOf(folder) ?? '', new RegExp(`^/stator\\.db-wal ends at page \\d+ of ${count}, and `), `${lengthBytes}`)
    writeFileSync(log, whole)
  }
  const gone = `/stator.db-wal is missing or empty, and with it all that was acknowledged in the last ${count} pages written${whatToDo}`
  truncateSync(log, 0)
  assert.equal(sentenceOf(folder), gone)
  rmSync(log)
  assert.equal(sentenceOf(folder), gone)
  cpSync(join(await killedFolder(t), 'stator.db-wal'), log)
  assert.equal(
    sentenceOf(folder),
    `/stator.db-wal is not the log that belongs to this database, and what was acknowledged last is lost${whatToDo}`,
  )
  writeFileSync(log, whole)
  assert.equal(await countOf(folder), commits)
})

test('A database that is gone is told of, beside its log and alone', async (t) => {
  const folder = await killedFolder(t)
  rmSync(join(folder, 'stator.db'))
  assert.match(sentenceOf(folder) ?? '', /^\/stator\.db is missing, and its log without it is of no use: /)
  rmSync(join(folder, 'stator.db-wal'))
  assert.match(
    sentenceOf(folder) ?? '',
    /^\/stator\.db is missing, and everything that was in it: .* or remove \/stator\.mark to start empty$/,
  )
  rmSync(join(folder, 'stator.mark'))
  assert.equal(await countOf(folder), 0)
})

test('The torn end of a commit that nobody was told of is no damage', async (t) => {
  const killed = await killedFolder(t)
  // As a power cut leaves it: without the last mark.
  rmSync(join(killed, 'stator.mark'))
  const { startOf } = frameAt(killed)
  for (const cut of [startOf(40), startOf(40) + 1, startOf(41) - 1, startOf(41) + 30]) {
    const folder = temporary(t)
    cpSync(killed, folder, { recursive: true })
    truncateSync(join(folder, 'stator.db-wal'), cut)
    const found = await countOf(folder)
    assert.ok(found > commits / 2 && found < commits, `${found}`)
  }
})

test('A folder is opened after a close in good order, whatever is done to the mark, and after a log that started afresh', async (t) => {
  const folder = temporary(t)
  const store = openSqliteStore({ folder, markEveryMs: 0 })
  await put(store, 0, commits)
  const old = readFileSync(join(folder, 'stator.mark'))
  // Another program copies the whole log, so that it starts afresh with the next commit.
  const other = new DatabaseSync(join(folder, 'stator.db'))
  other.exec('PRAGMA wal_checkpoint(RESTART)')
  other.close()
  await put(store, commits, commits + 3)
  const killed = temporary(t)
  cpSync(folder, killed, { recursive: true })
  writeFileSync(join(killed, 'stator.mark'), old)
  await store.close()
  assert.equal(await countOf(killed), commits + 3)
  writeFileSync(join(folder, 'stator.mark'), 'no mark')
  assert.equal(await countOf(folder), commits + 3)
  assert.ok(!existsSync(join(folder, 'stator.db-wal')))
})
