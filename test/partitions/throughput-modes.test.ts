/**
 * One load in three modes: observe answers everything and counts exactly what enforce refuses, off counts nothing. The load does not
 * react, and no request depends on what an earlier one has written, or the two would not do the same.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { ThroughputMode } from '../../src/engine/settings.ts'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { repeatingStore } from '../harness/repeating-store.ts'
import { type Body, call, openTestService, succeed } from '../harness/service.ts'
import { seededChance } from './virtual-load.ts'

const startMs = 1_795_341_600_000
const partitionLimits = { readUnitsPerSecondMax: 30, writeUnitsPerSecondMax: 25 }
const requests = 1500

const tables = [
  {
    TableName: 'Provisioned',
    AttributeDefinitions: ['pk', 'sk', 'g', 'l'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    LocalSecondaryIndexes: [{ IndexName: 'Local', KeySchema: keySchema('pk', 'l'), Projection: { ProjectionType: 'ALL' } }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'Global',
        KeySchema: keySchema('g', 'sk'),
        Projection: { ProjectionType: 'ALL' },
        ProvisionedThroughput: { ReadCapacityUnits: 20, WriteCapacityUnits: 4 },
      },
    ],
    ProvisionedThroughput: { ReadCapacityUnits: 40, WriteCapacityUnits: 30 },
  },
  {
    TableName: 'OnDemand',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    OnDemandThroughput: { MaxReadRequestUnits: 40, MaxWriteRequestUnits: 20 },
  },
]

function keySchema(hash: string, range: string): readonly object[] {
  return [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
}

interface Request {
  readonly operation: string
  readonly input: object
}

/** Skewed, of all kinds; every write is of a new item, and what is read is never written. */
class Requests {
  readonly #chance: () => number
  #count = 0

  constructor(seed: number) {
    this.#chance = seededChance(seed)
  }

  next(): Request {
    const tableName = this.#below(3) === 0 ? 'OnDemand' : 'Provisioned'
    switch (this.#below(10)) {
      case 0:
        return {
          operation: 'BatchWriteItem',
          input: { RequestItems: { [tableName]: this.#many(() => ({ PutRequest: { Item: this.#item() } })) } },
        }
      case 1: {
        return {
          operation: 'TransactWriteItems',
          input: { TransactItems: this.#many(() => ({ Put: { TableName: tableName, Item: this.#item() } })) },
        }
      }
      case 2:
        return { operation: 'BatchGetItem', input: { RequestItems: { [tableName]: { Keys: this.#keys() } } } }
      case 3:
        return {
          operation: 'TransactGetItems',
          input: { TransactItems: this.#keys().map((Key) => ({ Get: { TableName: this.#table(), Key } })) },
        }
      case 4:
        return { operation: 'Query', input: { TableName: tableName, ...is('pk', `read${this.#below(5)}`) } }
      case 5:
        return { operation: 'Query', input: { TableName: 'Provisioned', IndexName: 'Global', ...is('g', `read${this.#below(3)}`) } }
      case 6:
        return {
          operation: 'ExecuteStatement',
          input: { Statement: `SELECT * FROM "Provisioned"."Global" WHERE g = 'read${this.#below(3)}'` },
        }
      case 7:
        return { operation: 'GetItem', input: { TableName: tableName, Key: this.#keys()[0], ConsistentRead: true } }
      case 8: {
        const { pk, sk, ...attributes } = this.#item()
        const AttributeUpdates = Object.fromEntries(Object.entries(attributes).map(([name, Value]) => [name, { Action: 'PUT', Value }]))
        return { operation: 'UpdateItem', input: { TableName: tableName, Key: { pk, sk }, AttributeUpdates } }
      }
      default:
        return { operation: 'PutItem', input: { TableName: tableName, Item: this.#item(), ...this.#condition() } }
    }
  }

  /** Milliseconds until the next one. */
  wait(): number {
    return this.#below(40)
  }

  #table(): string {
    return this.#below(2) === 0 ? 'OnDemand' : 'Provisioned'
  }

  /** Now and then one that can't hold. */
  #condition(): object {
    return this.#below(5) === 0 ? { ConditionExpression: 'attribute_exists(pk)' } : {}
  }

  #many<T>(make: () => T): readonly T[] {
    return Array.from({ length: 1 + this.#below(8) }, make)
  }

  #item(): { readonly [name: string]: { readonly S: string } } {
    this.#count += 1
    return {
      pk: { S: `write${this.#below(4)}` },
      sk: { S: String(this.#count) },
      ...(this.#below(2) === 0 && { g: { S: `write${this.#below(3)}` } }),
      ...(this.#below(3) === 0 && { l: { S: 'x' } }),
      pad: { S: 'x'.repeat(this.#below(3000)) },
    }
  }

  #keys(): readonly object[] {
    const first = this.#below(20)
    return Array.from({ length: 1 + this.#below(12) }, (_, at) => ({ pk: { S: `read${at % 5}` }, sk: { S: String(first + at) } }))
  }

  #below(end: number): number {
    return Math.floor(this.#chance() * end)
  }
}

function is(name: string, value: string): object {
  return { KeyConditions: { [name]: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: value }] } } }
}

interface Played {
  readonly counts: readonly {
    readonly table: string
    readonly index: string | undefined
    readonly reason: string
    readonly refused: number
    readonly observed: number
  }[]
  /** How many requests were refused, in whole or in part. */
  readonly refusedAnswers: number
}

async function play(throughput: ThroughputMode, seed: number): Promise<Played> {
  const clock = new ManualClock(startMs)
  // Disturbed only where every mode asks: what is refused reads less, so that chance would go another way from there on.
  const open = (): Store => repeatingStore(openMemoryStore(), seededRandom(seed))
  const service = await openTestService({ kind: 'custom', open }, { clock, throughput: 'off', partitionLimits })
  for (const table of tables) await succeed(service, 'CreateTable', table)
  for (let at = 0; at < 60; at += 1) {
    const Item = { pk: { S: `read${at % 5}` }, sk: { S: String(at) }, g: { S: `read${at % 3}` }, pad: { S: 'x'.repeat(at * 100) } }
    for (const { TableName } of tables) await succeed(service, 'PutItem', { TableName, Item })
  }
  const { engine } = service.controlContext
  assert.deepEqual(engine.metering.throttleCounts.list(), [])
  engine.settings.throughput = throughput
  const load = new Requests(seed)
  let refusedAnswers = 0
  for (let number = 0; number < requests; number += 1) {
    clock.advance(load.wait())
    const { operation, input } = load.next()
    const { status, body, exception } = await call(service, operation, input)
    if (isRefused(exception, body)) refusedAnswers += 1
    else assert.ok(status === 200 || exception === 'ConditionalCheckFailedException', `${operation}: ${JSON.stringify(body)}`)
  }
  const counts = engine.metering.throttleCounts
    .list()
    .map(({ table, index, reason, refused, observed }) => ({ table, index, reason, refused, observed }))
  await service.close()
  return { counts: counts.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)), refusedAnswers }
}

function isRefused(exception: string | undefined, { UnprocessedItems = {}, UnprocessedKeys = {} }: Body): boolean {
  if (exception !== undefined) return exception !== 'ConditionalCheckFailedException'
  return Object.keys({ ...(UnprocessedItems as object), ...(UnprocessedKeys as object) }).length > 0
}

for (const seed of [1, 2, 3]) {
  test(`observe answers everything and counts exactly what enforce refuses, seed ${seed}`, async () => {
    const enforced = await play('enforce', seed)
    const observed = await play('observe', seed)
    assert.ok(enforced.refusedAnswers > requests / 20, 'the load is too much')
    assert.equal(observed.refusedAnswers, 0)
    const reasons = new Set(enforced.counts.map(({ reason }) => reason))
    assert.ok(reasons.size >= 6, [...reasons].join())
    assert.deepEqual(
      observed.counts.map(({ observed: count, ...thing }) => ({ ...thing, refused: count })),
      enforced.counts.map(({ observed: _, ...thing }) => thing),
    )
  })
}

test('off counts nothing and answers everything', async () => {
  assert.deepEqual(await play('off', 1), { counts: [], refusedAnswers: 0 })
})

test('a table that is switched off has nothing counted, whatever was consumed before', async () => {
  const clock = new ManualClock(startMs)
  const service = await openTestService('steady', { clock, throughput: 'enforce' })
  for (const table of tables) await succeed(service, 'CreateTable', table)
  const put = (n: number): Promise<unknown> => {
    const Item = { pk: { S: 'a' }, sk: { S: String(n) }, g: { S: 'b' }, pad: { S: 'x'.repeat(300_000) } }
    return call(service, 'PutItem', { TableName: 'Provisioned', Item })
  }
  await put(1)
  await put(2)
  const { engine } = service.controlContext
  const before = engine.metering.throttleCounts.list()
  assert.equal(before.length, 1)
  engine.settings.tableThroughput.set(engine.catalog.find('Provisioned')?.tableId ?? -1, 'off')
  await put(3)
  assert.deepEqual(engine.metering.throttleCounts.list(), before)
  await service.close()
})
