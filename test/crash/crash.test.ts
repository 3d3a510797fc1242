/**
 * A store whose process is killed keeps every write it acknowledged and no half of any other. The moment of the kill is a
 * number of acknowledgements drawn from a seed, never a time.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { type KeyBytes, logEntryNumber, logRange, type StoredValue } from '../../src/storage/store.ts'

const program = join(import.meta.dirname, 'writer-process.ts')
const rounds = 6
const seed = 20261122

/** Runs writers on the folder until they have acknowledged `kills` writes, kills them, and returns all acknowledged numbers. */
async function writeAndKill(folder: string, first: number, kills: number): Promise<number[]> {
  const child = spawn(process.execPath, [program, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line))
    if (acknowledged.length === kills) child.kill('SIGKILL')
  }
  const [, signal] = await exited
  assert.equal(signal, 'SIGKILL', 'the writers ended by themselves')
  return acknowledged
}

function numberOf(value: StoredValue | undefined): number | undefined {
  return typeof value === 'string' ? Number(value.slice(0, value.indexOf(':'))) : undefined
}

/** Opening must succeed at once, so the lock of the killed process is gone. */
async function checkPairs(folder: string, acknowledged: ReadonlySet<number>): Promise<number> {
  const store = openSqliteStore({ folder })
  let highest = -1
  await store.view(async (view) => {
    const last = Math.max(...acknowledged) + 1000
    for (let slot = 0; slot <= last; slot += 1) {
      const [left, right] = await view.get([`left ${slot}`, `right ${slot}`].map((text) => Buffer.from(text) as Uint8Array as KeyBytes))
      assert.equal(right, left, `torn turn at ${slot}`)
      const found = numberOf(left) ?? -1
      highest = Math.max(highest, found)
      // See writer-process.ts: every seventh turn writes the slot before its own number.
      const isReplacing = slot % 7 === 0
      const replacement = (slot + 1) % 7 === 0 ? slot + 1 : slot
      if (acknowledged.has(slot) && !isReplacing) assert.ok(found === slot || found === replacement, `acknowledged write ${slot} is lost`)
      if (acknowledged.has(replacement) && !isReplacing) assert.equal(found, replacement, `acknowledged write ${replacement} is lost`)
    }
  })
  await store.close()
  return highest
}

/** Every turn is in the log once, without a gap, and counted. */
async function checkLog(folder: string, acknowledged: ReadonlySet<number>): Promise<void> {
  const store = openSqliteStore({ folder })
  const [counter, log] = ['counter', 'log'].map((text) => Buffer.from(text) as Uint8Array as KeyBytes) as [KeyBytes, KeyBytes]
  const { entries } = await store.view(async (view) => await view.scan(logRange(log), { entries: 1e9, bytes: 1e9 }))
  assert.deepEqual(
    entries.map(({ key }) => logEntryNumber(key)),
    entries.map((_, at) => at + 1),
  )
  const logged = entries.map(({ value }) => Number(value))
  assert.ok(acknowledged.isSubsetOf(new Set(logged)))
  assert.deepEqual(await store.sums([counter]), [[logged.length, logged.reduce((sum, number) => sum + number, 0), 0]])
  await store.close()
}

test(`a killed store keeps what it acknowledged and nothing torn (seed ${seed})`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-crash-'))
  const random = seededRandom(seed)
  const acknowledged = new Set<number>()
  let first = 0
  for (let round = 0; round < rounds; round += 1) {
    const [high = 0, low = 0] = random.bytes(2)
    const kills = 1 + (((high << 8) | low) % 4000)
    for (const number of await writeAndKill(folder, first, kills)) acknowledged.add(number)
    const highest = await checkPairs(folder, acknowledged)
    await checkLog(folder, acknowledged)
    first = Math.max(highest, ...acknowledged) + 1
  }
  assert.ok(acknowledged.size > rounds)
  rmSync(folder, { recursive: true })
})
