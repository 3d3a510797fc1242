/** docs/backups.md: its commands, typed as they stand there, bring back what they say. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { advanceClock, stopClock } from '../harness/control-endpoint.ts'
import { findAwsCli, skipWithout } from './installed-clients.ts'
import { startServer } from './running-server.ts'
import { commandsOf, readDocument, sectionOf, servingWords, typed } from './typed-document.ts'

const aws = findAwsCli()
const document = readDocument('docs/backups.md')
const commands = commandsOf(document)
const ofFolder = commandsOf(sectionOf(document, 'The whole folder'))
const ofTable = commandsOf(sectionOf(document, 'One table, as it was'))
const elsewhere = commandsOf(sectionOf(document, 'Elsewhere'))
const hourMs = 3_600_000

test('docs/backups.md brings back what it says', { skip: skipWithout(aws, 'AWS CLI'), timeout: 240_000 }, async (t) => {
  assert.deepEqual([commands.length, ofFolder.length, ofTable.length, elsewhere.length], [12, 5, 4, 3])
  const folder = mkdtempSync(join(tmpdir(), 'stator-backups-page-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const server = await startServer(['--data-dir', join(folder, 'data')])
  t.after(async () => assert.equal(await server.close(), 0))
  const type = async (text: string, endpoint = server.endpoint): Promise<string> => {
    const { code, out, err } = await typed(text, { endpoint, aws: aws ?? '', folder })
    assert.equal(code, 0, `${text}\n${err}`)
    return out
  }
  const put = (id: string): Promise<string> => type(`aws dynamodb put-item --table-name Orders --item '{"id":{"S":"${id}"}}'`)
  const idsOf = async (table: string, endpoint = server.endpoint): Promise<readonly string[]> => {
    const scanned = await type(`aws dynamodb scan --table-name ${table} --query 'Items[].id.S' --output text`, endpoint)
    return scanned.split(/\s+/).sort()
  }
  await type(
    'aws dynamodb create-table --table-name Orders --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH',
  )
  await put('a')

  const [full, verify, increment, restore, serve] = ofFolder
  for (const command of [full, verify]) await type(command?.text ?? '')
  await put('b')
  for (const command of [increment, restore]) await type(command?.text ?? '')
  const words = serve === undefined ? undefined : servingWords(serve)
  assert.deepEqual(words, ['--data-dir', './restored', '--port', '8001'])
  const restored = await startServer(['--data-dir', join(folder, 'restored')])
  t.after(async () => assert.equal(await restored.close(), 0))
  assert.deepEqual(await idsOf('Orders', restored.endpoint), ['a', 'b'])

  const [recovery, branch, diff, toLatest] = ofTable
  await stopClock(server.endpoint, '2030-06-01T00:00:00Z')
  await type(recovery?.text ?? '')
  await put('c')
  await advanceClock(server.endpoint, hourMs)
  await put('d')
  await type(branch?.text ?? '')
  assert.deepEqual(await idsOf('OrdersBefore'), ['a', 'b', 'c'])
  assert.match(await type(diff?.text ?? ''), /^\+ id "d".*\n1 added, 0 removed, 0 changed\.$/)
  await type(toLatest?.text ?? '')
  await type('aws dynamodb wait table-exists --table-name OrdersRestored')
  assert.deepEqual(await idsOf('OrdersRestored'), ['a', 'b', 'c'])

  const [out, back] = elsewhere
  await type(out?.text ?? '')
  await type(`aws dynamodb delete-item --table-name Orders --key '{"id":{"S":"a"}}'`)
  await type(back?.text ?? '')
  assert.deepEqual(await idsOf('Orders'), ['a', 'b', 'c', 'd'])
})
