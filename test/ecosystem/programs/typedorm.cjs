/** typedorm: entities by decorators (called as functions), a unique attribute, an index, a transaction. */
require('reflect-metadata')
const assert = require('node:assert/strict')
const { Attribute, AutoGenerateAttribute, AUTO_GENERATE_ATTRIBUTE_STRATEGY, Entity, INDEX_TYPE, Table } = require('@typedorm/common')
const { createConnection, getEntityManager, getTransactionManger, WriteTransaction } = require('@typedorm/core')
const { DocumentClientV3 } = require('@typedorm/document-client')
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb')

const table = new Table({
  name: 'Typedorm',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: { gsi1: { type: INDEX_TYPE.GSI, partitionKey: 'gsi1pk', sortKey: 'gsi1sk' } },
})

class User {}
const typed = (type, name) => Reflect.defineMetadata('design:type', type, User.prototype, name)
typed(String, 'id')
typed(String, 'email')
typed(String, 'status')
typed(Number, 'visits')
AutoGenerateAttribute({ strategy: AUTO_GENERATE_ATTRIBUTE_STRATEGY.UUID4 })(User.prototype, 'id')
Attribute({ unique: true })(User.prototype, 'email')
Attribute()(User.prototype, 'status')
Attribute()(User.prototype, 'visits')
Entity({
  name: 'user',
  table,
  primaryKey: { partitionKey: 'USER#{{id}}', sortKey: 'USER' },
  indexes: { gsi1: { type: INDEX_TYPE.GSI, partitionKey: 'STATUS#{{status}}', sortKey: 'USER#{{email}}' } },
})(User)

const made = (email, status) => Object.assign(new User(), { email, status, visits: 0 })

async function main() {
  const { makeTable } = await import('./made-table.mjs')
  await makeTable('Typedorm', { sk: 'sk', gsi: { name: 'gsi1', pk: 'gsi1pk', sk: 'gsi1sk' } })
  createConnection({ table, entities: [User], documentClient: new DocumentClientV3(new DynamoDBClient({})) })
  const manager = getEntityManager()

  const a = await manager.create(made('a@example.com', 'active'))
  await assert.rejects(manager.create(made('a@example.com', 'active')))
  await manager.create(made('b@example.com', 'active'))
  const { items } = await manager.find(User, { status: 'active' }, { queryIndex: 'gsi1', keyCondition: { BEGINS_WITH: 'USER#' } })
  assert.deepEqual(
    items.map(({ email }) => email),
    ['a@example.com', 'b@example.com'],
  )
  // The attribute is unique: the items that say so move in the same transaction.
  const moved = await manager.update(User, { id: a.id }, { email: 'c@example.com', visits: { ADD: 2 } })
  assert.deepEqual([moved.email, moved.visits], ['c@example.com', 2])
  assert.equal(await manager.exists(User, { email: 'a@example.com' }), false)
  await assert.rejects(manager.update(User, { id: a.id }, { status: 'gone' }, { where: { visits: { GT: 5 } } }), {
    name: 'ConditionalCheckFailedException',
  })
  // Spelled so by the library.
  const writes = new WriteTransaction().addCreateItem(made('d@example.com', 'new')).addUpdateItem(User, { id: a.id }, { status: 'new' })
  await getTransactionManger().write(writes)
  assert.equal(await manager.count(User, { status: 'new' }, { queryIndex: 'gsi1' }), 2)
  await manager.delete(User, { id: a.id })
  assert.equal(await manager.findOne(User, { id: a.id }), undefined)
  console.log('ok')
}

main()
