/** Whatever a table was, it becomes what it is to be, in one go; and is then the table that would have been made at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { processSender } from '../../src/cli/apply/process-sender.ts'
import { createStator } from '../../src/index.ts'
import { applyTable } from '../../src/infrastructure/server/apply-table.ts'
import type { Sender } from '../../src/infrastructure/server/sender.ts'
import type { IndexInput, TableSpec } from '../../src/infrastructure/tables/table-spec.ts'

const units = fc.record({ ReadCapacityUnits: fc.integer({ min: 1, max: 20 }), WriteCapacityUnits: fc.integer({ min: 1, max: 20 }) })
const requests = fc.record({ MaxReadRequestUnits: fc.integer({ min: 1, max: 50 }) })
const types: { readonly [name: string]: string } = { pk: 'S', a: 'S', b: 'N' }

interface Shape {
  readonly isOnDemand: boolean
  readonly units: { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number }
  readonly requests: { readonly MaxReadRequestUnits: number } | undefined
  readonly indexes: readonly {
    readonly name: string
    readonly key: string
    readonly projection: IndexInput['Projection']
    readonly units: Shape['units']
  }[]
  readonly view: string | undefined
  readonly ttl: string | undefined
  readonly tags: readonly string[]
  readonly isRare: boolean
  readonly isProtected: boolean
  readonly isEncrypted: boolean
  readonly hasRecovery: boolean
  readonly policy: string | undefined
  readonly scaled: readonly ('Read' | 'Write')[]
}

const shape: fc.Arbitrary<Shape> = fc.record({
  isOnDemand: fc.boolean(),
  units,
  requests: fc.option(requests, { nil: undefined }),
  indexes: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('one', 'two', 'three'),
      key: fc.constantFrom('a', 'b'),
      projection: fc.constantFrom<IndexInput['Projection']>(
        { ProjectionType: 'ALL' },
        { ProjectionType: 'KEYS_ONLY' },
        { ProjectionType: 'INCLUDE', NonKeyAttributes: ['x', 'y'] },
      ),
      units,
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
  view: fc.constantFrom(undefined, 'KEYS_ONLY', 'NEW_IMAGE'),
  ttl: fc.constantFrom(undefined, 'expires'),
  tags: fc.uniqueArray(fc.constantFrom('a=1', 'a=2', 'b=1'), { selector: (tag) => tag[0] ?? '', maxLength: 2 }),
  isRare: fc.boolean(),
  isProtected: fc.boolean(),
  isEncrypted: fc.boolean(),
  hasRecovery: fc.boolean(),
  policy: fc.constantFrom(undefined, 'dynamodb:GetItem', 'dynamodb:PutItem'),
  scaled: fc.uniqueArray(fc.constantFrom('Read', 'Write'), { maxLength: 2 }),
})

function specOf(TableName: string, given: Shape): TableSpec {
  const { isOnDemand, indexes, view, ttl, policy } = given
  const used = new Set(['pk', ...indexes.map(({ key }) => key)])
  return {
    id: TableName,
    place: { file: 'f', line: 1 },
    isNameMade: false,
    isRetained: false,
    seeds: [],
    ttl: ttl === undefined ? { Enabled: false } : { Enabled: true, AttributeName: ttl },
    recovery: { PointInTimeRecoveryEnabled: given.hasRecovery },
    policy:
      policy === undefined
        ? null
        : JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: policy, Resource: '*' }] }),
    scaling: isOnDemand ? [] : given.scaled.map((kind) => ({ kind, min: 1, max: 20, policies: [], schedules: [] })),
    input: {
      TableName,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [...used].map((name) => ({ AttributeName: name, AttributeType: types[name] ?? 'S' })),
      BillingMode: isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
      ...(isOnDemand ? given.requests && { OnDemandThroughput: given.requests } : { ProvisionedThroughput: given.units }),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map(({ name, key, projection, units: own }) => ({
          IndexName: name,
          KeySchema: [{ AttributeName: key, KeyType: 'HASH' as const }],
          Projection: projection,
          ...(!isOnDemand && { ProvisionedThroughput: own }),
        })),
      }),
      ...(view !== undefined && { StreamSpecification: { StreamEnabled: true, StreamViewType: view } }),
      Tags: given.tags.map((tag) => ({ Key: tag[0] ?? '', Value: tag.slice(2) })),
      ...(given.isRare && { TableClass: 'STANDARD_INFREQUENT_ACCESS' }),
      ...(given.isEncrypted && { SSESpecification: { Enabled: true } }),
      DeletionProtectionEnabled: given.isProtected,
    },
  }
}

const measured =
  /^(TableId|TableArn|TableName|CreationDateTime|LatestStream\w+|IndexArn|\w+DateTime|NumberOfDecreasesToday|ItemCount|\w+SizeBytes|WarmThroughput)$/

/** What is told of a table, but for what is measured, in whatever order indexes are told. */
async function toldOf(sender: Sender, TableName: string): Promise<unknown> {
  const ask = async (operation: string, input: object): Promise<unknown> => sender.ask('dynamodb', operation, input)
  const { Table } = (await ask('DescribeTable', { TableName })) as {
    readonly Table: {
      readonly TableArn: string
      readonly GlobalSecondaryIndexes?: readonly object[]
      readonly BillingModeSummary?: { readonly BillingMode?: string }
    }
  }
  const byText = (list: readonly object[] = []): readonly object[] =>
    list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  const told = JSON.parse(
    JSON.stringify({ ...Table, BillingModeSummary: Table.BillingModeSummary?.BillingMode ?? 'PROVISIONED' }, (name, value: unknown) =>
      measured.test(name) ? undefined : value,
    ),
  ) as {
    readonly AttributeDefinitions: readonly object[]
    readonly GlobalSecondaryIndexes?: readonly object[]
    readonly SSEDescription?: object
    readonly TableClassSummary?: object
  }
  const ResourceArn = Table.TableArn
  const tags = ((await ask('ListTagsOfResource', { ResourceArn })) as { readonly Tags?: readonly object[] }).Tags
  return {
    ...told,
    AttributeDefinitions: byText(told.AttributeDefinitions),
    GlobalSecondaryIndexes: byText(told.GlobalSecondaryIndexes),
    TableClassSummary: told.TableClassSummary ?? { TableClass: 'STANDARD' },
    tags: byText(tags),
    ttl: ((await ask('DescribeTimeToLive', { TableName })) as { readonly TimeToLiveDescription: { readonly TimeToLiveStatus: string } })
      .TimeToLiveDescription.TimeToLiveStatus,
    policy: await ask('GetResourcePolicy', { ResourceArn }).then(
      (answer) => (answer as { readonly Policy: string }).Policy,
      () => undefined,
    ),
  }
}

test('A table that was another one is the same as one that is made at once', async () => {
  await using stator = await createStator({ inMemory: true })
  const sender = processSender((request) => stator.handle(request), stator.region)
  const options = { isDryRun: false, replace: 'none', data: 'never' } as const
  let count = 0
  await fc.assert(
    fc.asyncProperty(shape, shape, async (first, second) => {
      count += 1
      const [changed, fresh] = [`changed-${count}`, `fresh-${count}`]
      assert.equal((await applyTable(sender, specOf(changed, first), options)).kind, 'created')
      const outcome = await applyTable(sender, specOf(changed, second), options)
      // Time to live cannot be switched twice within the hour.
      assert.deepEqual(
        outcome.notDone.filter((each) => !each.startsWith('time to live')),
        [],
      )
      const made = await applyTable(sender, specOf(fresh, second), options)
      assert.deepEqual([made.kind, made.notDone], ['created', []])
      const again = await applyTable(sender, specOf(changed, second), options)
      assert.deepEqual(
        again.details.filter((each) => each !== 'time to live'),
        [],
      )
      const [was, is] = (await Promise.all([toldOf(sender, changed), toldOf(sender, fresh)])) as readonly { readonly ttl: string }[]
      // Capacity that is scaled stays where it is between least and most.
      const isScaled = !second.isOnDemand && second.scaled.length > 0
      if (!isScaled && outcome.notDone.length === 0) assert.deepEqual(was, is)
    }),
    { numRuns: 60 },
  )
})
