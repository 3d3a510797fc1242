/**
 * What was written by the last version before format 2 opens in this one and answers as it did: everything that
 * make-format-1-folder.ts asked of that version, to the byte.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { answersOf, assertSameAnswers, differencesOf, readAnswers } from './expected-answers.ts'
import { askFolder } from './folder-questions.ts'
import { closedFolder, expectedFile, isolatedFolder, killedFolder, sharedBeside } from './kept-folders.ts'
import { openCopy, openFolder, unpacked } from './opened-folder.ts'
import { countRecords, unknownTags } from './record-kinds.ts'

const expected = readAnswers(expectedFile)
const mainAnswers = answersOf(expected, 'main')

test('A folder that was closed in good order answers as it did', async (t) => {
  const { client } = await openCopy(t, closedFolder)
  assertSameAnswers(await askFolder(client, closedFolder), mainAnswers)
})

test('A folder whose process was killed answers as it did', async (t) => {
  const { client } = await openCopy(t, killedFolder)
  assertSameAnswers(await askFolder(client, killedFolder), mainAnswers)
})

test('A folder of isolated regions answers as it did, and beside them what was there while regions shared their tables', async (t) => {
  const folder = unpacked(isolatedFolder)
  const isolated = await openFolder(t, folder, isolatedFolder)
  const ofRegions = await askFolder(isolated.client, isolatedFolder)
  assertSameAnswers(ofRegions, new Map([...answersOf(expected, 'us-east-1'), ...answersOf(expected, 'eu-west-1')]))
  await isolated.stator.close()
  const shared = await openFolder(t, folder, sharedBeside)
  assertSameAnswers(await askFolder(shared.client, sharedBeside), answersOf(expected, 'shared'))
})

for (const kept of [closedFolder, killedFolder]) {
  test(`A folder that this version has opened and closed answers as it did (${kept === closedFolder ? 'closed' : 'killed'})`, async (t) => {
    const folder = unpacked(kept)
    for (let times = 0; times < 2; times += 1) {
      const { stator } = await openFolder(t, folder, kept)
      await stator.close()
    }
    const { client } = await openFolder(t, folder, kept)
    assertSameAnswers(await askFolder(client, kept), mainAnswers)
  })
}

test('The folders have a record of every kind', () => {
  for (const kept of [closedFolder, killedFolder]) {
    const folder = unpacked(kept)
    const counts = countRecords(folder)
    assert.deepEqual(
      [...counts].filter(([, count]) => count === 0),
      [],
    )
    assert.deepEqual(unknownTags(folder), [])
  }
})

/** Changes of the stored bytes, each of them small, and a question whose answer must tell. */
const damages: readonly (readonly [sql: string, question: string])[] = [
  [`UPDATE entries SET value = replace(value, 'fresh 3', 'fresh 9') WHERE substr(key, 1, 6) = x'100000001500'`, 'Scan Fresh page 1'],
  [`UPDATE entries SET value = '41 4000' WHERE key = x'040000000600'`, 'DescribeTable Orders'],
  [`DELETE FROM entries WHERE id = (SELECT max(id) FROM entries WHERE substr(key, 1, 1) = x'0a')`, 'GetRecords'],
  [`DELETE FROM entries WHERE id = (SELECT min(id) FROM entries WHERE substr(key, 1, 1) = x'0e')`, 'GetMetricData'],
  [`DELETE FROM entries WHERE substr(key, 1, 1) = x'07'`, 'TransactWriteItems again'],
  [`DELETE FROM entries WHERE substr(key, 1, 1) = x'10' AND typeof(value) = 'blob'`, 'SearchVectors plain'],
  [`DELETE FROM entries WHERE substr(key, 1, 1) = x'11' AND value LIKE '%activities%'`, 'DescribeScalingActivities'],
  [`DELETE FROM entries WHERE id = (SELECT max(id) FROM entries WHERE substr(key, 1, 1) = x'0f')`, 'DescribeAlarm'],
]

test('A folder in which anything is not what it was does not answer as it did', async (t) => {
  const folder = unpacked(closedFolder)
  const database = new DatabaseSync(join(folder, 'stator.db'))
  for (const [sql] of damages) assert.ok(Number(database.prepare(sql).run().changes) > 0, sql)
  database.close()
  const { client } = await openFolder(t, folder, closedFolder)
  const answers = await askFolder(client, closedFolder)
  const differences = differencesOf(answers, mainAnswers)
  for (const [sql, question] of damages) {
    assert.ok(
      differences.some((text) => text.startsWith(`main | ${question}`)),
      `nobody noticed ${sql}`,
    )
  }
  assert.throws(() => assertSameAnswers(answers, mainAnswers), assert.AssertionError)
})
