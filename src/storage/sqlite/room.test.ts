import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ballastBytes, roomyFromBytes, tightBelowBytes } from '../limits.ts'
import { type KeyBytes, StoreUnavailable } from '../store.ts'
import { openSqliteStore, type SqliteStore } from './open-sqlite-store.ts'

function key(text: string): KeyBytes {
  return Buffer.from(text) as Uint8Array as KeyBytes
}

function put(store: SqliteStore, name: string, value = 'x'): Promise<void> {
  return store.write([], (turn) => turn.put(key(name), value))
}

interface OnDisk {
  readonly store: SqliteStore
  readonly folder: string
  readonly heard: string[]
  /** What the disk has free. */
  freeBytes: number
}

async function onDisk(t: TestContext): Promise<OnDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-room-'))
  const disk = { folder, heard: [] as string[], freeBytes: roomyFromBytes }
  const store = openSqliteStore({ folder, freeBytes: () => disk.freeBytes, warn: (text) => disk.heard.push(text) })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  await put(store, 'a')
  store.tend()
  return Object.assign(disk, { store })
}

test('A store keeps a ballast while there is room, and lets it go when there is none', async (t) => {
  const disk = await onDisk(t)
  const { store, folder } = disk
  const ballast = join(folder, 'stator.ballast')
  while (!existsSync(ballast) || statSync(ballast).size < ballastBytes) await new Promise((resolve) => setImmediate(resolve))
  disk.freeBytes = tightBelowBytes - 1
  store.tend()
  assert.equal(existsSync(ballast), false)
})

test('A ballast outlives the store, so that only a new folder is without one for a moment', async (t) => {
  const { store, folder } = await onDisk(t)
  const ballast = join(folder, 'stator.ballast')
  while (!existsSync(ballast) || statSync(ballast).size < ballastBytes) await new Promise((resolve) => setImmediate(resolve))
  await store.close()
  assert.equal(statSync(ballast).size, ballastBytes)
  const again = openSqliteStore({ folder, freeBytes: () => 0 })
  assert.equal(statSync(ballast).size, ballastBytes)
  again.tend()
  assert.equal(existsSync(ballast), false, 'it is what makes room when the first look finds none')
  await again.close()
})

test('A store without room refuses what grows, deletes, and says why; with room again it goes on', async (t) => {
  const disk = await onDisk(t)
  const { store, folder, heard } = disk
  await put(store, 'b')
  await put(store, 'c')
  disk.freeBytes = tightBelowBytes - 1
  store.tend()
  const told: string[] = []
  const refused = store.write([], (turn) => {
    turn.follow({ durable: () => told.push('durable'), refused: () => told.push('refused'), dropped: () => told.push('dropped') })
    turn.put(key('d'), 'too much')
    turn.append(key('log'), 'x')
    turn.add(key('n'), [1, 0, 0])
  })
  await assert.rejects(refused, (error) => error instanceof StoreUnavailable && error.message === store.trouble())
  assert.deepEqual(told, ['dropped'])
  assert.equal(store.trouble(), `the disk of ${folder} is full: reads and deletes go on, other writes when 12.0 MiB are free (2.0 MiB are)`)
  await store.write([], (turn) => {
    turn.delete(key('b'))
    turn.append(key('log'), 'as many as are deleted')
    turn.add(key('n'), [5, 0, 0])
  })
  await store.write([], (turn) => {
    turn.makesRoom()
    turn.put(key('sweep'), 'what is to be deleted')
  })
  await store.write([], (turn) => turn.add(key('n'), [1, 0, 0]))
  assert.deepEqual(await store.get([key('a'), key('b'), key('d'), key('sweep')]), ['x', undefined, undefined, 'what is to be deleted'])
  assert.deepEqual(await store.sums([key('n')]), [[6, 0, 0]])
  assert.equal(await store.view(async (view) => (await view.lasts([key('log')]))[0]), 1)
  disk.freeBytes = roomyFromBytes
  store.tend()
  assert.equal(store.trouble(), undefined)
  await put(store, 'd')
  assert.equal(heard.length, 2)
})

test('A store tells once that the room is out, however often it looks', async (t) => {
  const disk = await onDisk(t)
  disk.freeBytes = 0
  for (let look = 0; look < 20; look += 1) disk.store.tend()
  assert.equal(disk.heard.length, 1)
})
