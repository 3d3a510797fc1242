import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineTable } from './define-table.ts'
import type { CreateTableRequest, GlobalIndexRequest, LocalIndexRequest, VectorIndexRequest } from './request.ts'

type Change = (request: CreateTableRequest) => CreateTableRequest

const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const })
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const })
const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const })
const all = { ProjectionType: 'ALL' as const }
const P = 'One or more parameter values were invalid: '

const base: CreateTableRequest = {
  TableName: 'music',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [text('pk'), text('sk'), text('lk'), text('gk')],
  KeySchema: [hash('pk'), range('sk')],
  LocalSecondaryIndexes: [{ IndexName: 'local1', KeySchema: [hash('pk'), range('lk')], Projection: all }],
  GlobalSecondaryIndexes: [{ IndexName: 'global1', KeySchema: [hash('gk')], Projection: all }],
}

const simple: CreateTableRequest = {
  TableName: 'music',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [text('pk')],
  KeySchema: [hash('pk')],
}

const provisioned: CreateTableRequest = {
  ...simple,
  BillingMode: 'PROVISIONED',
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
}

function withGlobal(change: Partial<GlobalIndexRequest>): Change {
  return (request) => ({
    ...request,
    GlobalSecondaryIndexes: (request.GlobalSecondaryIndexes ?? []).map((index, at) => (at === 0 ? { ...index, ...change } : index)),
  })
}

function withLocal(change: Partial<LocalIndexRequest>): Change {
  return (request) => ({
    ...request,
    LocalSecondaryIndexes: (request.LocalSecondaryIndexes ?? []).map((index) => ({ ...index, ...change })),
  })
}

function messageOf(request: CreateTableRequest): string {
  try {
    defineTable('music', request)
  } catch (error) {
    assert(error instanceof Error)
    assert.equal(error.name, 'ValidationException')
    return error.message
  }
  return 'accepted'
}

/** One fault for every point of the check order, made so that any two can be had together. */
const faultsInOrder: readonly { readonly message: string; readonly fault: Change }[] = [
  {
    message: `${P}GlobalTableSourceArn is not supported`,
    fault: (request) => ({ ...request, GlobalTableSourceArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/music' }),
  },
  {
    message: `${P}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    fault: (request) => ({ ...request, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }),
  },
  {
    message: 'Given value 1000000000001 for ReadCapacityUnits is out of bounds',
    fault: withGlobal({ ProvisionedThroughput: { ReadCapacityUnits: 1e12 + 1, WriteCapacityUnits: 1 } }),
  },
  {
    message: 'Invalid KeySchema: Some index key attribute have no definition',
    fault: (request) => ({ ...request, AttributeDefinitions: [text('pk')] }),
  },
  {
    message: `${P}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, q], AttributeDefinitions: [sk, pk, gk, lk]`,
    fault: withLocal({ KeySchema: [hash('pk'), range('q')] }),
  },
  {
    message: `${P}Attribute Name is duplicated: pk`,
    fault: (request) => ({ ...request, AttributeDefinitions: [...(request.AttributeDefinitions ?? []), text('pk')] }),
  },
  {
    message: 'Both the Hash Key and the Range Key element in the KeySchema have the same name',
    fault: (request) => ({ ...request, KeySchema: [hash('pk'), range('pk')] }),
  },
  {
    message: 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    fault: withGlobal({ KeySchema: [range('gk')] }),
  },
  {
    message: `${P}Some AttributeDefinitions are not used. AttributeDefinitions: [sk, pk, gk, u, lk], keys used: [gk, sk, pk, lk]`,
    fault: (request) => ({ ...request, AttributeDefinitions: [...(request.AttributeDefinitions ?? []), text('u')] }),
  },
  {
    message: `${P}All HASH key attributes must precede RANGE key attributes in the KeySchema`,
    fault: (request) => ({
      ...request,
      GlobalSecondaryIndexes: [
        ...(request.GlobalSecondaryIndexes ?? []),
        { IndexName: 'global2', KeySchema: [hash('gk'), range('pk'), hash('sk')], Projection: all },
      ],
    }),
  },
  {
    message: `${P}Index KeySchema does not have the same leading hash key as table KeySchema for index: local1. index hash key: sk, table hash key: pk`,
    fault: withLocal({ KeySchema: [hash('sk'), range('lk')] }),
  },
  { message: `${P}Unknown ProjectionType: null`, fault: withGlobal({ Projection: {} }) },
  {
    message: `${P}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range`,
    fault: (request) => ({ ...request, OnDemandThroughput: { MaxReadRequestUnits: 0 } }),
  },
  { message: `${P}Duplicate index name: local1`, fault: withGlobal({ IndexName: 'local1' }) },
  {
    message: `${P}Table is being created with a stream disabled, UpdateViewType should not be specified`,
    fault: (request) => ({ ...request, StreamSpecification: { StreamEnabled: false, StreamViewType: 'NEW_IMAGE' } }),
  },
  { message: `${P}SSEType AES256 is not supported`, fault: (request) => ({ ...request, SSESpecification: { SSEType: 'AES256' } }) },
  {
    message:
      'Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].',
    fault: (request) => ({ ...request, TableClass: 'GOLD' }),
  },
  {
    message: 'Tag Key cannot be prefixed with aws:, Key: aws:x',
    fault: (request) => ({ ...request, Tags: [{ Key: 'aws:x', Value: '' }] }),
  },
]

test('CreateTable checks in the order of errors.md: each fault beats every later one', () => {
  assert.equal(messageOf(base), 'accepted')
  for (const [at, { message, fault }] of faultsInOrder.entries()) {
    assert.equal(messageOf(fault(base)), message)
    for (const later of faultsInOrder.slice(at + 1)) {
      assert.equal(withoutLists(messageOf(fault(later.fault(base)))), withoutLists(message), `before: ${later.message}`)
    }
  }
})

/** Another fault may change the names a message lists. */
function withoutLists(message: string): string {
  return message.replace(/\[.*/, '')
}

/** Further texts, each by its fault alone. */
const messages: readonly (readonly [string, CreateTableRequest])[] = [
  [
    `${P}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    { ...simple, BillingMode: 'PROVISIONED' },
  ],
  [
    `${P}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    { TableName: 'music', KeySchema: [hash('pk')], AttributeDefinitions: [text('pk')] },
  ],
  [
    'Given value 2000000000000 for WriteCapacityUnits is out of bounds',
    { ...provisioned, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2e12 } },
  ],
  ['Invalid KeySchema: Some index key attribute have no definition', { ...simple, KeySchema: [hash('pk'), range('pk')] }],
  [
    `${P}Some index key attributes are not defined in AttributeDefinitions. Keys: [q], AttributeDefinitions: [sk, pk]`,
    { ...simple, KeySchema: [hash('q')], AttributeDefinitions: [text('pk'), text('sk')] },
  ],
  ['Invalid KeySchema: The first KeySchemaElement is not a HASH key type', { ...simple, KeySchema: [range('pk')] }],
  [
    'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type',
    { ...simple, KeySchema: [hash('pk'), hash('sk')], AttributeDefinitions: [text('pk'), text('sk')] },
  ],
  [
    `${P}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    { ...simple, AttributeDefinitions: [text('pk'), text('sk')] },
  ],
  [
    `${P}Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, c]`,
    {
      ...simple,
      KeySchema: [hash('a')],
      AttributeDefinitions: [text('c'), text('b'), text('a')],
      GlobalSecondaryIndexes: [{ IndexName: 'global1', KeySchema: [hash('c')], Projection: all }],
    },
  ],
  [`${P}The KeySchema exceeds the maximum allowed number of HASH key attributes`, withKey([...'abcde'].map(hash))],
  [`${P}The KeySchema exceeds the maximum allowed number of RANGE key attributes`, withKey([hash('a'), ...[...'bcdef'].map(range)])],
  [`${P}The KeySchema contains multiple key attributes with the same name`, withKey([hash('a'), range('a')])],
  [`${P}List of LocalSecondaryIndexes is empty`, { ...simple, LocalSecondaryIndexes: [] }],
  [`${P}List of GlobalSecondaryIndexes is empty`, { ...simple, GlobalSecondaryIndexes: [] }],
  [
    `${P}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
    {
      ...simple,
      AttributeDefinitions: [text('pk'), text('lk')],
      LocalSecondaryIndexes: [{ IndexName: 'local1', KeySchema: [hash('pk'), range('lk')], Projection: all }],
    },
  ],
  [
    `${P}Index KeySchema does not have a range key for index: local1`,
    withLocal({ KeySchema: [hash('pk')] })({ ...base, AttributeDefinitions: [text('pk'), text('sk'), text('gk')] }),
  ],
  [
    `${P}Number of LocalSecondaryIndexes exceeds per-table limit of 5`,
    { ...base, LocalSecondaryIndexes: copies(base.LocalSecondaryIndexes, 6) },
  ],
  [
    `${P}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
    { ...base, GlobalSecondaryIndexes: copies(base.GlobalSecondaryIndexes, 21) },
  ],
  [
    `${P}ProjectionType is ALL, but NonKeyAttributes is specified`,
    withLocal({ Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['a'] } })(base),
  ],
  [
    `${P}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified`,
    withGlobal({ Projection: { ProjectionType: 'KEYS_ONLY', NonKeyAttributes: ['a'] } })(base),
  ],
  [`${P}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`, withGlobal({ Projection: { ProjectionType: 'INCLUDE' } })(base)],
  [
    `${P}Duplicate element in NonKeyAttributes: b`,
    withGlobal({ Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b', 'c', 'b', 'a'] } })(base),
  ],
  [
    `${P}Number of NonKeyAttributes of all indexes exceeds the per-table limit of 100`,
    {
      ...base,
      GlobalSecondaryIndexes: copies(base.GlobalSecondaryIndexes, 6).map((index) => ({
        ...index,
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: Array.from({ length: 17 }, (_, at) => `a${at}`) },
      })),
    },
  ],
  [
    `${P}ProvisionedThroughput is not specified for index: global1`,
    { ...base, BillingMode: 'PROVISIONED', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
  ],
  [
    `${P}ProvisionedThroughput should not be specified for index: global1 when BillingMode is PAY_PER_REQUEST`,
    withGlobal({ ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } })(base),
  ],
  [
    `${P}MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.`,
    { ...provisioned, OnDemandThroughput: { MaxReadRequestUnits: 5 } },
  ],
  [
    `${P}Requested MaxWriteRequestUnits for OnDemandThroughput for table is outside of valid range`,
    { ...simple, OnDemandThroughput: { MaxReadRequestUnits: 1, MaxWriteRequestUnits: -1 } },
  ],
  [
    `${P}Requested ReadUnitsPerSecond for WarmThroughput for table is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial`,
    { ...simple, WarmThroughput: { ReadUnitsPerSecond: 11_999, WriteUnitsPerSecond: 4000 } },
  ],
  [
    `${P}Requested WriteUnitsPerSecond for WarmThroughput for table is lower than WriteCapacityUnits of ProvisionedThroughput`,
    { ...provisioned, WarmThroughput: { WriteUnitsPerSecond: 5 } },
  ],
  [
    `${P}Table is being created with a stream enabled, UpdateViewType is required`,
    { ...simple, StreamSpecification: { StreamEnabled: true } },
  ],
  [
    `${P}SSEType KMS is required if KMSMasterKeyId is specified`,
    { ...simple, SSESpecification: { Enabled: true, KMSMasterKeyId: 'alias/mine' } },
  ],
  [`${P}SSEType can not be specified if Enabled is false`, { ...simple, SSESpecification: { Enabled: false, SSEType: 'KMS' } }],
  [`${P}KMSMasterKeyId can not be specified if Enabled is false`, { ...simple, SSESpecification: { Enabled: false, KMSMasterKeyId: 'k' } }],
  [
    'Number of Tags exceed the current limit for the provided ResourceArn',
    { ...simple, Tags: Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' })) },
  ],
  [
    'Duplicate Tag Keys provided as input: Duplicate Tag Key found k',
    {
      ...simple,
      Tags: [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
    },
  ],
  ['The Tag Key provided is invalid, Key: a#b', { ...simple, Tags: [{ Key: 'a#b', Value: '' }] }],
]

for (const [message, request] of messages) {
  test(`CreateTable answers: ${message}`, () => assert.equal(messageOf(request), message))
}

const vector: VectorIndexRequest = {
  IndexName: 'vector1',
  VectorAttribute: { AttributeName: 'embedding' },
  Dimensions: 3,
  DistanceFunction: 'COSINE',
  Projection: all,
}
const conflict = `${P}Conflicting attribute definition for 'embedding'.`

const vectorMessages: readonly (readonly [string, CreateTableRequest])[] = [
  ['accepted', { ...simple, VectorIndexes: [vector] }],
  [`${P}Vector indexes are only supported for PAY_PER_REQUEST tables`, { ...provisioned, VectorIndexes: [vector] }],
  [
    `${P}One element in SearchSchema is not defined in attribute definitions`,
    { ...simple, VectorIndexes: [{ ...vector, SearchSchema: [{ AttributeName: 'tenant', SearchSchemaElementType: 'HASH' }] }] },
  ],
  [`${P}Number of dimensions must be between 1 and 4096 inclusive.`, { ...simple, VectorIndexes: [{ ...vector, Dimensions: 4097 }] }],
  [`${P}VectorIndex count exceeds the per-table limit of 5`, { ...simple, VectorIndexes: copies([vector], 6) }],
  [
    `${conflict} All VectorIndexes on the same vector attribute must use the same dimensions.`,
    { ...simple, VectorIndexes: [vector, { ...vector, IndexName: 'vector2', Dimensions: 4 }] },
  ],
  [
    `${conflict} An attribute cannot be defined in AttributeDefinitions when used as a VectorAttribute.`,
    { ...simple, AttributeDefinitions: [text('pk'), text('embedding')], VectorIndexes: [vector] },
  ],
  [`${P}Duplicate index name: global1`, { ...base, VectorIndexes: [{ ...vector, IndexName: 'global1' }] }],
]

for (const [message, request] of vectorMessages) {
  test(`CreateTable answers to a vector index: ${message}`, () => assert.equal(messageOf(request), message))
}

test('CreateTable accepts what AWS accepts: an LSI on the table sort key, a GSI with the table keys, one named like the table', () => {
  const request: CreateTableRequest = {
    ...base,
    AttributeDefinitions: [text('pk'), text('sk')],
    LocalSecondaryIndexes: [
      { IndexName: 'local1', KeySchema: [hash('pk'), range('sk')], Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['pk'] } },
    ],
    GlobalSecondaryIndexes: [{ IndexName: 'music', KeySchema: [hash('pk'), range('sk')], Projection: all }],
    Tags: [],
    OnDemandThroughput: {},
    SSESpecification: {},
    StreamSpecification: { StreamEnabled: false },
  }
  const { onDemandMaxima, encryption, stream, tags } = defineTable('music', request)
  assert.deepEqual(
    { onDemandMaxima, encryption, stream, tags },
    { onDemandMaxima: undefined, encryption: undefined, stream: undefined, tags: [] },
  )
})

test('CreateTable takes attribute names that JavaScript objects inherit', () => {
  const names = ['__proto__', 'constructor', 'toString']
  const request = { ...simple, KeySchema: [hash('__proto__'), range('toString')], AttributeDefinitions: names.map(text) }
  const withIndex = { ...request, GlobalSecondaryIndexes: [{ IndexName: 'global1', KeySchema: [hash('constructor')], Projection: all }] }
  assert.deepEqual(
    defineTable('music', withIndex).attributes.map(({ name }) => name),
    names,
  )
})

test('A definition numbers its indexes: global, local, vector', () => {
  const { indexes, vectorIndexes } = defineTable('music', { ...base, VectorIndexes: [vector] })
  assert.deepEqual(
    [...indexes, ...vectorIndexes].map(({ indexId, name }) => [indexId, name]),
    [
      [1, 'global1'],
      [2, 'local1'],
      [3, 'vector1'],
    ],
  )
})

/** A table with one global index of this key. */
function withKey(KeySchema: GlobalIndexRequest['KeySchema']): CreateTableRequest {
  const names = new Set(['pk', ...KeySchema.map((element) => element.AttributeName)])
  return {
    ...simple,
    AttributeDefinitions: [...names].map(text),
    GlobalSecondaryIndexes: [{ IndexName: 'global1', KeySchema, Projection: all }],
  }
}

/** As many indexes like the first one, each with a name of its own. */
function copies<Index extends { readonly IndexName: string }>(indexes: readonly Index[] = [], count: number): Index[] {
  const [first] = indexes
  assert(first !== undefined)
  return Array.from({ length: count }, (_, at) => ({ ...first, IndexName: `index${at}` }))
}
