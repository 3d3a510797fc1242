/** onetable: it makes its table by its schema; unique attributes (a transaction), an index, time to live, a batch. */
import assert from 'node:assert/strict'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { Table } from 'dynamodb-onetable'
import { Dynamo } from 'dynamodb-onetable/Dynamo'

const table = new Table({
  client: new Dynamo({ client: new DynamoDBClient({}) }),
  name: 'OneTable',
  partial: true,
  schema: {
    format: 'onetable:1.1.0',
    version: '0.0.1',
    indexes: { primary: { hash: 'pk', sort: 'sk' }, gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' } },
    models: {
      Account: {
        pk: { type: String, value: 'account#${id}' },
        sk: { type: String, value: 'account#' },
        id: { type: String, generate: 'ulid' },
        name: { type: String, required: true, unique: true },
        address: { type: Object, schema: { city: { type: String }, zip: { type: String } } },
      },
      User: {
        pk: { type: String, value: 'account#${accountId}' },
        sk: { type: String, value: 'user#${email}' },
        gs1pk: { type: String, value: 'user#${email}' },
        gs1sk: { type: String, value: 'user#' },
        accountId: { type: String, required: true },
        email: { type: String, required: true },
        role: { type: String, enum: ['user', 'admin'], default: 'user' },
        visits: { type: Number, default: 0 },
        expires: { type: Date, ttl: true },
      },
    },
    params: { isoDates: true, timestamps: true },
  },
})
if (!(await table.exists())) await table.createTable()
const Account = table.getModel('Account')
const User = table.getModel('User')

const account = await Account.create({ name: 'Acme', address: { city: 'Köln', zip: '50667' } })
await assert.rejects(Account.create({ name: 'Acme' }), { code: 'UniqueError' })
await User.create({ accountId: account.id, email: 'a@example.com', expires: new Date('2030-01-01') })

const batch = {}
for (const letter of 'bcdef') await User.create({ accountId: account.id, email: `${letter}@example.com` }, { batch })
await table.batchWrite(batch)
assert.equal((await User.find({ accountId: account.id })).length, 6)
assert.equal((await User.find({ accountId: account.id }, { where: '${role} = {user} and ${visits} < {1}', limit: 2 })).length, 2)
assert.equal((await User.get({ email: 'c@example.com' }, { index: 'gs1', follow: true })).role, 'user')

await Account.update({ id: account.id, address: { city: 'Bonn' } }, { partial: true })
assert.deepEqual((await Account.get({ id: account.id })).address, { city: 'Bonn', zip: '50667' })
const user = await User.update({ accountId: account.id, email: 'a@example.com' }, { add: { visits: 1 }, set: { role: 'admin' } })
assert.deepEqual([user.visits, user.role, user.expires], [1, 'admin', new Date('2030-01-01')])

const transaction = {}
await Account.update({ id: account.id, name: 'Acme' }, { transaction })
await User.remove({ accountId: account.id, email: 'b@example.com' }, { transaction })
await table.transact('write', transaction)
const collection = await table.queryItems({ pk: `account#${account.id}` }, { parse: true })
assert.equal(collection.length, 6)
console.log('ok')
