/**
 * Whoever opens a folder of an older format may be killed at any moment of it. Opened again, the folder is what it would have been:
 * row by row, or else answer by answer. Where opening writes nothing there is nothing to kill, and the tests say that, too.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { openMeteredEngine } from '../../src/metering/open-metered-engine.ts'
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts'
import type { KeyBytes, Store } from '../../src/storage/store.ts'
import { type Crash, crashingStore, StoreCrashed } from './crashing-store.ts'
import { answersOf, assertSameAnswers, readAnswers } from './expected-answers.ts'
import { askFolder } from './folder-questions.ts'
import { closedFolder, expectedFile, type KeptFolder, killedFolder } from './kept-folders.ts'
import { openFolder, temporaryFolder, unpacked } from './opened-folder.ts'

const program = join(import.meta.dirname, 'opening-process.ts')
const mainAnswers = answersOf(readAnswers(expectedFile), 'main')
const moments = ['before', 'after'] as const
/** When there are more, some are left out: the first and the last are not. */
const killsMax = 4
const crashesMax = 8
const livesMax = 12
const shortLives = 6

for (const kept of [closedFolder, killedFolder]) {
  const name = kept === closedFolder ? 'closed' : 'killed'

  test(`An opening that crashes at any of its writes is made good by the next one (${name})`, async (t) => {
    const { writes, rows } = await undisturbed(kept)
    for (const atWrite of spread(writes, crashesMax)) {
      for (const moment of moments) {
        const folder = unpacked(kept)
        await assert.rejects(openOver(folder, { atWrite, moment }), StoreCrashed)
        await assertMadeGood(t, folder, kept, rows)
      }
    }
  })

  test(`An opening that is killed at any of its commits is made good by the next one (${name})`, async (t) => {
    const { rows } = await undisturbed(kept)
    const commits = await openingProcess(unpacked(kept), kept, 0)
    assert.ok(typeof commits === 'number')
    for (const at of spread(commits, killsMax)) {
      for (const moment of moments) {
        const folder = unpacked(kept)
        assert.equal(await openingProcess(folder, kept, at, moment), 'killed')
        await assertMadeGood(t, folder, kept, rows)
      }
    }
  })
}

test('An opening that is killed again and again gets to its end, each time a little further', async (t) => {
  const { rows } = await undisturbed(closedFolder)
  const commits = Number(await openingProcess(unpacked(closedFolder), closedFolder, 0))
  const step = Math.ceil(commits / livesMax)
  const folder = unpacked(closedFolder)
  let kills = 0
  // The first ones get no further than to one commit.
  while ((await openingProcess(folder, closedFolder, kills < shortLives ? 1 : step, 'after')) === 'killed') {
    kills += 1
    assert.ok(kills <= shortLives + livesMax, 'what was committed is not done again')
  }
  await assertMadeGood(t, folder, closedFolder, rows)
})

test('The process is killed where it is told to: a folder that it makes is there after the commit, and not before', async () => {
  const commits = Number(await openingProcess(temporaryFolder(), closedFolder, 0))
  assert.ok(commits > 0, 'a new database is made by a commit')
  for (const [moment, isMade] of [
    ['before', false],
    ['after', true],
  ] as const) {
    const folder = temporaryFolder()
    assert.equal(await openingProcess(folder, closedFolder, 1, moment), 'killed')
    const database = new DatabaseSync(join(folder, 'stator.db'))
    const table = database.prepare(`SELECT name FROM sqlite_schema WHERE name = 'entries'`).get()
    database.close()
    assert.equal(table !== undefined, isMade)
  }
})

test('The store crashes where it is told to, and stays so', async () => {
  const key = (text: string): KeyBytes => Buffer.from(text) as Uint8Array as KeyBytes
  for (const moment of moments) {
    const folder = temporaryFolder()
    const inner = openSqliteStore({ folder })
    const { store } = crashingStore(inner, { atWrite: 2, moment })
    const put = (name: string): Promise<void> => store.write([], (turn) => turn.put(key(name), name))
    await put('a')
    await assert.rejects(put('b'), StoreCrashed)
    await assert.rejects(put('c'), StoreCrashed)
    await inner.close()
    const stored = rowsOf(folder).map((row) => row.find((member) => member === 'a' || member === 'b'))
    assert.deepEqual(stored, moment === 'before' ? ['a'] : ['a', 'b'])
  }
})

interface Undisturbed {
  /** How many the opening made. */
  readonly writes: number
  readonly rows: readonly Row[]
}

/** What becomes of the folder when nothing is in the way. Its answers are looked at in format-1.test.ts. */
async function undisturbed(kept: KeptFolder): Promise<Undisturbed> {
  const folder = unpacked(kept)
  const writes = await openOver(folder, { atWrite: 0, moment: 'before' })
  return { writes, rows: rowsOf(folder) }
}

/** Opens the engine over a store that crashes, and closes it. Resolves with the number of writes until it was open. */
async function openOver(folder: string, crash: Crash): Promise<number> {
  let inner: Store | undefined
  let written = (): number => 0
  try {
    const engine = await openMeteredEngine({
      storage: {
        kind: 'custom',
        open: () => {
          inner = openSqliteStore({ folder })
          const { store, writes } = crashingStore(inner, crash)
          written = writes
          return store
        },
      },
      clock: new ManualClock(Date.parse(closedFolder.time)),
      random: seededRandom(1),
    })
    const writes = written()
    await engine.close()
    return writes
  } finally {
    // The process that died let go of the folder.
    await inner?.close()
  }
}

/** The same by a process of its own. Resolves with the number of commits, or with the word that it was killed. */
async function openingProcess(
  folder: string,
  { time }: KeptFolder,
  at: number,
  moment: Crash['moment'] = 'before',
): Promise<number | 'killed'> {
  const child = spawn(process.execPath, [program, folder, time, String(at), moment], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal === 'SIGKILL') return 'killed'
  assert.equal(code, 0)
  return Number(/^opened with (\d+) commits$/m.exec(said)?.[1])
}

/** Opens the folder as if nothing had happened: every row is as in one where nothing did. If not, every answer must be. */
async function assertMadeGood(t: TestContext, folder: string, kept: KeptFolder, rows: readonly Row[]): Promise<void> {
  await openOver(folder, { atWrite: 0, moment: 'before' })
  if (JSON.stringify(rowsOf(folder)) === JSON.stringify(rows)) return
  const { client, stator } = await openFolder(t, folder, kept)
  assertSameAnswers(await askFolder(client, kept), mainAnswers)
  await stator.close()
}

type Row = readonly string[]

/** All that is stored, in the order of keys; where SQLite keeps it is of no account. */
function rowsOf(folder: string): readonly Row[] {
  const database = new DatabaseSync(join(folder, 'stator.db'))
  try {
    const found = database.prepare('SELECT * FROM entries ORDER BY key').all()
    return found.map(({ id: _, ...row }) => Object.values(row).map((member) => (typeof member === 'string' ? member : textOf(member))))
  } finally {
    database.close()
  }
}

function textOf(member: unknown): string {
  return member instanceof Uint8Array ? `0x${Buffer.from(member).toString('hex')}` : String(member)
}

/** Numbers from 1 to `last`: all of them, or as many as are allowed, evenly spread. */
function spread(last: number, countMax: number): readonly number[] {
  const count = Math.min(last, countMax)
  const step = count > 1 ? (last - 1) / (count - 1) : 0
  return Array.from({ length: count }, (_, at) => Math.round(1 + at * step))
}
