import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testStorage } from '../../../test/harness/test-storage.ts'
import { openMeteredEngine } from '../../metering/open-metered-engine.ts'
import { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { rootOf } from '../../policies/caller.ts'
import { createTable } from './create-table.ts'
import { describeEndpoints } from './describe-endpoints.ts'
import { describeLimits } from './describe-limits.ts'
import { listTables } from './list-tables.ts'

const engine = await openMeteredEngine({ storage: testStorage(), region: 'eu-west-2' })
const names = ['a.b', 'B-1', '_ab', ...Array.from({ length: 105 }, (_, at) => `t${at}`)]
await Promise.all(
  names.map((TableName) =>
    createTable(engine, {
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  ),
)
const inByteOrder = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

test('ListTables lists a hundred names in byte order and says where to go on', async () => {
  const first = await listTables(engine, {})
  assert.deepEqual(first, { TableNames: inByteOrder.slice(0, 100), LastEvaluatedTableName: inByteOrder[99] })
  assert.deepEqual(await listTables(engine, { ExclusiveStartTableName: inByteOrder[99] ?? '' }), { TableNames: inByteOrder.slice(100) })
})

test('ListTables walks everything once at every page size', async () => {
  for (const Limit of [1, 7, 100]) {
    const listed: string[] = []
    let last: string | undefined
    do {
      const page = await listTables(engine, { Limit, ...(last === undefined ? {} : { ExclusiveStartTableName: last }) })
      listed.push(...(page.TableNames ?? []))
      last = page.LastEvaluatedTableName
    } while (last !== undefined)
    assert.deepEqual(listed, inByteOrder)
  }
})

test('ListTables starts after a name that no table has', async () => {
  const { TableNames } = await listTables(engine, { ExclusiveStartTableName: 'a.bb', Limit: 1 })
  assert.deepEqual(TableNames, ['t0'])
  assert.deepEqual(await listTables(engine, { ExclusiveStartTableName: 'zzz' }), { TableNames: [] })
})

test('DescribeLimits and DescribeEndpoints answer for the account and the Region', async () => {
  assert.deepEqual(await describeLimits(), {
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  })
  assert.deepEqual(await describeEndpoints(engine, {}, new RequestUsage(), { host: undefined, caller: rootOf('123456789012') }), {
    Endpoints: [{ Address: 'dynamodb.eu-west-2.amazonaws.com', CachePeriodInMinutes: 1440 }],
  })
})
