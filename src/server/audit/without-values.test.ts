import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shapes } from '../../api/shapes.ts'
import { hidden, withoutValues } from './without-values.ts'

test('Names stay, values of items go, wherever they are', () => {
  assert.deepEqual(
    withoutValues(shapes, 'UpdateItemInput', {
      TableName: 'Music',
      Key: { pk: { S: 'secret' } },
      UpdateExpression: 'SET #a = :v',
      ExpressionAttributeNames: { '#a': 'name' },
      ExpressionAttributeValues: { ':v': { M: { x: { S: 'secret' } } } },
      ReturnValues: 'ALL_NEW',
    }),
    {
      tableName: 'Music',
      key: { pk: hidden },
      updateExpression: 'SET #a = :v',
      expressionAttributeNames: { '#a': 'name' },
      expressionAttributeValues: { ':v': hidden },
      returnValues: 'ALL_NEW',
    },
  )
  assert.deepEqual(withoutValues(shapes, 'BatchWriteItemInput', { RequestItems: { T: [{ PutRequest: { Item: { a: { N: '1' } } } }] } }), {
    requestItems: { T: [{ putRequest: { item: { a: hidden } } }] },
  })
  assert.deepEqual(
    withoutValues(shapes, 'ExecuteStatementInput', { Statement: "SELECT * FROM T WHERE a='secret'", Parameters: [{ S: 'secret' }] }),
    {
      statement: hidden,
      parameters: [hidden],
    },
  )
  assert.deepEqual(
    withoutValues(shapes, 'QueryInput', {
      TableName: 'T',
      KeyConditions: { a: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'secret' }] } },
    }),
    {
      tableName: 'T',
      keyConditions: { a: { comparisonOperator: 'EQ', attributeValueList: [hidden] } },
    },
  )
})

/** A value of the shape with everything in it that may be there, down to some depth; every value of an item is `secret`. */
function sample(name: string, depth = 0): unknown {
  if (name === 'AttributeValue') return { S: 'secret' }
  const shape = shapes[name as keyof typeof shapes]
  if (depth > 8) return undefined
  switch (shape.kind) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).map(([member, each]) => [member, sample(String(each).replace('!', ''), depth + 1)]),
      )
    case 'list':
      return [sample(shape.of, depth + 1)]
    case 'map':
      return { key: sample(shape.to, depth + 1) }
    case 'string':
      return 'text'
    default:
      return 1
  }
}

test('No input of any operation shows a value of an item', () => {
  const inputs = Object.keys(shapes).filter((name) => name.endsWith('Input'))
  const withValues = inputs.filter((name) => JSON.stringify(sample(name)).includes('"secret"'))
  assert.ok(withValues.length >= 10)
  for (const name of inputs) assert.ok(!JSON.stringify(withoutValues(shapes, name, sample(name))).includes('secret'), name)
})

test('Secrets and blobs are hidden, and what is of another kind than its shape is left out', () => {
  const table = {
    In: { kind: 'structure', members: { SecretAccessKey: 'Text', SessionToken: 'Text', Name: 'Text!', Data: 'Blob', List: 'Texts' } },
    Text: { kind: 'string' },
    Texts: { kind: 'list', of: 'Text' },
    Blob: { kind: 'blob' },
  } as const
  const value = { SecretAccessKey: 'a', SessionToken: 'b', Name: 'c', Data: 'AA==', List: 'd', Stranger: 'e' }
  assert.deepEqual(withoutValues(table, 'In', value), {
    secretAccessKey: hidden,
    sessionToken: hidden,
    name: 'c',
    data: hidden,
    list: undefined,
  })
  assert.equal(withoutValues(table, 'None', value), undefined)
})
