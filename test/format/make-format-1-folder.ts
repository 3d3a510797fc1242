/**
 * Makes the folders in format-1/ and the answers in format-1-expected.json. It was run once, with commit 0d537cc, the last one before
 * format 2, and is not run again: what it made is the evidence that a later version opens what people have on their disks. It stays
 * so that everybody can see what is in there and how it came to be, and as the pattern for the folder of the next format.
 *
 *     node test/format/make-format-1-folder.ts <sources of that version, with node_modules> <an empty folder to work in>
 *
 * That version is asked through its HTTP interface alone. Times and ids come out the same in every run; how far the backfill came, the
 * measured latencies and the pages of the database do not, and the answers go with the folders.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Answers } from './asked.ts'
import { answersOf, assertSameAnswers, writeAnswers } from './expected-answers.ts'
import { askFolder } from './folder-questions.ts'
import { fillIsolated, fillShared } from './isolated-folder.ts'
import { closedFolder, expectedFile, isolatedFolder, type KeptFolder, killedFolder, sharedBeside } from './kept-folders.ts'
import { beginFilling, filledPercent, leaveOpen, liveOn } from './main-folder.ts'
import { firstTime, lastTime } from './main-times.ts'
import { packFolder, unpackFolder } from './packed-folder.ts'
import { countRecords, unknownTags } from './record-kinds.ts'
import { ServedVersion } from './served-version.ts'

const [sources = '', workFolder = ''] = process.argv.slice(2)
const wantedPercent = 15

await makeMainFolders(join(workFolder, 'main'))
await makeIsolatedFolder(join(workFolder, 'isolated'))
const answers = await askAll()
assertSameAnswers(await ask(killedFolder), answersOf(answers, 'main'))
// Once more, to see that nothing in them is chance.
assertSameAnswers(await askAll(), answers)
writeAnswers(expectedFile, answers)
for (const { archive } of [closedFolder, killedFolder, isolatedFolder]) console.log(basename(archive), statSync(archive).size)
console.log(basename(expectedFile), statSync(expectedFile).size, 'with', answers.size, 'answers')

async function makeMainFolders(folder: string): Promise<void> {
  const live = await ServedVersion.start({ sources, folder, startTime: firstTime, seed: 1 })
  await liveOn(live.client)
  await live.close()
  await breakOffFilling(folder)
  // What was broken off goes into the database, so that the log has what comes now and no more.
  const between = await ServedVersion.start({ sources, folder, startTime: lastTime, seed: 3 })
  await between.close()
  const last = await ServedVersion.start({ sources, folder, startTime: lastTime, seed: 4 })
  await leaveOpen(last.client)
  await last.kill()
  packFolder(folder, killedFolder.archive)
  const closing = await ServedVersion.start({ sources, folder, startTime: lastTime, seed: 5 })
  await closing.close()
  const counts = countRecords(folder)
  console.log(counts)
  for (const [name, count] of counts) assert.ok(count > 0, `the folder has no ${name}`)
  assert.deepEqual(unknownTags(folder), [])
  packFolder(folder, closedFolder.archive)
}

async function breakOffFilling(folder: string): Promise<void> {
  const server = await ServedVersion.start({ sources, folder, startTime: lastTime, seed: 2 })
  await beginFilling(server.client)
  const filling = server.client.control('POST', 'jobs/run', {}).catch(() => 'killed')
  let percent = 0
  while (percent < wantedPercent) percent = await filledPercent(server.client)
  await server.kill()
  assert.equal(await filling, 'killed', 'the backfill was over before it could be broken off: run this again')
  console.log('broken off at', Math.round(percent), '%')
}

async function makeIsolatedFolder(folder: string): Promise<void> {
  const shared = await ServedVersion.start({ sources, folder, startTime: '2026-11-21T09:20:00Z', seed: 6 })
  await fillShared(shared.client)
  await shared.close()
  const isolated = await ServedVersion.start({ sources, folder, startTime: '2026-11-21T09:26:00Z', regions: 'isolated', seed: 7 })
  await fillIsolated(isolated.client)
  await isolated.close()
  packFolder(folder, isolatedFolder.archive)
}

async function askAll(): Promise<Answers> {
  const sets = [await ask(closedFolder), await ask(isolatedFolder), await ask(sharedBeside)]
  return new Map(sets.flatMap((each) => [...each]))
}

/** Of a copy, so that the archive and the folder stay what they are. */
async function ask(kept: KeptFolder): Promise<Answers> {
  const { archive, time: startTime, regions } = kept
  const folder = mkdtempSync(join(workFolder, 'copy-'))
  unpackFolder(archive, folder)
  const server = await ServedVersion.start({ sources, folder, startTime, regions, seed: Date.now() })
  const answers = await askFolder(server.client, kept)
  await server.close()
  return answers
}
