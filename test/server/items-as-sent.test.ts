/** Whether an item is taken as it was sent or parsed, nobody can tell by what is answered, stored or told: only by spaces in the body. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Service } from '../../src/server/start.ts'
import { openTestService, succeed } from '../harness/service.ts'

const TableName = 'Things'
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20261122T100000Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
}

async function open(t: TestContext): Promise<Service> {
  const service = await openTestService('steady')
  t.after(() => service.close())
  await succeed(service, 'CreateTable', {
    TableName,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'kind', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      { IndexName: 'byKind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
    ],
  })
  return service
}

async function ask(service: Service, operation: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await service.handle({ target: `DynamoDB_20120810.${operation}`, headers, body: Buffer.from(body) })
  return { status: answer.status, body: answer.body }
}

/** Spaced as other clients write JSON. */
const spaced = (input: object): string => JSON.stringify(input, undefined, 1)

const put = (Item: object, more: object = {}): readonly [string, object] => ['PutItem', { TableName, Item, ...more }]
const puts = (items: readonly object[], more: object = {}): readonly [string, object] => [
  'BatchWriteItem',
  { RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) }, ...more },
]
const thing = (id: string, more: object = {}): object => ({ id: { S: id }, n: { N: '1' }, ...more })
const things = (count: number): readonly object[] => Array.from({ length: count }, (_, at) => thing(`thing-${at}`))

const requests: readonly (readonly [string, object])[] = [
  put(thing('a')),
  put(thing('a', { tags: { SS: ['x', 'y'] }, deep: { M: { list: { L: [{ NULL: true }] } } } }), {
    ReturnValues: 'ALL_OLD',
    ReturnConsumedCapacity: 'INDEXES',
  }),
  put(thing('a'), { ReturnValues: 'ALL_NEW' }),
  put(thing('a'), { ConditionExpression: 'attribute_not_exists(id)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
  put(thing('a'), { TableName: 'D!' }),
  put(thing('a'), { ReturnValues: 'SOME' }),
  put(thing('')),
  put({ n: { N: '1' } }),
  put({ id: { N: '1' } }),
  put(thing('a', { kind: { N: '1' } })),
  put(thing('a', { kind: { S: '' } })),
  put(thing('a', { [`${'n'.repeat(65_536)}`]: { S: 'x' } })),
  put(thing('a', { map: { M: { ['é'.repeat(32_768)]: { S: 'x' } } } })),
  put(thing('a', { text: { S: 'x'.repeat(420_000) } })),
  puts(things(3), { ReturnConsumedCapacity: 'TOTAL', ReturnItemCollectionMetrics: 'SIZE' }),
  puts(things(26)),
  puts([]),
  puts([...things(1), ...things(1)]),
  puts([thing('a', { [`${'n'.repeat(65_536)}`]: { S: 'x' } })]),
  puts([thing('')]),
  ['BatchWriteItem', { RequestItems: { 'D!': [{ PutRequest: { Item: thing('a') } }] } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: thing('a') }, DeleteRequest: { Key: { id: { S: 'a' } } } }] } }],
]

test('Answers are the same to the letter, whatever spaces stand in the body', async (t) => {
  const [compact, wide] = [await open(t), await open(t)]
  for (const [operation, input] of requests) {
    assert.deepEqual(
      await ask(compact, operation, JSON.stringify(input)),
      await ask(wide, operation, spaced(input)),
      JSON.stringify(input).slice(0, 200),
    )
  }
  const [one, other] = await Promise.all([compact, wide].map((service) => succeed(service, 'Scan', { TableName })))
  assert.deepEqual(one, other)
})

test('What a batch could not put comes back as it was sent', async (t) => {
  const service = await open(t)
  await service.control.addFault({ match: { operation: 'BatchWriteItem' }, do: { unprocessed: 'all' } })
  const [operation, input] = puts(things(3))
  const { body } = await ask(service, operation, JSON.stringify(input))
  assert.deepEqual(JSON.parse(body), { UnprocessedItems: (input as { RequestItems: object }).RequestItems })
})

test('A request is told with the key of the item that it put', async (t) => {
  const service = await open(t)
  for (const written of [JSON.stringify, spaced]) await ask(service, 'PutItem', written({ TableName, Item: thing('told') }))
  const { requests: told } = await service.control.requests({ operation: 'PutItem' })
  assert.deepEqual(
    told.map(({ key }) => key),
    [{ id: { S: 'told' } }, { id: { S: 'told' } }],
  )
})
