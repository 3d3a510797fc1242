/** A folder that cannot be opened is refused in one clear sentence that names it, and is as it was and free for the next attempt. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createStator } from '../../src/index.ts'
import { formatVersion } from '../../src/storage/sqlite/database-file.ts'
import { closedFolder } from './kept-folders.ts'
import { openFolder, temporaryFolder, unpacked } from './opened-folder.ts'

const pageSizeBytes = 4096
/** Every so many pages one is damaged; all of them would take long. */
const pageStep = 3

/** What opening says, or nothing when it goes well. */
async function refusal(dataDir: string): Promise<string | undefined> {
  try {
    const stator = await createStator({ dataDir, jobs: 'manual' })
    await stator.close()
    return undefined
  } catch (error) {
    assert.ok(error instanceof Error)
    return error.message
  }
}

test('A folder of a newer format is refused and left as it was', async () => {
  const folder = unpacked(closedFolder)
  const file = join(folder, 'stator.db')
  const newer = formatVersion + 1
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA user_version = ${newer}`)
  database.close()
  const before = readFileSync(file)
  const sentence = `${file} was written by a newer version of Stator (format ${newer}, this version reads up to ${formatVersion})`
  assert.equal(await refusal(folder), sentence)
  assert.equal(await refusal(folder), sentence)
  assert.deepEqual(readFileSync(file), before)
})

test('A folder in which a page is damaged is refused, or opened when the page is not needed for that', async () => {
  const whole = readFileSync(join(unpacked(closedFolder), 'stator.db'))
  const folder = temporaryFolder()
  const file = join(folder, 'stator.db')
  let refused = 0
  for (let page = 0; page < whole.length / pageSizeBytes; page += pageStep) {
    for (const beside of ['-wal', '-shm']) rmSync(`${file}${beside}`, { force: true })
    writeFileSync(file, Buffer.from(whole).fill(0xee, page * pageSizeBytes, (page + 1) * pageSizeBytes))
    const sentence = await refusal(folder)
    if (sentence === undefined) continue
    refused += 1
    assert.ok(sentence.startsWith(folder), `page ${page}: ${sentence}`)
    assert.match(sentence, /^[^\n]+ (is damaged: |cannot be opened: |is not a Stator database, or its first page is damaged)[^\n]*$/)
    // The failed attempt let go of the folder.
    assert.equal(await refusal(folder), sentence)
  }
  assert.ok(refused > 10)
})

test('A folder whose database is cut off is refused', async (t) => {
  const whole = readFileSync(join(unpacked(closedFolder), 'stator.db'))
  const folder = temporaryFolder()
  const file = join(folder, 'stator.db')
  for (const lengthBytes of [100, pageSizeBytes, pageSizeBytes * 10 + 1, whole.length - pageSizeBytes]) {
    writeFileSync(file, whole.subarray(0, lengthBytes))
    assert.equal(
      await refusal(folder),
      `${file} is damaged: database disk image is malformed; put back a copy of it, or restore a backup (stator restore) into another folder`,
    )
  }
  writeFileSync(file, whole)
  await openFolder(t, folder, closedFolder)
})
