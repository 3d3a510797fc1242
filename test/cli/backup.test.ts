/** Backups as they are typed: of closed and killed folders, with increments, verified, restored and served; and what is no backup is refused. */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { crashTest, KilledServer } from '../crash/killed-server.ts'
import { groupedTable } from '../harness/grouped-table.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const TableName = 'Kept'
const table = groupedTable(TableName)

function run(words: readonly string[]): Promise<Ended> {
  return new StatorProcess(words).ended
}

async function succeed(words: readonly string[]): Promise<string> {
  const { code, out, err } = await run(words)
  assert.deepEqual([code, err], [0, ''], out)
  return out
}

function put(server: KilledServer, id: number, text: string): Promise<unknown> {
  return server.call('PutItem', { TableName, Item: { id: { N: String(id) }, g: { S: `g${id % 3}` }, text: { S: text } } })
}

async function itemsIn(t: TestContext, folder: string): Promise<ReadonlyMap<number, string>> {
  const server = await KilledServer.start(t, folder)
  const items = (await server.scan(TableName)) as readonly { readonly id: { readonly N: string }; readonly text: { readonly S: string } }[]
  assert.equal((await server.scan(TableName, 'by-g')).length, items.length)
  await server.kill('SIGTERM')
  return new Map(items.map(({ id, text }) => [Number(id.N), text.S]))
}

crashTest('a backup is of the moment in which it was taken, and an increment of another', async (t, folder) => {
  const at = (name: string): string => join(folder, name)
  let server = await KilledServer.start(t, at('data'))
  await server.call('CreateTable', table)
  for (let id = 0; id < 200; id += 1) await put(server, id, 'first')
  const inUse = await run(['backup', at('full.backup'), '--data-dir', at('data')])
  assert.deepEqual(
    inUse.err,
    `${at('data')} is in use by a Stator process, which lets nobody else read it: name that one with --endpoint.\n`,
  )
  await server.kill()
  assert.match(
    await succeed(['backup', at('full.backup'), '--data-dir', at('data')]),
    /full\.backup: [\d,]+ records, [\d.]+ MB, of 20\d\d-/,
  )
  server = await KilledServer.start(t, at('data'))
  for (let id = 0; id < 50; id += 1) await server.call('DeleteItem', { TableName, Key: { id: { N: String(id) } } })
  for (let id = 50; id < 60; id += 1) await put(server, id, 'changed')
  for (let id = 200; id < 210; id += 1) await put(server, id, 'later')
  await server.kill()
  await succeed(['backup', at('later.backup'), '--data-dir', at('data'), '--incremental', at('full.backup')])
  for (const name of ['full', 'later']) assert.match(await succeed(['verify-backup', at(`${name}.backup`)]), /; whole\n$/)

  await succeed(['restore', at('full.backup'), '--data-dir', at('of-full')])
  const full = await itemsIn(t, at('of-full'))
  assert.equal(full.size, 200)
  assert.ok([...full.values()].every((text) => text === 'first'))

  await succeed(['restore', at('full.backup'), at('later.backup'), '--data-dir', at('of-later')])
  const later = await itemsIn(t, at('of-later'))
  assert.equal(later.size, 160)
  for (let id = 50; id < 210; id += 1) assert.equal(later.get(id), id < 60 ? 'changed' : id < 200 ? 'first' : 'later')
  assert.deepEqual(later, await itemsIn(t, at('data')))

  const first = JSON.parse(await succeed(['verify-backup', at('full.backup'), '--json'])) as { readonly rows: number }
  const second = JSON.parse(await succeed(['verify-backup', at('later.backup'), '--json'])) as {
    readonly rows: number
    readonly gone: number
  }
  assert.ok(second.rows < first.rows && second.gone >= 100)
})

crashTest('a backup that a server takes while it writes is of one moment, and so is an increment', async (t, folder) => {
  const at = (name: string): string => join(folder, name)
  const server = await KilledServer.start(t, at('data'))
  await server.call('CreateTable', table)
  for (let id = 0; id < 300; id += 1) await put(server, id, 'x'.repeat(3000))
  let isOver = false
  // Each after the one before: a moment has all up to some number, and none behind it.
  const writing = (async (): Promise<number> => {
    let id = 300
    for (; !isOver; id += 1) await put(server, id, 'meanwhile')
    return id
  })()
  await succeed(['backup', at('full'), '--endpoint', server.endpoint])
  await succeed(['backup', at('later'), '--endpoint', server.endpoint, '--incremental', at('full')])
  isOver = true
  const written = await writing
  const again = await run(['backup', at('full'), '--endpoint', server.endpoint])
  assert.equal(again.err, `${at('full')} is there already: name another file, or remove it.\n`)
  await server.kill('SIGTERM')
  const sizes: number[] = []
  for (const [name, words] of [
    ['one', [at('full')]],
    ['two', [at('full'), at('later')]],
  ] as const) {
    await succeed(['restore', ...words, '--data-dir', at(name)])
    assert.match(await succeed(['check', '--data-dir', at(name)]), /nothing is wrong/)
    const items = await itemsIn(t, at(name))
    for (let id = 0; id < items.size; id += 1) assert.ok(items.has(id), `${id} of ${items.size}`)
    sizes.push(items.size)
  }
  const [first = 0, second = 0] = sizes
  assert.ok(first >= 300 && second > first && second <= written, `${sizes} of ${written}`)
  assert.deepEqual(readdirSync(at('data/snapshots')), [])
})

crashTest('a backup of a folder whose process was killed leaves the folder as it was', async (t, folder) => {
  const data = join(folder, 'data')
  const server = await KilledServer.start(t, data)
  await server.call('CreateTable', table)
  for (let id = 0; id < 20; id += 1) await put(server, id, 'x')
  await server.kill()
  const log = readFileSync(join(data, 'stator.db-wal'))
  await succeed(['backup', join(folder, 'b'), '--data-dir', data])
  assert.deepEqual(readFileSync(join(data, 'stator.db-wal')), log)
  await succeed(['restore', join(folder, 'b'), '--data-dir', join(folder, 'restored')])
  assert.equal((await itemsIn(t, join(folder, 'restored'))).size, 20)
  assert.equal((await itemsIn(t, data)).size, 20)
})

crashTest(
  'what is damaged is found by verify-backup and not restored; what is no backup, or not its base, is refused',
  async (t, folder) => {
    const at = (name: string): string => join(folder, name)
    const server = await KilledServer.start(t, at('data'))
    await server.call('CreateTable', table)
    for (let id = 0; id < 20; id += 1) await put(server, id, 'x')
    await server.kill('SIGTERM')
    await succeed(['backup', at('one'), '--data-dir', at('data')])
    await succeed(['backup', at('two'), '--data-dir', at('data')])
    await succeed(['backup', at('increment'), '--data-dir', at('data'), '--incremental', at('two')])
    const fail = async (words: readonly string[], sentence: string): Promise<void> => {
      const { code, err } = await run(words)
      assert.deepEqual([code, err], [1, `${sentence}\n`])
    }
    await fail(['backup', at('one'), '--data-dir', at('data')], `${at('one')} is there already: name another file, or remove it.`)
    await fail(
      ['backup', at('three'), '--data-dir', at('none')],
      `${at('none')} holds no database of Stator: name the folder of yours with --data-dir.`,
    )
    await fail(
      ['restore', at('one'), '--data-dir', at('data')],
      `${at('data')} holds stator.db: restore into an empty folder, and start Stator with that.`,
    )
    await fail(
      ['restore', at('one'), at('increment'), '--data-dir', at('new')],
      `${at('increment')} does not rest on ${at('one')}, but on another backup.`,
    )
    await fail(
      ['restore', at('increment'), '--data-dir', at('new')],
      `${at('increment')} is an increment: name the full backup that it rests on first.`,
    )
    writeFileSync(at('text'), 'no backup '.repeat(1000))
    await fail(['verify-backup', at('text')], `${at('text')} is not a backup of Stator, or is damaged: file is not a database.`)
    await fail(['verify-backup', join(at('data'), 'stator.db')], `${join(at('data'), 'stator.db')} is a database of Stator and no backup.`)
    await fail(['verify-backup', at('nowhere')], `${at('nowhere')} is not there.`)
    const other = new DatabaseSync(at('one'))
    other.exec("UPDATE entries SET value = value || 'x' WHERE id = (SELECT max(id) FROM entries)")
    other.close()
    const { code, out } = await run(['verify-backup', at('one')])
    assert.equal(code, 5)
    assert.match(out, /; damaged:\n {2}a row is damaged, its key is [0-9a-f]+\n$/)
    const refused = await run(['restore', at('one'), '--data-dir', at('new')])
    assert.equal(refused.code, 1)
    assert.match(refused.err, /one is damaged and was not restored: a row is damaged, its key is [0-9a-f]+\.\n$/)
    assert.ok(!existsSync(join(at('new'), 'stator.db')))
  },
)

test('a folder that has lost its log is not backed up as if it were whole', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-backup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const server = await KilledServer.start(t, data)
  await server.call('CreateTable', table)
  for (let id = 0; id < 20; id += 1) await put(server, id, 'x')
  // The mark comes a moment after the commit.
  while (!existsSync(join(data, 'stator.mark'))) await put(server, 1, 'x')
  await server.kill()
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  cpSync(data, broken, { recursive: true })
  rmSync(join(broken, 'stator.db-wal'))
  const { code, err } = await run(['backup', join(folder, 'b'), '--data-dir', broken])
  assert.equal(code, 1)
  assert.match(err, /stator\.db-wal is missing or empty, /)
  const found = await run(['check', '--data-dir', broken])
  assert.equal(found.code, 5)
  assert.match(found.out, /stator\.db-wal is missing or empty, [^\n]+\nLooked at 0 records: 1 found, 0 mended, 1 left: [^\n]+\n$/)
  assert.equal((await run(['check', '--data-dir', data])).out.split('\n').at(-2)?.endsWith('nothing is wrong.'), true)
})

test('a server that is none cannot have a file of the client taken away', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-backup-'))
  const mine = join(folder, 'stator.db')
  writeFileSync(mine, 'mine')
  const server = createServer((_, response) => response.end(JSON.stringify({ file: mine })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { code, err } = await run(['backup', join(folder, 'b'), '--endpoint', endpoint])
  assert.deepEqual([code, err], [1, `What ${endpoint} answers is no snapshot of Stator's.\n`])
  assert.equal(readFileSync(mine, 'utf8'), 'mine')
})
