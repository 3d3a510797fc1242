/**
 * One history of everything that changes items: classic writes, batches, transactions, PartiQL and expiry on a moving clock, move
 * by move beside a naive model. Afterwards the table, its index, PartiQL and a replay of its stream all say what the model says.
 * The name of a failing test holds the seed that replays it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/base/random.ts'
import { type Attributes, readStream, replay } from '../harness/stream-consumer.ts'
import { TestStator } from '../harness/test-stator.ts'

const tableName = 'Whole'
const seeds = 12
const moves = 60
const keys = 6

const definition = {
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    { IndexName: 'by-g', KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}

/** What the table should hold, by partition key. */
class Model {
  readonly items = new Map<string, Attributes>()
  expired = 0

  add(pk: string, by: number): void {
    const item = this.items.get(pk) ?? { pk: { S: pk } }
    const n = (item as { readonly n?: { readonly N: string } }).n?.N ?? '0'
    this.items.set(pk, { ...item, n: { N: String(Number(n) + by) } })
  }

  expire(nowSecond: number): void {
    for (const [pk, item] of this.items) {
      const ttl = (item as { readonly ttl?: { readonly N: string } }).ttl
      if (ttl === undefined || Number(ttl.N) >= nowSecond) continue
      this.items.delete(pk)
      this.expired += 1
    }
  }
}

class History {
  readonly model = new Model()
  readonly #stator: TestStator
  readonly #draw: (bound: number) => number

  constructor(stator: TestStator, seed: number) {
    const random = seededRandom(seed)
    this.#stator = stator
    this.#draw = (bound) => (random.bytes(1)[0] ?? 0) % bound
  }

  async move(): Promise<void> {
    const all = [
      this.#put,
      this.#add,
      this.#remove,
      this.#batch,
      this.#transact,
      this.#insert,
      this.#set,
      this.#partiqlTransaction,
      this.#pass,
    ]
    await all[this.#draw(all.length)]?.call(this)
  }

  #key(): string {
    return `k${this.#draw(keys)}`
  }

  #item(pk: string): Attributes {
    const ttl = { N: String(this.#nowSecond() + this.#draw(100)) }
    return {
      pk: { S: pk },
      n: { N: String(this.#draw(9)) },
      ...(this.#draw(2) === 0 && { g: { S: `g${this.#draw(3)}` } }),
      ...(this.#draw(2) === 0 && { ttl }),
    }
  }

  #nowSecond(): number {
    return Math.floor(this.#stator.clock.now() / 1000)
  }

  async #put(): Promise<void> {
    const pk = this.#key()
    const Item = this.#item(pk)
    await this.#stator.succeed('PutItem', { TableName: tableName, Item })
    this.model.items.set(pk, Item)
  }

  async #add(): Promise<void> {
    const pk = this.#key()
    await this.#stator.succeed('UpdateItem', {
      TableName: tableName,
      Key: { pk: { S: pk } },
      UpdateExpression: 'ADD n :by',
      ExpressionAttributeValues: { ':by': { N: '2' } },
    })
    this.model.add(pk, 2)
  }

  async #remove(): Promise<void> {
    const pk = this.#key()
    if (this.#draw(2) === 0) await this.#stator.succeed('DeleteItem', { TableName: tableName, Key: { pk: { S: pk } } })
    else await this.#stator.succeed('ExecuteStatement', { Statement: `DELETE FROM "${tableName}" WHERE pk = '${pk}'` })
    this.model.items.delete(pk)
  }

  async #batch(): Promise<void> {
    const [put, removed] = ['k0', `k${1 + this.#draw(keys - 1)}`]
    const Item = this.#item(put)
    const requests = [{ PutRequest: { Item } }, { DeleteRequest: { Key: { pk: { S: removed } } } }]
    await this.#stator.succeed('BatchWriteItem', { RequestItems: { [tableName]: requests } })
    this.model.items.set(put, Item)
    this.model.items.delete(removed)
  }

  /** A new item and a count on another one: both or none. */
  async #transact(): Promise<void> {
    const [created, counted] = [`k${this.#draw(3)}`, `k${3 + this.#draw(3)}`]
    const Item = this.#item(created)
    const { status, exception } = await this.#stator.call('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } },
        {
          Update: {
            TableName: tableName,
            Key: { pk: { S: counted } },
            UpdateExpression: 'ADD n :by',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':by': { N: '1' } },
          },
        },
      ],
    })
    const holds = !this.model.items.has(created) && this.model.items.has(counted)
    assert.equal(status, holds ? 200 : 400, String(exception))
    if (!holds) return
    this.model.items.set(created, Item)
    this.model.add(counted, 1)
  }

  async #insert(): Promise<void> {
    const pk = this.#key()
    const { status, exception } = await this.#stator.call('ExecuteStatement', {
      Statement: `INSERT INTO "${tableName}" VALUE {'pk': ?, 'n': 5, 'g': 'g1'}`,
      Parameters: [{ S: pk }],
    })
    const isThere = this.model.items.has(pk)
    assert.equal(exception, isThere ? 'DuplicateItemException' : undefined)
    assert.equal(status, isThere ? 400 : 200)
    if (!isThere) this.model.items.set(pk, { pk: { S: pk }, n: { N: '5' }, g: { S: 'g1' } })
  }

  async #set(): Promise<void> {
    const pk = this.#key()
    const { exception } = await this.#stator.call('ExecuteStatement', {
      Statement: `UPDATE "${tableName}" SET n = 7 REMOVE g WHERE pk = '${pk}'`,
    })
    const item = this.model.items.get(pk)
    assert.equal(exception, item === undefined ? 'ConditionalCheckFailedException' : undefined)
    if (item === undefined) return
    const { g: _, ...rest } = item as Attributes & { readonly g?: unknown }
    this.model.items.set(pk, { ...rest, n: { N: '7' } })
  }

  async #partiqlTransaction(): Promise<void> {
    const [created, removed] = [`k${this.#draw(3)}`, `k${3 + this.#draw(3)}`]
    const { status } = await this.#stator.call('ExecuteTransaction', {
      TransactStatements: [
        { Statement: `INSERT INTO "${tableName}" VALUE {'pk': '${created}', 'n': 1}` },
        { Statement: `DELETE FROM "${tableName}" WHERE pk = '${removed}'` },
      ],
    })
    const isThere = this.model.items.has(created)
    assert.equal(status, isThere ? 400 : 200)
    if (isThere) return
    this.model.items.set(created, { pk: { S: created }, n: { N: '1' } })
    this.model.items.delete(removed)
  }

  async #pass(): Promise<void> {
    await this.#stator.advance(this.#draw(60) * 1000)
    await this.#stator.setClock(this.#nowSecond())
    this.model.expire(this.#nowSecond())
  }
}

function byKey(items: readonly Attributes[]): Map<string, Attributes> {
  return new Map(items.map((item) => [String(item.pk?.S), item]))
}

for (let seed = 1; seed <= seeds; seed += 1) {
  test(`a whole history of writes, transactions, PartiQL and expiry, seed ${seed}`, async () => {
    const stator = await TestStator.open()
    try {
      await stator.createTable(definition)
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' }
      await stator.succeed('UpdateTimeToLive', { TableName: tableName, TimeToLiveSpecification })
      await stator.advance(2000)
      const history = new History(stator, seed)
      for (let move = 0; move < moves; move += 1) await history.move()

      const { items, expired } = history.model
      const { Items } = await stator.succeed('Scan', { TableName: tableName })
      assert.deepEqual(byKey(Items as Attributes[]), items, 'the table')
      const indexed = new Map([...items].filter(([, item]) => 'g' in item))
      const inIndex = await stator.succeed('Scan', { TableName: tableName, IndexName: 'by-g' })
      assert.deepEqual(byKey(inIndex.Items as Attributes[]), indexed, 'the index')
      const selected = await stator.succeed('ExecuteStatement', { Statement: `SELECT * FROM "${tableName}"` })
      assert.deepEqual(byKey(selected.Items as Attributes[]), items, 'PartiQL')

      const { Table } = await stator.succeed('DescribeTable', { TableName: tableName })
      const { LatestStreamArn, ItemCount } = Table as { readonly LatestStreamArn: string; readonly ItemCount: number }
      assert.equal(ItemCount, items.size)
      const records = await readStream((operation, input) => stator.succeed(operation, input), LatestStreamArn)
      assert.deepEqual(byKey([...replay(records).values()]), items, 'the stream')
      const byService = records.filter(({ userIdentity }) => userIdentity?.PrincipalId === 'dynamodb.amazonaws.com')
      assert.equal(byService.length, expired)
    } finally {
      await stator.close()
    }
  })
}
