/** `POST /_stator/snapshot` as somebody hostile uses it: it writes in one place, through no link, and not until the disk is full. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { snapshotsKeptMax } from '../../src/storage/limits.ts'

interface Opened {
  readonly server: RunningServer
  readonly data: string
  readonly elsewhere: string
}

async function open(t: TestContext): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-snapshot-'))
  const [data, elsewhere] = [join(folder, 'data'), join(folder, 'elsewhere')]
  mkdirSync(elsewhere)
  const storage = { kind: 'disk', folder: data } as const
  const server = await startServer({ storage, host: '127.0.0.1', port: 0, crossOrigin: false, jobs: 'manual', log: () => {} })
  t.after(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })
  return { server, data, elsewhere }
}

async function ask(
  { server }: Opened,
  body: object,
): Promise<{ readonly status: number; readonly file?: string; readonly error?: string }> {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(`${server.endpoint}/_stator/snapshot`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, ...((await response.json()) as object) }
}

test('A snapshot is a file that its owner alone may read, in the data folder, and nobody says where', async (t) => {
  const opened = await open(t)
  const { status, file = '' } = await ask(opened, {})
  assert.equal(status, 200)
  assert.match(file.slice(opened.data.length), /^\/snapshots\/snapshot-\w+\/stator\.db$/)
  assert.deepEqual(
    [statSync(file).mode & 0o777, statSync(join(file, '..')).mode & 0o777, statSync(join(file, '../..')).mode & 0o777],
    [0o600, 0o700, 0o700],
  )
  for (const body of [{ file: join(opened.elsewhere, 'x') }, { file: 'x' }, { name: '../x' }]) {
    const refused = await ask(opened, body)
    assert.equal(refused.status, 400)
    assert.match(String(refused.error), /^"(file|name)" is not a member of this request: /)
  }
  assert.deepEqual([readdirSync(opened.elsewhere), readdirSync(join(opened.data, 'snapshots')).length], [[], 1])
})

test('A snapshot goes through no link', async (t) => {
  const opened = await open(t)
  symlinkSync(opened.elsewhere, join(opened.data, 'snapshots'))
  assert.deepEqual(await ask(opened, {}), {
    status: 400,
    error: `The snapshot could not be made: ${join(opened.data, 'snapshots')} is a link, and snapshots are written through none.`,
  })
  assert.deepEqual(readdirSync(opened.elsewhere), [])
})

test('What stands where snapshots belong is left alone', async (t) => {
  const opened = await open(t)
  writeFileSync(join(opened.data, 'snapshots'), 'mine')
  const { status, error } = await ask(opened, {})
  assert.equal(status, 400)
  assert.match(String(error), /^The snapshot could not be made: EEXIST/)
})

test('There are never more than a few snapshots, asked for one after another or at once', async (t) => {
  const opened = await open(t)
  const answers = await Promise.all(Array.from({ length: snapshotsKeptMax + 2 }, () => ask(opened, {})))
  assert.equal(answers.filter(({ status }) => status === 200).length, snapshotsKeptMax)
  const snapshots = join(opened.data, 'snapshots')
  assert.deepEqual(await ask(opened, {}), {
    status: 400,
    error: `The snapshot could not be made: there are ${snapshotsKeptMax} snapshots in ${snapshots} that nobody has taken away: remove those that are not being used.`,
  })
  for (const name of readdirSync(snapshots)) rmSync(join(snapshots, name), { recursive: true })
  assert.equal((await ask(opened, {})).status, 200)
})
