/** `stator check` as it is typed: on a folder and by a server, with and without --fix, for people and for programs. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { readLog } from '../../src/storage/sqlite/write-ahead-log.ts'
import { crashTest, KilledServer } from '../crash/killed-server.ts'
import { groupedTable } from '../harness/grouped-table.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const TableName = 'Checked'
const table = groupedTable(TableName)

function run(...words: readonly string[]): Promise<Ended> {
  return new StatorProcess(['check', ...words]).ended
}

async function fill(t: TestContext, folder: string): Promise<KilledServer> {
  const server = await KilledServer.start(t, folder)
  await server.call('CreateTable', table)
  for (let id = 0; id < 50; id += 1) await server.call('PutItem', { TableName, Item: { id: { N: String(id) }, g: { S: `g${id % 3}` } } })
  return server
}

/** Changes the value of the first or the last row that was put of those whose keys begin so. */
function damage(folder: string, keyHexStart: string, which: 'min' | 'max' = 'min'): void {
  const database = new DatabaseSync(join(folder, 'stator.db'))
  const found = database
    .prepare(`UPDATE entries SET value = value || 'x' WHERE id = (SELECT ${which}(id) FROM entries WHERE hex(key) LIKE ?)`)
    .run(`${keyHexStart}%`)
  database.close()
  assert.equal(found.changes, 1)
}

crashTest('a check of a folder finds damaged rows, mends what follows from items, and says what it cannot', async (t, folder) => {
  await (await fill(t, folder)).kill('SIGTERM')
  const whole = await run('--data-dir', folder)
  assert.deepEqual([whole.code, whole.err], [0, ''])
  assert.match(whole.out, /^Looked at \d+ records: nothing is wrong\.\n$/)
  // An item, an entry of the index, what the index counts.
  damage(folder, '100000000100')
  damage(folder, '100000000101', 'max')
  damage(folder, '040000000101')
  const found = await run('--data-dir', folder, '--json')
  assert.equal(found.code, 5)
  const { findings, mended } = JSON.parse(found.out) as { readonly findings: readonly { readonly kind: string }[]; readonly mended: number }
  assert.equal(mended, 0)
  assert.deepEqual([...new Set(findings.map(({ kind }) => kind))].sort(), ['counts', 'damaged record', 'index entry'])
  const fixed = await run('--data-dir', folder, '--fix')
  assert.equal(fixed.code, 5)
  assert.match(fixed.out, /^ {2}a record is not what was written, key 100000000100[0-9a-f]+$/m)
  assert.match(fixed.out, /^ {2}a record is not what was written, key 100000000101[0-9a-f]+ \(mended\)$/m)
  assert.match(fixed.out, /1 left: what cannot be mended is to be restored from a backup\.\n$/)
  const discarded = await run('--data-dir', folder, '--fix', '--discard-damaged')
  assert.deepEqual([discarded.code, discarded.err], [0, ''], discarded.out)
  assert.equal((await run('--data-dir', folder)).code, 0)
  const server = await KilledServer.start(t, folder)
  assert.equal((await server.scan(TableName)).length, 49)
  assert.equal((await server.scan(TableName, 'by-g')).length, 49)
  await server.kill('SIGTERM')
})

crashTest(
  'a check by a server goes on beside its requests, and a folder that is in use is not checked behind its back',
  async (t, folder) => {
    await (await fill(t, folder)).kill('SIGTERM')
    damage(folder, '100000000101')
    const server = await KilledServer.start(t, folder)
    assert.equal((await run('--data-dir', folder)).err, `${folder} is in use by a Stator process: ask that one with --endpoint.\n`)
    const found = await run('--endpoint', server.endpoint)
    assert.equal(found.code, 5, found.out)
    const fixed = await run('--endpoint', server.endpoint, '--fix')
    assert.deepEqual([fixed.code, fixed.err], [0, ''], fixed.out)
    assert.equal((await server.scan(TableName, 'by-g')).length, 50)
    await server.kill('SIGTERM')
  },
)

crashTest('with --fix a folder goes on without what its damaged log has lost, and the log is kept', async (t, folder) => {
  const server = await fill(t, folder)
  await server.kill()
  const log = join(folder, 'stator.db-wal')
  const state = readLog(log)
  assert.ok(state.kind === 'frames')
  const bytes = readFileSync(log)
  const at = 32 + Math.floor(state.whole / 2) * state.frameBytes + 100
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(log, bytes)
  const fixed = await run('--data-dir', folder, '--fix')
  assert.deepEqual([fixed.code, fixed.err], [0, ''], fixed.out)
  assert.match(
    fixed.out,
    /is damaged behind page \d+, and at least \d+ commits that were acknowledged are lost: .*; it was gone on without, and the log as it was is .*lost-1 \(mended\)\n/,
  )
  assert.deepEqual(readFileSync(`${log}.lost-1`), bytes)
  const again = await KilledServer.start(t, folder)
  const { length } = await again.scan(TableName)
  assert.ok(length > 5 && length < 45, `${length}`)
  await again.kill('SIGTERM')
})

crashTest('where there is no database a check says so, finds nothing whole, and makes none', async (_t, folder) => {
  mkdirSync(folder, { recursive: true })
  const missing = join(folder, 'never', 'here')
  const no = (path: string): string => `${path} holds no database: name the folder of yours with --data-dir.\n`
  const told = async (environment: { readonly [name: string]: string }, ...words: readonly string[]): Promise<unknown> => {
    const { code, out, err } = await new StatorProcess(['check', ...words], { folder, environment }).ended
    return [code, out, err]
  }
  assert.deepEqual(await told({}, '--data-dir', missing), [1, '', no(missing)])
  assert.deepEqual(await told({}, '--data-dir', missing, '--fix', '--json'), [1, '', no(missing)])
  assert.deepEqual(await told({}, '--data-dir', folder), [1, '', no(folder)])
  assert.deepEqual(await told({}), [1, '', no(join(folder, '.stator'))])
  assert.deepEqual(await told({ STATOR_DATA_DIR: missing }), [1, '', no(missing)])
  assert.equal(existsSync(missing), false)
  assert.deepEqual(readdirSync(folder), [])
  const file = join(folder, 'file')
  writeFileSync(file, 'text')
  assert.deepEqual(await told({}, '--data-dir', file), [
    1,
    '',
    `${file} is not a folder: name the one that holds the database with --data-dir.\n`,
  ])
  assert.deepEqual(readdirSync(folder), ['file'])
})
