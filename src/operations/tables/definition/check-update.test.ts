import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkedUpdate, checkNotEmpty } from './check-update.ts'
import type { GlobalIndexRequest, UpdateTableRequest } from './request.ts'

type Change = (request: UpdateTableRequest) => UpdateTableRequest

const P = 'One or more parameter values were invalid: '
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const })
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const })
const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const })
const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
const create: GlobalIndexRequest = { IndexName: 'genre', KeySchema: [hash('gk')], Projection: { ProjectionType: 'ALL' } }
const TableName = 'music'

function messageOf(request: UpdateTableRequest): string {
  try {
    checkedUpdate(request)
  } catch (error) {
    assert(error instanceof Error)
    assert.equal(error.name, 'ValidationException')
    return error.message
  }
  return 'accepted'
}

const nothingToDo =
  'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required'

test('An UpdateTable request that asks for nothing is refused, whatever it holds besides', () => {
  assert.equal(messageOf({ TableName }), nothingToDo)
  assert.equal(messageOf({ TableName, AttributeDefinitions: [text('pk')] }), nothingToDo)
  assert.equal(messageOf({ TableName, GlobalSecondaryIndexUpdates: [] }), nothingToDo)
  assert.equal(messageOf({ TableName, VectorIndexUpdates: [] }), nothingToDo)
  assert.equal(messageOf({ TableName, MultiRegionConsistency: 'STRONG' }), nothingToDo.replace(' MultiRegionConsistency,', ''))
})

test('An object that says nothing asks for something, which fails when it is looked at alone', () => {
  for (const empty of [{ OnDemandThroughput: {} }, { WarmThroughput: {} }, { OnDemandThroughput: {}, WarmThroughput: {} }]) {
    assert.throws(() => checkNotEmpty(checkedUpdate({ TableName, ...empty })), { name: 'InternalFailure', message: '' })
    checkNotEmpty(checkedUpdate({ TableName, ...empty, DeletionProtectionEnabled: true }))
  }
})

function withCreate(change: Partial<GlobalIndexRequest>): Change {
  return (request) => ({
    ...request,
    GlobalSecondaryIndexUpdates: (request.GlobalSecondaryIndexUpdates ?? []).map((update) =>
      update.Create === undefined ? update : { Create: { ...update.Create, ...change } },
    ),
  })
}

const addingIndex: UpdateTableRequest = {
  TableName,
  AttributeDefinitions: [text('gk'), text('gs')],
  GlobalSecondaryIndexUpdates: [{ Create: create }],
}

/** One fault for every check in order, made so that any two can be had together; each works on `addingIndex`. */
const faultsInOrder: readonly { readonly message: string; readonly fault: Change }[] = [
  {
    message: `${P}List of VectorIndexUpdates is empty`,
    fault: (request) => ({ ...request, VectorIndexUpdates: [] }),
  },
  {
    message: `${P}Server-Side Encryption modification must be the only operation in the request`,
    fault: (request) => ({ ...request, SSESpecification: { Enabled: true } }),
  },
  {
    message: `${P}TableClass modification must be the only operation in the request`,
    fault: (request) => ({ ...request, TableClass: 'STANDARD' }),
  },
  {
    message: `${P}DeletionProtection modification must be the only operation in the request`,
    fault: (request) => ({ ...request, DeletionProtectionEnabled: false }),
  },
  {
    message: `${P}Replica modification must be the only operation in the request`,
    fault: (request) => ({ ...request, ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] }),
  },
  {
    message: `${P}DisassociationProtection modification must be the only operation in the request`,
    fault: (request) => ({ ...request, DisassociationProtectionEnabled: false }),
  },
  {
    message: `${P}Create global secondary index cannot be specified when updating WarmThroughput`,
    fault: (request) => ({ ...request, WarmThroughput: { ReadUnitsPerSecond: 1 } }),
  },
  {
    message: `${P}OnDemandThroughput can only be combined with BillingMode in an UpdateTable request`,
    fault: (request) => ({ ...request, OnDemandThroughput: { MaxReadRequestUnits: 1 } }),
  },
  {
    message: `${P}You cannot create or delete index while updating table IOPS`,
    fault: (request) => ({ ...request, ProvisionedThroughput: units }),
  },
  {
    message: `${P}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null`,
    fault: (request) => ({ ...request, GlobalSecondaryIndexUpdates: [...(request.GlobalSecondaryIndexUpdates ?? []), {}] }),
  },
  {
    message: `${P}AttributeDefinitions is not specified for index: genre`,
    fault: ({ AttributeDefinitions: _, ...request }) => request,
  },
  {
    message: `${P}Some index key attributes are not defined in AttributeDefinitions. Keys: [x, gs], AttributeDefinitions: [gk, gs]`,
    fault: withCreate({ KeySchema: [hash('x'), range('gs')] }),
  },
  {
    message: `${P}Only one global secondary index update per index is allowed simultaneously. Index: genre`,
    fault: (request) => ({
      ...request,
      GlobalSecondaryIndexUpdates: [...(request.GlobalSecondaryIndexUpdates ?? []), { Delete: { IndexName: 'genre' } }],
    }),
  },
]

test('An UpdateTable request without faults is accepted', () => {
  assert.equal(messageOf(addingIndex), 'accepted')
})

for (const [at, { message, fault }] of faultsInOrder.entries()) {
  test(`UpdateTable: ${message.slice(0, 90)}`, () => {
    assert.equal(messageOf(fault(addingIndex)), message)
  })
  test(`UpdateTable tells what is later in the order only when this holds: ${message.slice(0, 90)}`, () => {
    for (const later of faultsInOrder.slice(at + 1)) assert.equal(messageOf(fault(later.fault(addingIndex))), message, later.message)
  })
}

const others: readonly { readonly message: string; readonly request: UpdateTableRequest }[] = [
  {
    message: `${P}You cannot create or delete index while changing stream status`,
    request: { ...addingIndex, StreamSpecification: { StreamEnabled: true } },
  },
  {
    message: `${P}List of GlobalSecondaryIndexUpdates is empty`,
    request: { TableName, BillingMode: 'PAY_PER_REQUEST', GlobalSecondaryIndexUpdates: [] },
  },
  {
    message: `${P}You cannot modify stream status while updating table IOPS`,
    request: { TableName, ProvisionedThroughput: units, StreamSpecification: { StreamEnabled: false } },
  },
  {
    message: `${P}You cannot create or delete index while updating table IOPS`,
    request: { TableName, ProvisionedThroughput: units, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'genre' } }] },
  },
  {
    message: `${P}WarmThroughput must be the only operation in the request`,
    request: { TableName, ProvisionedThroughput: units, WarmThroughput: { ReadUnitsPerSecond: 1 } },
  },
  {
    message: `${P}ProvisionedThroughput cannot be specified when BillingMode is PAY_PER_REQUEST`,
    request: { TableName, BillingMode: 'PAY_PER_REQUEST', ProvisionedThroughput: units },
  },
  {
    message: `${P}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`,
    request: { TableName, BillingMode: 'PROVISIONED' },
  },
  {
    message: 'Given value 1000000000001 for WriteCapacityUnits is out of bounds',
    request: { TableName, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1e12 + 1 } },
  },
  {
    message: 'Given value 1000000000001 for ReadCapacityUnits is out of bounds',
    request: {
      TableName,
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'genre', ProvisionedThroughput: { ReadCapacityUnits: 1e12 + 1, WriteCapacityUnits: 1 } } },
      ],
    },
  },
  {
    message: `${P}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object`,
    request: { ...addingIndex, GlobalSecondaryIndexUpdates: [{ Create: create, Delete: { IndexName: 'genre' } }] },
  },
  {
    message: 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    request: withCreate({ KeySchema: [range('gk')] })(addingIndex),
  },
  {
    message: `${P}All HASH key attributes must precede RANGE key attributes in the KeySchema`,
    request: withCreate({ KeySchema: [hash('gk'), range('gs'), hash('gs')] })(addingIndex),
  },
  {
    message: `${P}The KeySchema contains multiple key attributes with the same name`,
    request: withCreate({ KeySchema: [hash('gk'), range('gk')] })(addingIndex),
  },
  { message: `${P}Unknown ProjectionType: null`, request: withCreate({ Projection: {} })(addingIndex) },
  {
    message: `${P}Attribute Name is duplicated: gk`,
    request: { ...addingIndex, AttributeDefinitions: [text('gk'), text('gk')] },
  },
  {
    message: `${P}If stream is being enabled then UpdateViewType is required`,
    request: { TableName, StreamSpecification: { StreamEnabled: true } },
  },
  {
    message: `${P}If stream is being disabled, then UpdateViewType must not be specified`,
    request: { TableName, StreamSpecification: { StreamEnabled: false, StreamViewType: 'KEYS_ONLY' } },
  },
  {
    message: `${P}SSEType AES256 is not supported`,
    request: { TableName, SSESpecification: { Enabled: true, SSEType: 'AES256' } },
  },
  {
    message:
      'Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].',
    request: { TableName, TableClass: 'GOLD' },
  },
  {
    message: `${P}One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null`,
    request: { TableName, VectorIndexUpdates: [{}] },
  },
  {
    message: `${P}Number of dimensions must be between 1 and 4096 inclusive.`,
    request: {
      TableName,
      VectorIndexUpdates: [
        {
          Create: {
            IndexName: 'vectors',
            VectorAttribute: { AttributeName: 'v' },
            Dimensions: 4097,
            DistanceFunction: 'COSINE',
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    },
  },
  {
    message: `${P}One element in SearchSchema is not defined in attribute definitions`,
    request: {
      TableName,
      VectorIndexUpdates: [
        {
          Create: {
            IndexName: 'vectors',
            VectorAttribute: { AttributeName: 'v' },
            Dimensions: 3,
            DistanceFunction: 'COSINE',
            Projection: { ProjectionType: 'ALL' },
            SearchSchema: [{ AttributeName: 'pk', SearchSchemaElementType: 'HASH' }],
          },
        },
      ],
    },
  },
]

for (const { message, request } of others) {
  test(`UpdateTable alone: ${message.slice(0, 110)}`, () => {
    assert.equal(messageOf(request), message)
  })
}

test('UpdateTable accepts an index creation together with the way to on-demand, and with updates of other indexes', () => {
  assert.equal(messageOf({ ...addingIndex, BillingMode: 'PAY_PER_REQUEST' }), 'accepted')
  const update = { Update: { IndexName: 'other', ProvisionedThroughput: units } }
  assert.equal(messageOf({ ...addingIndex, GlobalSecondaryIndexUpdates: [{ Create: create }, update] }), 'accepted')
  assert.equal(messageOf({ TableName, BillingMode: 'PAY_PER_REQUEST', OnDemandThroughput: { MaxReadRequestUnits: -1 } }), 'accepted')
})
