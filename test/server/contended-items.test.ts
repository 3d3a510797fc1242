/** What requests are told when another process holds what they write: by a store that says so of writes that read some keys. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import { type KeyBytes, type Store, StoreContended } from '../../src/storage/store.ts'
import { forwardedStore } from '../harness/forwarded-store.ts'
import { call, openTestService, succeed } from '../harness/service.ts'

const TableName = 'Accounts'

interface Contended {
  readonly service: Service
  /** Writes that read a key with this in it are contended from now on. */
  hold(text: string, isKnown: boolean): void
}

async function open(): Promise<Contended> {
  const inner = openMemoryStore()
  let heldText: string | undefined
  let isKnown = true
  const isHeld = (key: KeyBytes): boolean => heldText !== undefined && Buffer.from(key).includes(heldText)
  const store: Store = {
    ...forwardedStore(inner),
    write: async (reads, ...asked) => {
      const held = reads.filter(isHeld)
      if (held.length > 0) throw new StoreContended(isKnown ? held : [])
      return inner.write(reads, ...asked)
    },
  }
  const service = await openTestService({ kind: 'custom', open: () => store })
  await succeed(service, 'CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'other'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    // Writes of one item collection read its size.
    LocalSecondaryIndexes: [
      {
        IndexName: 'by-other',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'other', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  })
  return {
    service,
    hold: (text, known) => {
      heldText = text
      isKnown = known
    },
  }
}

function item(pk: string): object {
  return { pk: { S: pk }, sk: { S: 'a' } }
}

const TransactItems = [
  { Put: { TableName, Item: item('free') } },
  { Delete: { TableName, Key: item('held') } },
  { ConditionCheck: { TableName, Key: item('last'), ConditionExpression: 'attribute_not_exists(pk)' } },
]

async function codes(service: Service): Promise<unknown> {
  const { exception, body } = await call(service, 'TransactWriteItems', { TransactItems })
  assert.equal(exception, 'TransactionCanceledException')
  return (body.CancellationReasons as readonly { readonly Code: string }[]).map(({ Code }) => Code)
}

test('A transaction is cancelled for a conflict on the items that are held, or on all when it is not known which', async () => {
  const { service, hold } = await open()
  hold('held', true)
  assert.deepEqual(await codes(service), ['None', 'TransactionConflict', 'None'])
  hold('held', false)
  assert.deepEqual(await codes(service), ['TransactionConflict', 'TransactionConflict', 'TransactionConflict'])
  hold('nothing', true)
  await succeed(service, 'TransactWriteItems', { TransactItems })
  await service.close()
})

test('A write of one item fails, in a batch it comes back unprocessed, and a read waits for nobody', async () => {
  const { service, hold } = await open()
  await succeed(service, 'PutItem', { TableName, Item: item('held') })
  hold('held', true)
  const { status, exception } = await call(service, 'DeleteItem', { TableName, Key: item('held') })
  assert.deepEqual([status, exception], [500, 'InternalServerError'])
  const writes = ['free', 'held'].map((pk) => ({ PutRequest: { Item: item(pk) } }))
  const { UnprocessedItems } = await succeed(service, 'BatchWriteItem', { RequestItems: { [TableName]: writes } })
  assert.deepEqual(UnprocessedItems, { [TableName]: [writes[1]] })
  const { Responses } = await succeed(service, 'TransactGetItems', { TransactItems: [{ Get: { TableName, Key: item('held') } }] })
  assert.deepEqual(Responses, [{ Item: item('held') }])
  await service.close()
})
