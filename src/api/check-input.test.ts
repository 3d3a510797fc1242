import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkInput } from './check-input.ts'
import { ServiceError } from './errors.ts'
import { type OperationName, operations } from './operations.ts'
import { shapeNamed } from './shapes.ts'

type Row = readonly [OperationName, what: string, body: unknown, message: string]

const values = (set: string): string => `failed to satisfy constraint: Member must satisfy enum value set: [${set}]`
const atLeast = (n: number): string => `failed to satisfy constraint: Member must have length greater than or equal to ${n}`
const atMost = (n: number): string => `failed to satisfy constraint: Member must have length less than or equal to ${n}`
const notNull = 'failed to satisfy constraint: Member must not be null'
const one = '1 validation error detected:'

const badCapacity = `Value 'INVALID' at 'returnConsumedCapacity' ${values('INDEXES, TOTAL, NONE')}`
const badMetrics = `Value 'INVALID' at 'returnItemCollectionMetrics' ${values('SIZE, NONE')}`
const badReturnValues = `Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]`
const echoedReturnValues = `Value 'INVALID' at 'returnValues' ${values('ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW')}`
const badOperator = 'Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]'
const echoedOperator = `Value 'XOR' at 'conditionalOperator' ${values('OR, AND')}`
const badKeys =
  'failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]'
const badLists =
  'failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]'
const badName = `failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`

const enums = { ReturnConsumedCapacity: 'INVALID', ReturnValues: 'INVALID', ReturnItemCollectionMetrics: 'INVALID' }
const item = { pk: { S: 'a' } }
const long = 'a'.repeat(256)
const write = { PutRequest: { Item: item } }
const printedValue = 'AttributeValue(s=a, n=null, b=null, sS=null, nS=null, bS=null, m=null, l=null, nULL=null, bOOL=null)'
const printedWrite = `WriteRequest(putRequest=PutRequest(item={pk=${printedValue}}, workloadProfileName=null), deleteRequest=null)`
const gets = (count: number): unknown => Array.from({ length: count }, () => ({ Get: { TableName: 'games', Key: item } }))
const printedGet = `TransactGetItem(get=Get(key={pk=${printedValue}}, tableName=games, projectionExpression=null, expressionAttributeNames=null))`

/** A value with as many lists around it as its nesting levels less one. */
function nested(levels: number): unknown {
  return JSON.parse(`${'{"L":['.repeat(levels - 1)}{"S":"x"}${']}'.repeat(levels - 1)}`)
}

const tableNames: readonly Row[] = [
  ...(['PutItem', 'DeleteItem', 'UpdateItem', 'GetItem', 'Query'] as const).flatMap((name): Row[] => [
    [
      name,
      'an empty TableName beside anything',
      { TableName: '', Key: {}, Item: {}, ...enums },
      `${one} Value at 'TableName' ${atLeast(1)}`,
    ],
    [name, 'no TableName', { Key: item, Item: item, ...enums }, `${one} Value null at 'tableName' ${notNull}`],
    [name, 'a long TableName', { TableName: long, Key: item, Item: item }, `${one} Value '${long}' at 'tableName' ${atMost(255)}`],
    [
      name,
      'bad characters',
      { TableName: 'bad table!@#', Key: item, Item: item, ...enums },
      `${one} Value 'bad table!@#' at 'tableName' ${badName}`,
    ],
  ]),
  [
    'Scan',
    'an empty TableName, aggregated',
    { TableName: '', ...enums },
    `2 validation errors detected: ${badCapacity}; Value '' at 'tableName' ${atLeast(1)}`,
  ],
  ['Scan', 'no TableName', {}, `${one} Value null at 'tableName' ${notNull}`],
  ['Scan', 'a long TableName', { TableName: long }, `${one} Value '${long}' at 'tableName' ${atMost(255)}`],
  ['CreateTable', 'two characters', { TableName: 'ab', BillingMode: 'X' }, `${one} Value 'ab' at 'tableName' ${atLeast(3)}`],
  [
    'CreateTable',
    'an empty name alone',
    { TableName: '', KeySchema: [], AttributeDefinitions: [] },
    `${one} Value '' at 'tableName' ${atLeast(3)}`,
  ],
  ...(['CreateTable', 'DeleteTable', 'DescribeTable', 'UpdateTable', 'UpdateTimeToLive', 'DescribeTimeToLive'] as const).flatMap(
    (name): Row[] => [
      [name, 'no TableName', {}, `The parameter 'TableName' is required but was not present in the request`],
      [name, 'two characters', { TableName: 'ab' }, `${one} Value 'ab' at 'tableName' ${atLeast(3)}`],
      [name, 'a long name', { TableName: long }, `${one} Value '${long}' at 'tableName' ${atMost(255)}`],
      [name, 'bad characters', { TableName: 'bad!' }, `${one} Value 'bad!' at 'tableName' ${badName}`],
    ],
  ),
  [
    'GetItem',
    'an ARN of something else',
    { TableName: 'arn:aws:s3:::x', Key: item },
    'Invalid TableArn: Invalid ResourceArn provided as input arn:aws:s3:::x',
  ],
]

const itemOperations: readonly Row[] = [
  [
    'PutItem',
    'three bad enums',
    { TableName: 'games', Item: item, ...enums },
    `3 validation errors detected: ${badCapacity}; ${badReturnValues}; ${badMetrics}`,
  ],
  [
    'DeleteItem',
    'two bad enums',
    { TableName: 'games', Key: item, ReturnConsumedCapacity: 'INVALID', ReturnValues: 'INVALID' },
    `2 validation errors detected: ${badCapacity}; ${badReturnValues}`,
  ],
  [
    'UpdateItem',
    'bad ReturnValues beside others',
    { TableName: 'games', Key: item, ...enums, ConditionalOperator: 'XOR' },
    `${one} ${badReturnValues}`,
  ],
  [
    'UpdateItem',
    'no Key: the older aggregate',
    { TableName: '', ReturnConsumedCapacity: 'INVALID', ReturnValues: 'INVALID', ConditionalOperator: 'XOR' },
    `5 validation errors detected: ${badCapacity}; Value '' at 'tableName' ${atLeast(1)}; ${echoedReturnValues}; ${echoedOperator}; Value null at 'key' ${notNull}`,
  ],
  ['PutItem', 'a bad ReturnValues', { TableName: 'games', Item: item, ReturnValues: 'X' }, `${one} ${badReturnValues}`],
  ['PutItem', 'a bad ConditionalOperator', { TableName: 'games', Item: item, ConditionalOperator: 'XOR' }, `${one} ${badOperator}`],
  ['PutItem', 'no Item', { TableName: 'games' }, `${one} Value null at 'item' ${notNull}`],
  ['DeleteItem', 'no Key', { TableName: 'games' }, `${one} Value null at 'key' ${notNull}`],
  ['GetItem', 'no Key', { TableName: 'games' }, `${one} Value null at 'key' ${notNull}`],
  ['GetItem', 'a bad enum', { TableName: 'games', Key: item, ReturnConsumedCapacity: 'INVALID' }, `${one} ${badCapacity}`],
  [
    'PutItem',
    'a bad operator in Expected',
    { TableName: 'games', Item: item, Expected: { a: { ComparisonOperator: 'LIKE' } } },
    `${one} Value 'LIKE' at 'expected.a.member.comparisonOperator' ${values('IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE, BEGINS_WITH, GE, CONTAINS')}`,
  ],
  [
    'PutItem',
    'an operator beside a value 63 levels deep',
    { TableName: 'games', Item: { pk: nested(63) }, ConditionalOperator: 'XOR' },
    `${one} ${echoedOperator}`,
  ],
  [
    'UpdateItem',
    'an operator beside a value 100 levels deep',
    { TableName: 'games', Key: { pk: nested(100) }, ConditionalOperator: 'XOR' },
    `${one} ${echoedOperator}`,
  ],
  [
    'PutItem',
    'an operator beside a value 40 levels deep',
    { TableName: 'games', Item: { pk: nested(40) }, ConditionalOperator: 'XOR' },
    `${one} ${badOperator}`,
  ],
  [
    'DeleteItem',
    'unknown ReturnValues beside a value 63 levels deep',
    { TableName: 'games', Key: { pk: nested(63) }, ReturnValues: 'INVALID' },
    `${one} ${echoedReturnValues}`,
  ],
  [
    'DeleteItem',
    'UPDATED_NEW beside a value 63 levels deep',
    { TableName: 'games', Key: { pk: nested(63) }, ReturnValues: 'UPDATED_NEW' },
    'ReturnValues can only be ALL_OLD or NONE',
  ],
]

const reads: readonly Row[] = [
  [
    'Query',
    'a bad Select',
    { TableName: 'games', Select: 'X' },
    `${one} Value 'X' at 'select' ${values('SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES')}`,
  ],
  ['Query', 'a bad ConditionalOperator beside a bad Select', { TableName: 'games', Select: 'X', ConditionalOperator: 'XOR' }, badOperator],
  [
    'Query',
    'Limit 0',
    { TableName: 'games', Limit: 0 },
    `${one} Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
  [
    'Scan',
    'Limit 0',
    { TableName: 'games', Limit: 0 },
    `${one} Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
  [
    'Scan',
    'too many segments',
    { TableName: 'games', TotalSegments: 1_000_001 },
    `${one} Value '1000001' at 'totalSegments' failed to satisfy constraint: Member must have value less than or equal to 1000000`,
  ],
  [
    'Scan',
    'a negative segment',
    { TableName: 'games', Segment: -1 },
    `${one} Value '-1' at 'segment' failed to satisfy constraint: Member must have value greater than or equal to 0`,
  ],
  ['Scan', 'a bad ConditionalOperator', { TableName: 'games', ConditionalOperator: 'XOR' }, `${one} ${echoedOperator}`],
  [
    'ExecuteStatement',
    'Limit 0',
    { Statement: 'SELECT', Limit: 0 },
    `${one} Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
  ['ExecuteStatement', 'an empty statement', { Statement: '' }, `${one} Value '' at 'statement' ${atLeast(1)}`],
  ['BatchExecuteStatement', 'no statements', { Statements: [] }, `${one} Value '[]' at 'statements' ${atLeast(1)}`],
]

const batchesAndTransactions: readonly Row[] = [
  ['BatchGetItem', 'no tables', { RequestItems: {} }, `${one} Value at 'RequestItems' ${atLeast(1)}`],
  ['BatchGetItem', 'no keys', { RequestItems: { games: { Keys: [] } } }, `${one} Value at 'RequestItems.games.member.Keys' ${atLeast(1)}`],
  [
    'BatchGetItem',
    '101 keys',
    { RequestItems: { games: { Keys: Array.from({ length: 101 }, () => item) } } },
    `${one} Value at 'RequestItems.games.member.Keys' ${atMost(100)}`,
  ],
  ['BatchGetItem', 'absent keys', { RequestItems: { games: {} } }, `${one} Value null at 'requestItems.games.member.keys' ${notNull}`],
  [
    'BatchGetItem',
    'a bad table name and a bad enum',
    { RequestItems: { 'bad!name': { Keys: [item] } }, ReturnConsumedCapacity: 'INVALID' },
    `2 validation errors detected: Value '{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}' at 'requestItems' ${badKeys}; ${badCapacity}`,
  ],
  ['BatchWriteItem', 'no tables', { RequestItems: {} }, 'The requestItems parameter is required for BatchWriteItem'],
  ['BatchWriteItem', 'an empty list', { RequestItems: { games: [] } }, `${one} Value '{games=[]}' at 'requestItems' ${badLists}`],
  [
    'BatchWriteItem',
    '26 requests',
    { RequestItems: { games: Array.from({ length: 26 }, () => write) } },
    `${one} Value '{games=[${Array.from({ length: 26 }, () => printedWrite).join(', ')}]}' at 'requestItems' ${badLists}`,
  ],
  [
    'BatchWriteItem',
    'a bad table name',
    { RequestItems: { 'bad!name': [write] } },
    `${one} Value '{bad!name=[${printedWrite}]}' at 'requestItems' ${badKeys}`,
  ],
  [
    'BatchWriteItem',
    'bad enums, which hide a bad table name',
    { RequestItems: { 'bad!name': [write] }, ReturnConsumedCapacity: 'INVALID', ReturnItemCollectionMetrics: 'INVALID' },
    `2 validation errors detected: ${badCapacity}; ${badMetrics}`,
  ],
  [
    'BatchWriteItem',
    'a put without item',
    { RequestItems: { games: [{ PutRequest: {} }] } },
    `${one} Value null at 'requestItems.games.member.1.member.putRequest.item' ${notNull}`,
  ],
  ['TransactWriteItems', 'no actions', { TransactItems: [] }, `${one} Value '[]' at 'transactItems' ${atLeast(1)}`],
  ['TransactGetItems', 'no actions', { TransactItems: [] }, `${one} Value '[]' at 'transactItems' ${atLeast(1)}`],
  [
    'TransactGetItems',
    '101 actions',
    { TransactItems: gets(101) },
    `${one} Value '[${Array.from({ length: 101 }, () => printedGet).join(', ')}]' at 'transactItems' ${atMost(100)}`,
  ],
  [
    'TransactWriteItems',
    'a long token before bad enums',
    { TransactItems: [], ClientRequestToken: 't'.repeat(37), ReturnConsumedCapacity: 'INVALID', ReturnItemCollectionMetrics: 'INVALID' },
    `4 validation errors detected: Value '${'t'.repeat(37)}' at 'clientRequestToken' ${atMost(36)}; ${badCapacity}; ${badMetrics}; Value '[]' at 'transactItems' ${atLeast(1)}`,
  ],
  [
    'TransactWriteItems',
    'a put without table',
    { TransactItems: [{ Put: { Item: item } }] },
    `${one} Value null at 'transactItems.1.member.put.tableName' ${notNull}`,
  ],
]

const hash = { AttributeName: 'pk', KeyType: 'HASH' }
const table = { TableName: 'games', KeySchema: [hash], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] }
const index = { IndexName: 'by', KeySchema: [hash], Projection: { ProjectionType: 'ALL' } }
const printedKeys =
  '[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=pk, keyType=HASH)]'

const tables: readonly Row[] = [
  [
    'CreateTable',
    'no keys',
    { TableName: 'games' },
    `2 validation errors detected: Value null at 'keySchema' ${notNull}; Value null at 'attributeDefinitions' ${notNull}`,
  ],
  ['CreateTable', 'three keys', { ...table, KeySchema: [hash, hash, hash] }, `${one} Value '${printedKeys}' at 'keySchema' ${atMost(2)}`],
  [
    'CreateTable',
    'a bad AttributeType',
    { ...table, AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'X' }] },
    `${one} Value 'X' at 'attributeDefinitions.1.member.attributeType' ${values('B, N, S')}`,
  ],
  [
    'CreateTable',
    'a bad KeyType',
    { ...table, KeySchema: [{ ...hash, KeyType: 'X' }] },
    `${one} Value 'X' at 'keySchema.1.member.keyType' ${values('HASH, RANGE')}`,
  ],
  [
    'CreateTable',
    'a bad BillingMode',
    { ...table, BillingMode: 'X' },
    `${one} Value 'X' at 'billingMode' ${values('PROVISIONED, PAY_PER_REQUEST')}`,
  ],
  [
    'CreateTable',
    'a stream without StreamEnabled',
    { ...table, StreamSpecification: {} },
    `${one} Value null at 'streamSpecification.streamEnabled' ${notNull}`,
  ],
  [
    'CreateTable',
    'a bad view type',
    { ...table, StreamSpecification: { StreamEnabled: true, StreamViewType: 'X' } },
    `${one} Value 'X' at 'streamSpecification.streamViewType' ${values('OLD_IMAGE, KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE')}`,
  ],
  [
    'CreateTable',
    'short index names, global ones first',
    { ...table, LocalSecondaryIndexes: [index], GlobalSecondaryIndexes: [index] },
    `2 validation errors detected: Value 'by' at 'globalSecondaryIndexes.1.member.indexName' ${atLeast(3)}; Value 'by' at 'localSecondaryIndexes.1.member.indexName' ${atLeast(3)}`,
  ],
  [
    'CreateTable',
    '21 projected attributes and a bad projection',
    {
      ...table,
      GlobalSecondaryIndexes: [{ ...index, IndexName: 'byX', Projection: { ProjectionType: 'X', NonKeyAttributes: Array(21).fill('a') } }],
    },
    `2 validation errors detected: Value 'X' at 'globalSecondaryIndexes.1.member.projection.projectionType' ${values('ALL, INCLUDE, KEYS_ONLY')}; Value '[${Array(21).fill('a').join(', ')}]' at 'globalSecondaryIndexes.1.member.projection.nonKeyAttributes' ${atMost(20)}`,
  ],
  [
    'UpdateTable',
    'no units',
    { TableName: 'games', ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 } },
    `${one} Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
  [
    'UpdateTimeToLive',
    'an empty attribute name',
    { TableName: 'games', TimeToLiveSpecification: { Enabled: true, AttributeName: '' } },
    `${one} Value '' at 'timeToLiveSpecification.attributeName' ${atLeast(1)}`,
  ],
  [
    'ListTables',
    'Limit 101',
    { Limit: 101 },
    `${one} Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100`,
  ],
  [
    'GetRecords',
    'Limit 1001',
    { ShardIterator: 'x', Limit: 1001 },
    `${one} Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000`,
  ],
  [
    'SearchVectors',
    'TopK 0',
    { TableName: 'games', IndexName: 'byV', SearchVector: [], TopK: 0 },
    `${one} Value '0' at 'topK' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
]

for (const [operation, what, body, message] of [...tableNames, ...itemOperations, ...reads, ...batchesAndTransactions, ...tables]) {
  test(`${operation} refuses ${what}`, () => {
    assert.throws(() => checkInput(operations[operation], body), { name: 'ValidationException', message, inRequest: false })
  })
}

test('inputs that only operations can judge are let through', () => {
  const arn = 'arn:aws:dynamodb:us-east-1:123456789012:table/games'
  checkInput(operations.GetItem, { TableName: 'x', Key: {} })
  checkInput(operations.GetItem, { TableName: arn, Key: {} })
  checkInput(operations.BatchGetItem, { RequestItems: { [arn]: { Keys: [{}] } } })
  checkInput(operations.PutItem, { TableName: 'games', Item: {}, ReturnValues: 'UPDATED_NEW' })
  checkInput(operations.CreateTable, { ...table, TableClass: 'GOLD', Tags: [], GlobalSecondaryIndexes: [] })
  checkInput(operations.CreateTable, { TableName: 'games', GlobalTableSourceArn: arn })
  checkInput(operations.CreateTable, { ...table, GlobalSecondaryIndexes: [{ ...index, IndexName: 'byX', KeySchema: Array(5).fill(hash) }] })
  checkInput(operations.TransactWriteItems, { TransactItems: [{}] })
  checkInput(operations.DescribeLimits, {})
})

test('at most ten violations are told, however many there are', () => {
  const KeySchema = Array.from({ length: 100_000 }, () => ({ KeyType: 'X' }))
  const message = messageOf('CreateTable', { ...table, KeySchema })
  assert.match(message, /^10 validation errors detected: /)
  assert.equal(message.split('; ').length, 10)
})

test('values too deep or too long to print are printed in part', () => {
  const deep = nested(100_000)
  const batch = messageOf('BatchWriteItem', { RequestItems: { games: [{ PutRequest: { Item: { pk: deep } } }], 'bad!': [] } })
  assert.match(batch, /^2 validation errors detected: Value '\{games=\[.*\.\.\..*Map keys must satisfy/)
  const keys = messageOf('BatchGetItem', { RequestItems: { 'bad!': { Keys: [{ pk: deep }] } } })
  assert.match(keys, /^1 validation error detected: Value '\.\.\.' at 'requestItems'/)
  const wide = { L: Array.from({ length: 1_000_000 }, () => ({})) }
  const long = messageOf('BatchWriteItem', { RequestItems: { 'bad!': [{ PutRequest: { Item: { pk: wide } } }] } })
  assert.ok(long.length < 70_000)
})

test('a pattern is never tried on text that is too long for it', () => {
  const S3Bucket = `${'a'.repeat(1_000_000)}!`
  assert.match(messageOf('ExportTableToPointInTime', { TableArn: 'games', S3Bucket }), /less than or equal to 255$/)
})

for (const operation of Object.values(operations)) {
  test(`${operation.name} answers any body with an input or with one of two exceptions`, () => {
    fc.assert(
      fc.property(bodyOf(`${operation.name}Input`, 0), (body) => {
        const text = JSON.stringify(body)
        const once = outcome(operation.name, JSON.parse(text))
        if (once === undefined) return
        const again = outcome(operation.name, JSON.parse(JSON.stringify(once)))
        assert.deepEqual(again, once, 'a checked input passes unchanged')
      }),
      { numRuns: 60, seed: 20121018 },
    )
  })
}

function messageOf(operation: OperationName, body: unknown): string {
  try {
    checkInput(operations[operation], body)
  } catch (error) {
    if (error instanceof ServiceError) return error.message
    throw error
  }
  return ''
}

/** The checked input, or undefined for a body that was refused as it should be. */
function outcome(operation: OperationName, body: unknown): unknown {
  try {
    return checkInput(operations[operation], body)
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error))
    assert.ok(error.exception === 'SerializationException' || error.exception === 'ValidationException')
    assert.notEqual(error.message, '')
    return undefined
  }
}

/** JSON that resembles the shape: mostly of its kind, sometimes anything. */
function bodyOf(shapeName: string, depth: number): fc.Arbitrary<unknown> {
  const anything = fc.jsonValue({ maxDepth: 2 })
  if (depth > 6) return anything
  return fc.oneof({ weight: 12, arbitrary: bodyOfKind(shapeName, depth + 1) }, { weight: 1, arbitrary: anything })
}

function bodyOfKind(shapeName: string, depth: number): fc.Arbitrary<unknown> {
  const shape = shapeNamed(shapeName)
  switch (shape.kind) {
    case 'structure': {
      const members = Object.entries(shape.members)
      const required = members.filter(([, reference]) => reference.endsWith('!')).map(([name]) => name)
      const model = Object.fromEntries(members.map(([name, reference]) => [name, bodyOf(reference.replace('!', ''), depth)]))
      return fc.record(model, { requiredKeys: required })
    }
    case 'list':
      return fc.array(bodyOf(shape.of, depth), { maxLength: 3 })
    case 'map':
      return fc.dictionary(fc.constantFrom('games', '__proto__', 'constructor', '', 'bad!'), bodyOf(shape.to, depth), { maxKeys: 3 })
    case 'string':
      return shape.values === undefined
        ? fc.constantFrom('games', '', 'bad!', 'arn:aws', 'a'.repeat(40))
        : fc.constantFrom('X', ...shape.values)
    case 'boolean':
      return fc.constantFrom(true, false, 'true', 'maybe')
    case 'blob':
      return fc.constantFrom('', 'AA==', 'AB==', 'A')
    default:
      return fc.oneof(fc.integer({ min: -1, max: 101 }), fc.double())
  }
}
