import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import { type ExceptionName, exceptions, ServiceError } from '../../api/errors.ts'
import type { OperationName } from '../../api/operations.ts'
import { ManualClock } from '../../base/clock.ts'
import type { Table } from '../../engine/schema/table.ts'
import { openMeteredEngine } from '../open-metered-engine.ts'
import { RequestUsage } from '../traffic/request-usage.ts'
import { type AnsweredRequest, recordRequest } from './record-request.ts'

const engine = await openMeteredEngine({ storage: testStorage(), clock: new ManualClock(1_795_341_600_000) })

const units = { readUnits: 12_000, writeUnits: 4000 }

function table(name: string, tableId: number): Table {
  return {
    name,
    tableId,
    attributes: [{ name: 'id', type: 'S' }],
    key: { hash: [{ name: 'id', type: 'S' }], range: [] },
    indexes: [],
    vectorIndexes: [],
    billingMode: 'PAY_PER_REQUEST',
    warm: units,
    tableClass: 'STANDARD',
    deletionProtection: false,
    tags: [],
    uuid: name,
    status: 'ACTIVE',
    creationMs: 0,
  }
}

const a = table('A', 1)
const b = table('B', 2)

/** What the request adds to each series that it counts in: `name table operation`, and the sum and number of samples. */
function counted(
  request: Partial<AnsweredRequest> & { readonly operation: OperationName },
  tables: readonly Table[],
  returned?: number,
): object {
  const before = new Map([...engine.metering.metrics.all()].map((series) => [series, { count: series.countOfAll, sum: series.sumOfAll }]))
  const usage = new RequestUsage()
  for (const each of tables) usage.touch(each)
  usage.returnedItems = returned
  recordRequest(engine, { usage, latencyMs: 2, error: undefined, ...request })
  const added: { [text: string]: readonly [sum: number, count: number] } = {}
  for (const series of engine.metering.metrics.all()) {
    const { count, sum } = before.get(series) ?? { count: 0, sum: 0 }
    if (series.countOfAll === count) continue
    const { TableName = '-', Operation = '-' } = series.dimensions
    added[`${series.name} ${TableName} ${Operation}`] = [series.sumOfAll - sum, series.countOfAll - count]
  }
  return added
}

function cancelled(...codes: readonly string[]): ServiceError {
  const members = { CancellationReasons: codes.map((Code) => ({ Code })) }
  return new ServiceError('TransactionCanceledException', 'cancelled', { members })
}

test('an answered request counts in each table it touched, once', () => {
  assert.deepEqual(counted({ operation: 'PutItem' }, [a]), { 'SuccessfulRequestLatency A PutItem': [2, 1] })
  assert.deepEqual(counted({ operation: 'BatchGetItem' }, [a, b, a]), {
    'SuccessfulRequestLatency A BatchGetItem': [2, 1],
    'SuccessfulRequestLatency B BatchGetItem': [2, 1],
  })
})

test('only Query, Scan and ExecuteStatement count what they return, and nothing is a count, too', () => {
  for (const operation of ['Query', 'Scan', 'ExecuteStatement'] as const) {
    assert.deepEqual(counted({ operation }, [a], 0), {
      [`ReturnedItemCount A ${operation}`]: [0, 1],
      [`SuccessfulRequestLatency A ${operation}`]: [2, 1],
    })
  }
  assert.deepEqual(counted({ operation: 'BatchGetItem' }, [a], 3), { 'SuccessfulRequestLatency A BatchGetItem': [2, 1] })
})

test('operations on tables have no metrics of a table, and those without a table have none at all', () => {
  for (const operation of ['DescribeTable', 'UpdateTable', 'GetShardIterator', 'TagResource'] as const) {
    assert.deepEqual(counted({ operation }, [a]), {}, operation)
  }
  assert.deepEqual(counted({ operation: 'GetItem' }, []), {})
})

test('GetRecords counts with the label of the stream', () => {
  counted({ operation: 'GetRecords' }, [{ ...a, streamLabel: '2026-11-22T10:00:00.000' }])
  const series = [...engine.metering.metrics.all()].find(({ dimensions }) => dimensions.Operation === 'GetRecords')
  assert.deepEqual(series?.dimensions, { region: '', TableName: 'A', Operation: 'GetRecords', StreamLabel: '2026-11-22T10:00:00.000' })
})

/** What each exception counts in, of a PutItem on table A. All that are not named: UserErrors, or SystemErrors from 500 on. */
const named: { readonly [Name in ExceptionName]?: object } = {
  ConditionalCheckFailedException: { 'ConditionalCheckFailedRequests A -': [1, 1] },
  // These count by what the request's members met: see below.
  ProvisionedThroughputExceededException: {},
  RequestLimitExceeded: {},
  ThrottlingException: {},
  TransactionConflictException: { 'TransactionConflict A -': [1, 1] },
}

test('each exception counts in the metric that is there for it', () => {
  for (const [name, { status }] of Object.entries(exceptions) as [ExceptionName, { status: number }][]) {
    const usual = status >= 500 ? { 'SystemErrors A PutItem': [1, 1] } : { 'UserErrors - -': [1, 1] }
    assert.deepEqual(counted({ operation: 'PutItem', error: new ServiceError(name, '') }, [a]), named[name] ?? usual, name)
  }
})

test('a cancelled transaction counts as its reasons say', () => {
  const operation = 'TransactWriteItems'
  assert.deepEqual(counted({ operation, error: cancelled('None', 'ConditionalCheckFailed', 'ConditionalCheckFailed') }, [a]), {
    'ConditionalCheckFailedRequests A -': [2, 2],
  })
  assert.deepEqual(counted({ operation, error: cancelled('TransactionConflict', 'None') }, [a, b]), { 'TransactionConflict A -': [1, 1] })
  for (const code of ['ThrottlingError', 'ProvisionedThroughputExceeded', 'RequestLimitExceeded']) {
    assert.deepEqual(counted({ operation, error: cancelled(code, 'None', code) }, [a, b]), {}, code)
  }
  assert.deepEqual(counted({ operation, error: cancelled('ValidationError', 'ConditionalCheckFailed', 'ValidationError') }, [a]), {
    'ConditionalCheckFailedRequests A -': [1, 1],
    'UserErrors - -': [1, 1],
  })
})

test('a throttle counts with its operation, be it enforced or observed', () => {
  const members = (refusedMembers: number, admittedMembers: number): RequestUsage => {
    return Object.assign(new RequestUsage(), { refusedMembers, admittedMembers, table: a })
  }
  const throttled = (operation: OperationName, usage: RequestUsage): readonly string[] =>
    Object.keys(counted({ operation, usage }, [])).filter((name) => name.startsWith('Throttled'))
  assert.deepEqual(throttled('PutItem', members(1, 0)), ['ThrottledRequests A PutItem'])
  assert.deepEqual(throttled('TransactWriteItems', members(1, 3)), ['ThrottledRequests A TransactWriteItems'])
  assert.deepEqual(throttled('BatchWriteItem', members(2, 0)), ['ThrottledRequests A BatchWriteItem'])
  assert.deepEqual(throttled('BatchWriteItem', members(2, 1)), [], 'a part of a batch')
  assert.deepEqual(throttled('PutItem', members(0, 1)), [])
})

test('a fault of ours counts with its operation, with a table if it has one', () => {
  assert.deepEqual(counted({ operation: 'Query', error: 'fault' }, [a, b]), {
    'SystemErrors A Query': [1, 1],
    'SystemErrors B Query': [1, 1],
  })
  assert.deepEqual(counted({ operation: 'Query', error: 'fault' }, []), { 'SystemErrors - Query': [1, 1] })
  assert.deepEqual(counted({ operation: 'UpdateTable', error: 'fault' }, [a]), { 'SystemErrors - UpdateTable': [1, 1] })
})

test('an error of an operation on tables counts in no table', () => {
  assert.deepEqual(counted({ operation: 'CreateTable', error: new ServiceError('LimitExceededException', '') }, [a]), {
    'UserErrors - -': [1, 1],
  })
  assert.deepEqual(counted({ operation: 'CreateTable', error: new ServiceError('ThrottlingException', '') }, [a]), {})
})
