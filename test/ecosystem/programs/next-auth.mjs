/** next-auth's adapter: users, accounts, sessions and tokens in one table with its index. */
import assert from 'node:assert/strict'
import { DynamoDBAdapter } from '@auth/dynamodb-adapter'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { client, makeTable } from './made-table.mjs'

await makeTable('next-auth', { sk: 'sk', gsi: { name: 'GSI1', pk: 'GSI1PK', sk: 'GSI1SK' }, ttl: 'expires' })
const marshallOptions = { convertEmptyValues: true, removeUndefinedValues: true, convertClassInstanceToMap: true }
const adapter = DynamoDBAdapter(DynamoDBDocument.from(client, { marshallOptions }))

const user = await adapter.createUser({ id: 'given', email: 'a@example.com', emailVerified: new Date(0), name: 'A' })
assert.equal((await adapter.getUserByEmail('a@example.com')).id, user.id)
await adapter.linkAccount({ userId: user.id, type: 'oauth', provider: 'github', providerAccountId: '1', access_token: 't' })
assert.equal((await adapter.getUserByAccount({ provider: 'github', providerAccountId: '1' })).name, 'A')
assert.equal((await adapter.updateUser({ id: user.id, name: 'B' })).name, 'B')

const expires = new Date(Date.now() + 3_600_000)
expires.setMilliseconds(0)
await adapter.createSession({ sessionToken: 's', userId: user.id, expires })
const there = await adapter.getSessionAndUser('s')
assert.deepEqual([there.user.name, there.session.expires.getTime()], ['B', expires.getTime()])
const later = new Date(expires.getTime() + 60_000)
await adapter.updateSession({ sessionToken: 's', expires: later })
assert.equal((await adapter.getSessionAndUser('s')).session.expires.getTime(), later.getTime())
await adapter.deleteSession('s')
assert.equal(await adapter.getSessionAndUser('s'), null)

await adapter.createVerificationToken({ identifier: 'a@example.com', token: 'x', expires })
assert.equal((await adapter.useVerificationToken({ identifier: 'a@example.com', token: 'x' })).token, 'x')
assert.equal(await adapter.useVerificationToken({ identifier: 'a@example.com', token: 'x' }), null)
await adapter.deleteUser(user.id)
assert.equal(await adapter.getUser(user.id), null)
console.log('ok')
