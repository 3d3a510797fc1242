/** GetAccessKeyLastUsed: told at once by the server that was asked, by others and after a restart once it was kept. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../src/base/clock.ts'
import { loadIdentities } from '../../src/services/iam/identities/identity-records.ts'
import { keptOpen } from '../harness/forwarded-store.ts'
import { account, allow, IamServer, rootKey, textIn } from '../harness/iam-server.ts'
import { openTestStore } from '../harness/test-storage.ts'

async function lastUsed(server: IamServer, AccessKeyId: string): Promise<readonly string[]> {
  const text = await server.did(rootKey, 'iam', 'GetAccessKeyLastUsed', { AccessKeyId })
  return ['UserName', 'LastUsedDate', 'ServiceName', 'Region'].map((element) => textIn(text, element).replace('.000Z', 'Z'))
}

test('The last use of a key is told with its service and region, and outlives the server', async (t) => {
  const store = await openTestStore()
  t.after(() => store.close())
  const storage = { kind: 'custom', open: () => keptOpen(store) } as const
  const server = await IamServer.open({ storage })
  t.after(() => server.close())
  const ann = await server.userNamed('ann', [allow('*')])
  assert.deepEqual(await lastUsed(server, ann.accessKeyId), ['ann', '', 'N/A', 'N/A'])
  // Who is not let in has not used it.
  await server.json({ ...ann, secretAccessKey: 'guessed' }, 'ListTables', {})
  assert.deepEqual(await lastUsed(server, ann.accessKeyId), ['ann', '', 'N/A', 'N/A'])
  await server.did(ann, 'sts', 'GetCallerIdentity')
  server.clock.advance(90_000)
  await server.asked(ann, 'ListTables', {})
  const used = ['ann', '2026-11-22T10:01:30Z', 'dynamodb', 'us-east-1']
  assert.deepEqual(await lastUsed(server, ann.accessKeyId), used)
  await server.server.control.runJobs()
  const kept = await loadIdentities(store)
  const keptUse = (): object | undefined => kept.find('access-key', ann.accessKeyId)?.lastUsed
  assert.deepEqual(keptUse(), { atMs: Date.parse('2026-11-22T10:01:30Z'), service: 'dynamodb', region: 'us-east-1' })
  // Within the hour it is not kept again, and at the end it is.
  server.clock.advance(minuteMs)
  await server.did(ann, 'sts', 'GetCallerIdentity')
  await server.server.control.runJobs()
  await kept.catchUp()
  assert.deepEqual(keptUse(), { atMs: Date.parse('2026-11-22T10:01:30Z'), service: 'dynamodb', region: 'us-east-1' })
  await server.close()
  const again = await IamServer.open({ storage })
  t.after(() => again.close())
  assert.deepEqual(await lastUsed(again, ann.accessKeyId), ['ann', '2026-11-22T10:02:30Z', 'sts', 'us-east-1'])
})

test('Who may ask is who may on the user whose key it is', async (t) => {
  const server = await IamServer.open()
  t.after(() => server.close())
  const bob = await server.userNamed('bob', [allow('iam:GetAccessKeyLastUsed', `arn:aws:iam::${account}:user/bob`)])
  const ann = await server.userNamed('ann')
  await server.did(bob, 'iam', 'GetAccessKeyLastUsed', { AccessKeyId: bob.accessKeyId })
  for (const [AccessKeyId, resource] of [
    [ann.accessKeyId, `arn:aws:iam::${account}:user/ann`],
    ['AKIAUNKNOWNUNKNOWN12', 'access key AKIAUNKNOWNUNKNOWN12'],
  ] as const) {
    const { status, text } = await server.form(bob, 'iam', 'GetAccessKeyLastUsed', { AccessKeyId })
    assert.equal(status, 403)
    assert.ok(text.includes(`iam:GetAccessKeyLastUsed on resource: ${resource} `), text)
  }
  const unknown = await server.form(rootKey, 'iam', 'GetAccessKeyLastUsed', { AccessKeyId: 'AKIAUNKNOWNUNKNOWN12' })
  assert.deepEqual([unknown.status, textIn(unknown.text, 'Code')], [404, 'NoSuchEntity'])
})
