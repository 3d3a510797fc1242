/**
 * The whole product on disks that fail, fill up and lose what was not synced (docs/robustness.md). `DISK_ROUNDS=50 npm run disk` cuts
 * the power more often, `DISK_SEED` otherwise.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { seededRandom } from '../../src/base/random.ts'
import { skipFor } from '../harness/skip.ts'
import { type DiskFault, type DiskServer, FaultyDisk, startOn, whyNoFaultyDisk } from './faulty-disk.ts'

const rounds = Number(process.env.DISK_ROUNDS ?? 3)
const seed = Number(process.env.DISK_SEED ?? 1)
const needsFaults = { skip: skipFor(whyNoFaultyDisk()) }

/** Of a server in a process of its own, which looks at its disk once a second. */
async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(50)
}

for (const fault of ['fsync fails', 'write fails'] satisfies readonly DiskFault[]) {
  test(`A server whose ${fault} answers 500, keeps nothing of it, reads on, and goes on when the disk does`, needsFaults, async (t) => {
    const disk = new FaultyDisk(t)
    const server = await disk.start()
    await server.makeTable()
    for (let id = 0; id < 20; id += 1) assert.equal((await server.put(id)).status, 200)
    disk.suffer(fault)
    assert.equal((await server.put(100)).status, 500)
    await until(() => server.has(7).catch(() => false))
    assert.equal(await server.has(100), false)
    assert.equal((await server.ready()).status, 503)
    assert.equal((await server.put(101)).status, 500)
    disk.suffer('none')
    await until(async () => (await server.put(102)).status === 200)
    assert.equal((await server.ready()).status, 200)
    await server.kill()
    const again = await disk.start()
    for (const id of [100, 101]) assert.equal(await again.has(id), false, `${id} was answered 500`)
    for (const id of [0, 19, 102]) assert.equal(await again.has(id), true, `${id} was answered 200`)
  })
}

test('A write that was answered 500 because of a sync is not there after a kill right behind it', needsFaults, async (t) => {
  const disk = new FaultyDisk(t)
  const server = await disk.start()
  await server.makeTable()
  assert.equal((await server.put(0)).status, 200)
  disk.suffer('fsync fails')
  assert.equal((await server.put(1)).status, 500)
  await server.kill()
  disk.suffer('none')
  const again = await disk.start()
  assert.deepEqual([await again.has(0), await again.has(1)], [true, false])
})

test(
  'A server whose writes find no room, whatever the disk says, deletes nothing it should not, tells of it once, and reads on',
  needsFaults,
  async (t) => {
    const disk = new FaultyDisk(t)
    const server = await disk.start()
    await server.makeTable()
    assert.equal((await server.put(0)).status, 200)
    disk.suffer('no room')
    for (let id = 1; id < 30; id += 1) assert.equal((await server.put(id)).status, 500)
    assert.deepEqual([await server.has(0), await server.has(1)], [true, false])
    assert.match((await server.ready()).text, /^the disk of .* is full/)
    const told = server.process.err.split('\n').filter((line) => line.includes('is full'))
    assert.ok(told.length <= 2, server.process.err)
  },
)

test(
  'A server whose disk has no room when it starts reads tables with recovery, and deletes from them as soon as that can be written',
  needsFaults,
  async (t) => {
    const disk = new FaultyDisk(t)
    const server = await disk.start()
    await server.makeTable()
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
    const recovered = await server.ask('UpdateContinuousBackups', { TableName: 'Disk', PointInTimeRecoverySpecification })
    assert.equal(recovered.status, 200)
    for (const id of [0, 1]) assert.equal((await server.put(id)).status, 200)
    await server.kill()
    disk.suffer('no room')
    const again = await disk.start()
    const remove = async (id: number): Promise<number> =>
      (await again.ask('DeleteItem', { TableName: 'Disk', Key: { id: { N: String(id) } } })).status
    assert.equal(await again.has(0), true)
    assert.deepEqual([await remove(0), (await again.put(2)).status], [500, 500])
    disk.suffer('none')
    await until(async () => (await remove(1)) === 200)
    assert.deepEqual([await again.has(0), await again.has(1), await again.has(2)], [true, false, false])
  },
)

test('A server whose disk becomes read-only reads on, says so, and writes when it can again', needsFaults, async (t) => {
  const disk = new FaultyDisk(t)
  const server = await disk.start()
  await server.makeTable()
  for (let id = 0; id < 20; id += 1) assert.equal((await server.put(id)).status, 200)
  disk.suffer('is read-only')
  assert.equal((await server.put(100)).status, 500)
  await until(() => server.has(7).catch(() => false))
  await until(async () => /cannot be written .its file system is read-only.: reads go on/.test((await server.ready()).text))
  for (let look = 0; look < 40; look += 1) {
    assert.deepEqual([await server.has(19), await server.has(100)], [true, false])
    await sleep(50)
  }
  const refused = await server.put(101)
  assert.deepEqual([refused.status, /its file system is read-only/.test(String(refused.body.message))], [500, true])
  assert.equal((await server.ready()).status, 503)
  disk.suffer('none')
  await until(async () => (await server.put(102)).status === 200)
  assert.equal((await server.ready()).status, 200)
  await server.kill()
  const again = await disk.start()
  for (const id of [100, 101]) assert.equal(await again.has(id), false, `${id} was answered 500`)
  for (const id of [0, 19, 102]) assert.equal(await again.has(id), true, `${id} was answered 200`)
})

/** Writes until so many were answered, and kills the server then. Resolves with the ids that were answered. */
async function writeUntilKilled(server: DiskServer, firstId: number, answers: number): Promise<readonly number[]> {
  const answered: number[] = []
  let nextId = firstId
  const write = async (): Promise<void> => {
    for (;;) {
      const id = nextId
      nextId += 1
      const reply = await server.put(id, 'x'.repeat(id % 3000)).catch(() => undefined)
      if (reply === undefined) return
      assert.equal(reply.status, 200)
      answered.push(id)
      if (answered.length === answers) void server.kill()
    }
  }
  await Promise.all(Array.from({ length: 8 }, write))
  return answered
}

test('A power cut loses nothing that was answered, whatever of the rest is on the disk, and in what order', needsFaults, async (t) => {
  const disk = new FaultyDisk(t)
  const random = seededRandom(seed)
  const answered: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const server = await disk.start()
    if (round === 0) await server.makeTable()
    for (const id of answered) assert.ok(await server.has(id), `round ${round}: ${id} is gone`)
    answered.push(...(await writeUntilKilled(server, round * 10_000, 50 + (random.bytes(1)[0] ?? 0))))
    disk.cutPower(random)
  }
  const last = await disk.start()
  for (const id of answered) assert.ok(await last.has(id), `${id} is gone`)
})

/** A file system of so many bytes; undefined where this user may not make one. */
function smallDisk(t: TestContext): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'stator-small-'))
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', folder]).status === 0
  t.after(() => {
    if (isMounted) spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return isMounted ? folder : undefined
}

const needsMount = { skip: skipFor(process.getuid?.() === 0 ? undefined : 'only the superuser mounts a small disk') }

test('A server on a full disk reads, deletes, starts, says why, and writes again once a table is deleted', needsMount, async (t) => {
  const folder = smallDisk(t)
  if (folder === undefined) {
    t.diagnostic('nothing can be mounted here')
    return
  }
  const server = await startOn(t, join(folder, 'data'))
  await server.makeTable()
  // It is made within a second of the start, and this disk is full in as long.
  await until(async () => existsSync(join(folder, 'data', 'stator.ballast')))
  let filled = 0
  while ((await server.put(filled, 'x'.repeat(100_000))).status === 200) filled += 1
  assert.ok(filled > 50, `${filled} items`)
  await until(async () => (await server.ready()).status === 503)
  assert.match((await server.ready()).text, /^the disk of .* is full: reads and deletes go on/)
  assert.ok(await server.has(0))
  for (let id = 0; id < 20; id += 1) {
    assert.equal((await server.ask('DeleteItem', { TableName: 'Disk', Key: { id: { N: String(id) } } })).status, 200, server.process.err)
  }
  await server.kill()
  const again = await startOn(t, join(folder, 'data'))
  assert.ok(await again.has(filled - 1))
  assert.equal(await again.has(0), false)
  assert.equal((await again.ask('DeleteTable', { TableName: 'Disk' })).status, 200)
  await until(async () => (await again.ready()).status === 200)
  await until(async () => (await again.ask('DescribeTable', { TableName: 'Disk' })).status === 400)
  await again.makeTable()
  // The rows of the deleted table go by and by, and may need what room there is meanwhile.
  await until(async () => (await again.put(1, 'y'.repeat(100_000))).status === 200)
  const lines = again.process.err.split('\n').filter((line) => line !== '')
  assert.ok(lines.length < 12, again.process.err)
})

test(
  'A server whose folder is on a read-only file system when it starts is read by as many as like, and written once it can be',
  needsMount,
  async (t) => {
    const disk = smallDisk(t)
    if (disk === undefined) {
      t.diagnostic('nothing can be mounted here')
      return
    }
    const remount = (how: 'ro' | 'rw'): void => assert.equal(spawnSync('mount', ['-o', `remount,${how}`, disk]).status, 0)
    const folder = join(disk, 'data')
    const server = await startOn(t, folder)
    await server.makeTable()
    for (let id = 0; id < 20; id += 1) assert.equal((await server.put(id)).status, 200)
    await server.kill()
    remount('ro')
    const reader = await startOn(t, folder)
    const other = await startOn(t, folder)
    for (const each of [reader, other])
      assert.deepEqual([await each.has(0), await each.has(19)], [true, true], 'what is in the log alone, too')
    const refused = await reader.put(20)
    assert.deepEqual([refused.status, /its file system is read-only/.test(String(refused.body.message))], [500, true])
    assert.equal((await reader.ask('DeleteItem', { TableName: 'Disk', Key: { id: { N: '0' } } })).status, 500)
    assert.match((await reader.ready()).text, /cannot be written \(its file system is read-only\): reads go on/)
    await other.kill()
    remount('rw')
    await until(async () => (await reader.put(21)).status === 200)
    assert.equal((await reader.ready()).status, 200)
    assert.deepEqual([await reader.has(19), await reader.has(20), await reader.has(21)], [true, false, true])
  },
)
