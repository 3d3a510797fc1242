/** `stator compact` as it is typed: what becomes of a folder, and what it says when it can't. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { createStator } from '../../src/index.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-compact-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

function compact(...words: readonly string[]): Promise<Ended> {
  return new StatorProcess(['compact', ...words]).ended
}

test('stator compact makes a folder of an older version small, and loses nothing', async (t) => {
  const folder = newFolder(t)
  await (await createStator({ dataDir: folder })).close()
  const file = join(folder, 'stator.db')
  const old = new DatabaseSync(file)
  old.exec('PRAGMA auto_vacuum = NONE; VACUUM')
  old.exec(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO entries (key, value) SELECT CAST('~' || i AS BLOB), zeroblob(3000) FROM n",
  )
  old.exec("DELETE FROM entries WHERE key >= CAST('~2' AS BLOB)")
  old.close()
  const before = statSync(file).size
  assert.ok(before > 40e6)
  const command = await compact('--data-dir', folder)
  assert.equal(command.code, 0, command.err)
  assert.match(command.out, /MiB before, .* MiB now\n$/)
  assert.ok(statSync(file).size < before / 2)
  assert.deepEqual(readdirSync(folder), ['stator.db', 'stator.lock', 'stator.mark'])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const compacted = new DatabaseSync(file)
  assert.equal(compacted.prepare("SELECT count(*) AS rows FROM entries WHERE key >= CAST('~' AS BLOB)").get()?.['rows'], 3112)
  assert.equal(compacted.prepare('PRAGMA auto_vacuum').get()?.['auto_vacuum'], 2)
  compacted.close()
  await (await createStator({ dataDir: folder })).close()
})

test('stator compact leaves a folder alone that a server has open, and one that holds nothing', async (t) => {
  const folder = newFolder(t)
  const empty = await compact('--data-dir', folder)
  assert.deepEqual([empty.code, empty.err], [1, `${folder} holds no database\n`])
  assert.deepEqual(readdirSync(folder), [])
  const store = openSqliteStore({ folder })
  const inUse = await compact('--data-dir', folder)
  assert.deepEqual([inUse.code, inUse.err], [1, `${folder} is already in use by a Stator process\n`])
  await store.close()
})
