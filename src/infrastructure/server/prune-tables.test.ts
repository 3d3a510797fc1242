import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTexts } from '../../../test/harness/infrastructure-texts.ts'
import type { ApplyOptions } from './apply-table.ts'
import { pruneTables } from './prune-tables.ts'
import type { Sender } from './sender.ts'

const options: ApplyOptions = { isDryRun: false, replace: 'none', data: 'new', source: 'shop' }

test('Who may not ask where tables come from prunes nothing, and is told so when that was wanted', async () => {
  const reading = await readTexts({ 't.yaml': "Resources: { Topic: { Type: 'AWS::SNS::Topic' } }" })
  const closed: Sender = {
    ask: async () => assert.fail('nothing is asked for'),
    wait: async () => {},
    origins: { list: async () => Promise.reject(new Error('not allowed')), note: async () => {} },
  }
  assert.deepEqual(await pruneTables(closed, reading, options), [])
  await assert.rejects(pruneTables(closed, reading, { ...options, isPruned: true }), { message: 'not allowed' })
})
