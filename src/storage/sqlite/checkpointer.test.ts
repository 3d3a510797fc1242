import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { checkpointEveryBytes } from '../limits.ts'
import { Checkpointer, type CheckpointerOptions } from './checkpointer.ts'
import { locationOf } from './location.ts'

/** A database with a log. */
function openDatabase(t: TestContext): { readonly file: string; readonly database: DatabaseSync } {
  const folder = mkdtempSync(join(tmpdir(), 'stator-checkpointer-'))
  const file = join(folder, 'a.db')
  const database = new DatabaseSync(locationOf(file))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); INSERT INTO t VALUES (1)')
  t.after(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  return { file, database }
}

function checkpointerOf(file: string, options: Partial<CheckpointerOptions>): Checkpointer {
  return new Checkpointer({
    file,
    pause: () => {},
    resume: () => {},
    wrote: () => {},
    everyBytes: () => checkpointEveryBytes,
    beforeEmptying: () => {},
    emptied: () => {},
    heldViews: () => 0,
    warn: () => {},
    copyFailed: () => {},
    ...options,
  })
}

function emptiedBy(file: string): Promise<void> {
  return new Promise((resolve) => {
    const checkpointer = checkpointerOf(file, { emptied: () => void checkpointer.close().then(resolve) })
    checkpointer.empty()
  })
}

test('one that its own pause closes does nothing more', async (t) => {
  const { file } = openDatabase(t)
  const done: string[] = []
  let closed: Promise<void> | undefined
  const checkpointer = checkpointerOf(file, {
    pause: () => {
      closed = checkpointer.close()
    },
    resume: () => done.push('resume'),
    beforeEmptying: () => done.push('emptying'),
  })
  checkpointer.empty()
  await closed
  // What it had begun would be over by now.
  await emptiedBy(file)
  assert.deepEqual(done, ['resume'])
})

test('one whose pause asks to empty the log once more empties it before writes go on', async (t) => {
  const { file } = openDatabase(t)
  const sizes = await new Promise<readonly number[]>((resolve) => {
    const found: number[] = []
    const checkpointer = checkpointerOf(file, {
      pause: () => checkpointer.empty(),
      emptied: () => found.push(statSync(`${file}-wal`).size),
      resume: () => void checkpointer.close().then(() => resolve(found)),
    })
    checkpointer.empty()
  })
  assert.deepEqual(sizes, [0])
})
