/** docs/triggers.md: its walk through, typed as it stands there, ends with the poisoned order alone in the file of failures. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { findAwsClis, skipWithout } from './installed-clients.ts'
import { startServer } from './running-server.ts'
import { blocksOf, commandsOf, readDocument, sectionOf, typed } from './typed-document.ts'

const [aws] = findAwsClis()
const walk = sectionOf(readDocument('docs/triggers.md'), 'A walk through')

test('docs/triggers.md leads to the poisoned order', { skip: skipWithout(aws, 'AWS CLI'), timeout: 240_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-triggers-page-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [configuration = ''] = blocksOf(walk, 'ts')
  const [handler = ''] = blocksOf(walk, 'js')
  writeFileSync(join(folder, 'functions.config.ts'), configuration)
  writeFileSync(join(folder, 'on-order.mjs'), handler)
  const server = await startServer(['--in-memory', '--functions', join(folder, 'functions.config.ts')])
  t.after(async () => assert.equal(await server.close(), 0))
  const commands = commandsOf(walk).map(({ text }) => text)
  assert.equal(commands[0], 'npx stator --functions functions.config.ts')
  const isAfter = (text: string): boolean => /^(cat|curl) /.test(text)
  const script = commands.slice(1).filter((text) => !isAfter(text))
  const shell = { endpoint: server.endpoint, aws: aws ?? '', folder }
  const { code, err } = await typed(script.join('\n'), shell)
  assert.equal(code, 0, err)
  const file = join(folder, 'failed-orders.jsonl')
  for (let looks = 0; looks < 300 && !existsSync(file); looks += 1) await wait(100)
  const [cat = '', curl = ''] = commands.filter(isAfter)
  const told = await typed(cat, shell)
  const { requestContext, DDBStreamBatchInfo } = JSON.parse(told.out) as {
    readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number }
    readonly DDBStreamBatchInfo: { readonly batchSize: number }
  }
  assert.deepEqual(
    [requestContext.condition, requestContext.approximateInvokeCount, DDBStreamBatchInfo.batchSize],
    ['RetryAttemptsExhausted', 2, 1],
  )
  const logs = await typed(curl, shell)
  for (const line of ['INSERT 1', 'INSERT 3', 'order 2 is for nothing']) assert.ok(logs.out.includes(line), logs.out)
  assert.ok(readFileSync(file, 'utf8').endsWith('\n'))
})
