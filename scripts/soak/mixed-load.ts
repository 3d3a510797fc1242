/**
 * Requests of every kind, in an order drawn from a seed, over keys of which there are always the same: so a server that does them for
 * ever stores no more in the end than in the beginning. Some are wrong, and some clients go before they are answered.
 */
import type { Random } from '../../src/base/random.ts'

export interface Asked {
  readonly operation: string
  readonly input: object
  readonly service?: 'DynamoDB_20120810' | 'DynamoDBStreams_20120810' | 'GraniteServiceVersion20100801'
  /** What it is counted as; the operation when it is left out. */
  readonly kind?: string
  /** Exceptions that it may be refused with, or, `isWrong`, must be. */
  readonly refusals?: readonly string[]
  readonly isWrong?: boolean
  /** The client hangs up before the answer can be there. */
  readonly hangsUp?: boolean
}

export type Ask = (asked: Asked) => Promise<unknown>

export const soakTable = 'Soaked'
const keyCount = 300
const sortKeyCount = 6
const briefTables = 50
const keptBackups = 3
/** Of what somebody else is at. */
const busy = ['ResourceInUseException']

const s = (text: string): object => ({ S: text })
const n = (number: number): object => ({ N: String(number) })
const keySchema = (hash: string, range?: string): object[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
]
const indexOn = (name: string): object => ({
  IndexName: `by-${name}`,
  KeySchema: keySchema(name),
  Projection: { ProjectionType: 'ALL' },
})
const definitions = (...names: string[]): object[] => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))

export const tableInput: object = {
  TableName: soakTable,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: definitions('pk', 'sk', 'g'),
  KeySchema: keySchema('pk', 'sk'),
  GlobalSecondaryIndexes: [indexOn('g')],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
}

interface Kind {
  readonly weight: number
  /** What it asks for, as it is counted. */
  readonly asks: readonly string[]
  readonly act: (ask: Ask) => Promise<unknown>
}

export class MixedLoad {
  readonly #random: Random
  readonly #nowMs: () => number
  readonly #kinds: readonly Kind[]
  readonly #weights: number
  #tables = 0
  readonly #backups: string[] = []
  #value = 0

  /** `nowMs`: what the server takes for now. */
  constructor(random: Random, nowMs: () => number) {
    this.#random = random
    this.#nowMs = nowMs
    this.#kinds = this.#all()
    this.#weights = this.#kinds.reduce((sum, { weight }) => sum + weight, 0)
  }

  /** Does one thing, which is mostly one request. */
  async next(ask: Ask): Promise<void> {
    let drawn = this.#drawn(this.#weights)
    for (const { weight, act } of this.#kinds) {
      if (drawn < weight) return void (await act(ask))
      drawn -= weight
    }
  }

  /** What a soak asks for if it is long enough. Each must be answered as it deserves at least once. */
  get kinds(): ReadonlySet<string> {
    return new Set(this.#kinds.flatMap(({ asks }) => asks))
  }

  #all(): readonly Kind[] {
    const one = (weight: number, operation: string, input: () => object, more: Partial<Asked> = {}): Kind => ({
      weight,
      asks: [more.kind ?? operation],
      act: (ask) => ask({ operation, input: input(), ...more }),
    })
    const item = (input: () => object) => (): object => ({ TableName: soakTable, ...input() })
    const refused = (kind: string, by: string): Partial<Asked> => ({ kind, refusals: [by], isWrong: true })
    const failing = { ConditionExpression: 'attribute_exists(nothing)' }
    return [
      one(
        200,
        'PutItem',
        item(() => ({ Item: this.#item() })),
      ),
      one(
        200,
        'GetItem',
        item(() => ({ Key: this.#key(), ConsistentRead: true })),
      ),
      one(
        100,
        'UpdateItem',
        item(() => ({ Key: this.#key(), ...this.#update() })),
      ),
      one(
        80,
        'DeleteItem',
        item(() => ({ Key: this.#key() })),
      ),
      one(
        80,
        'Query',
        item(() => this.#query()),
      ),
      one(
        20,
        'Query',
        item(() => this.#queryIndex()),
        { kind: 'Query of an index' },
      ),
      one(
        10,
        'Scan',
        item(() => this.#filtered()),
      ),
      one(
        10,
        'Scan',
        item(() => this.#filtered()),
        { kind: 'Scan that is hung up on', hangsUp: true },
      ),
      one(
        5,
        'PutItem',
        item(() => ({ Item: { ...this.#item(), text: s('x'.repeat(200_000)) } })),
        { kind: 'PutItem of a large item' },
      ),
      one(
        20,
        'PutItem',
        item(() => ({ Item: this.#expiring() })),
        { kind: 'PutItem of what expires' },
      ),
      one(
        20,
        'PutItem',
        item(() => ({ Item: this.#item(), ...failing })),
        refused('failing condition', 'ConditionalCheckFailedException'),
      ),
      one(
        10,
        'PutItem',
        item(() => ({ Item: { pk: s('') } })),
        refused('wrong request', 'ValidationException'),
      ),
      one(40, 'BatchWriteItem', () => this.#batch()),
      one(30, 'BatchGetItem', () => this.#batchGet()),
      one(40, 'TransactWriteItems', () => this.#transaction()),
      one(10, 'TransactGetItems', () => this.#transactGet()),
      one(20, 'ExecuteStatement', () => ({ Statement: `SELECT * FROM "${soakTable}" WHERE pk = '${this.#pk()}'` }), { kind: 'SELECT' }),
      one(10, 'ExecuteStatement', () => this.#insert(), { kind: 'INSERT', refusals: ['DuplicateItemException'] }),
      {
        weight: 10,
        asks: ['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords'],
        act: (ask) => this.#readStream(ask),
      },
      {
        weight: 3,
        asks: ['CreateTable', 'PutItem into a new table', 'CreateBackup', 'DeleteTable', 'DeleteBackup'],
        act: (ask) => this.#comeAndGo(ask),
      },
      { weight: 1, asks: ['DescribeTable', 'UpdateTable'], act: (ask) => this.#changeIndexes(ask) },
      { weight: 3, asks: ['GetMetricData'], act: (ask) => this.#measure(ask) },
    ]
  }

  #drawn(below: number): number {
    const [high = 0, low = 0] = this.#random.bytes(2)
    return ((high << 8) | low) % below
  }

  #pk(): string {
    return `key-${this.#drawn(keyCount)}`
  }

  #key(): Key {
    return { pk: s(this.#pk()), sk: s(`sort-${this.#drawn(sortKeyCount)}`) }
  }

  /** All of them others. */
  #keys(count: number): readonly Key[] {
    const keys = new Map<string, Key>()
    while (keys.size < count) {
      const key = this.#key()
      keys.set(JSON.stringify(key), key)
    }
    return [...keys.values()]
  }

  #item(key: object = this.#key()): object {
    this.#value += 1
    return {
      ...key,
      n: n(this.#value),
      g: s(`g${this.#value % 50}`),
      h: s(`h${this.#value % 7}`),
      text: s('x'.repeat(this.#drawn(1500))),
    }
  }

  #expiring(): object {
    return { ...this.#item(), until: n(Math.floor(this.#nowMs() / 1000) + this.#drawn(60)) }
  }

  #update(): object {
    return { UpdateExpression: 'SET g = :g ADD times :one', ExpressionAttributeValues: { ':g': s(`g${this.#drawn(50)}`), ':one': n(1) } }
  }

  #query(): object {
    return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': s(this.#pk()) } }
  }

  #queryIndex(): object {
    const ExpressionAttributeValues = { ':g': s(`g${this.#drawn(50)}`) }
    return { IndexName: 'by-g', KeyConditionExpression: 'g = :g', ExpressionAttributeValues, Limit: 20 }
  }

  #filtered(): object {
    const ExpressionAttributeValues = { ':text': s('nowhere'), ':n': n(this.#drawn(1000)) }
    return {
      TableName: soakTable,
      FilterExpression: 'contains(#text, :text) OR n < :n',
      ExpressionAttributeNames: { '#text': 'text' },
      ExpressionAttributeValues,
    }
  }

  #batch(): object {
    return { RequestItems: { [soakTable]: this.#keys(15).map((key) => ({ PutRequest: { Item: this.#item(key) } })) } }
  }

  #batchGet(): object {
    return { RequestItems: { [soakTable]: { Keys: this.#keys(20) } } }
  }

  #transaction(): object {
    const [put, ...updated] = this.#keys(3)
    const updates = updated.map((Key) => ({ Update: { TableName: soakTable, Key, ...this.#update() } }))
    return { TransactItems: [...updates, { Put: { TableName: soakTable, Item: this.#item(put) } }] }
  }

  #transactGet(): object {
    return { TransactItems: this.#keys(3).map((Key) => ({ Get: { TableName: soakTable, Key } })) }
  }

  #insert(): object {
    const { pk, sk } = this.#key()
    return { Statement: `INSERT INTO "${soakTable}" VALUE {'pk': ?, 'sk': ?, 'g': 'g1'}`, Parameters: [pk, sk] }
  }

  async #readStream(ask: Ask): Promise<void> {
    const service = 'DynamoDBStreams_20120810'
    const input = { TableName: soakTable }
    const { Streams: [stream] = [] } = (await ask({ operation: 'ListStreams', input, service })) as Streams
    if (stream === undefined) return
    const { StreamArn } = stream
    const described = (await ask({ operation: 'DescribeStream', input: { StreamArn }, service })) as Described
    const ShardId = described.StreamDescription?.Shards.at(-1)?.ShardId
    if (ShardId === undefined) return
    const asked = { StreamArn, ShardId, ShardIteratorType: this.#drawn(2) === 0 ? 'TRIM_HORIZON' : 'LATEST' }
    const { ShardIterator } = (await ask({ operation: 'GetShardIterator', input: asked, service })) as Iterators
    // The clock is moved at the end of a window, when nothing is asked: an iterator is never too old.
    if (ShardIterator !== undefined) await ask({ operation: 'GetRecords', input: { ShardIterator, Limit: 100 }, service })
  }

  /** A table that is there for a moment, and a backup of it. The same names come again, as metrics of each are kept for two weeks. */
  async #comeAndGo(ask: Ask): Promise<void> {
    this.#tables += 1
    const TableName = `Brief${this.#tables % briefTables}`
    const table = { TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: definitions('id'), KeySchema: keySchema('id') }
    const { TableDescription } = (await ask({ operation: 'CreateTable', input: table, refusals: busy })) as Created
    // Somebody else's, or there was no room for it.
    if (TableDescription === undefined) return
    for (let at = 0; at < 5; at += 1)
      await ask({ operation: 'PutItem', kind: 'PutItem into a new table', input: { TableName, Item: { id: s(`${at}`) } } })
    const backup = (await ask({ operation: 'CreateBackup', input: { TableName, BackupName: 'brief' } })) as Backup
    await ask({ operation: 'DeleteTable', input: { TableName }, refusals: busy })
    const { BackupArn } = backup.BackupDetails ?? {}
    if (BackupArn !== undefined) this.#backups.push(BackupArn)
    if (this.#backups.length > keptBackups) await this.#deleteOldest(ask)
  }

  /** One that is still being made comes again later. */
  async #deleteOldest(ask: Ask): Promise<void> {
    const BackupArn = this.#backups.shift() ?? ''
    const deleted = (await ask({ operation: 'DeleteBackup', input: { BackupArn }, refusals: ['BackupInUseException'] })) as Deleted
    if (deleted.BackupDescription === undefined) this.#backups.push(BackupArn)
  }

  /** Others do the same meanwhile. */
  async #changeIndexes(ask: Ask): Promise<void> {
    const { Table } = (await ask({ operation: 'DescribeTable', input: { TableName: soakTable } })) as DescribedTable
    if (Table === undefined) return
    const there = Table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === 'by-h')
    const change = there === undefined ? { Create: indexOn('h') } : { Delete: { IndexName: 'by-h' } }
    const AttributeDefinitions = definitions('pk', 'sk', 'g', ...(there === undefined ? ['h'] : []))
    const input = { TableName: soakTable, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] }
    const refusals = [...busy, 'ResourceNotFoundException', 'ValidationException', 'LimitExceededException']
    await ask({ operation: 'UpdateTable', input, refusals })
  }

  async #measure(ask: Ask): Promise<void> {
    const nowSeconds = Math.floor(this.#nowMs() / 1000)
    const Metric = {
      Namespace: 'AWS/DynamoDB',
      MetricName: 'ConsumedReadCapacityUnits',
      Dimensions: [{ Name: 'TableName', Value: soakTable }],
    }
    const MetricDataQueries = [{ Id: 'reads', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }]
    const input = { StartTime: nowSeconds - 3600, EndTime: nowSeconds, MetricDataQueries }
    await ask({ operation: 'GetMetricData', input, service: 'GraniteServiceVersion20100801' })
  }
}

interface Key {
  readonly pk: object
  readonly sk: object
}
interface Streams {
  readonly Streams?: readonly { readonly StreamArn: string }[]
}
interface Described {
  readonly StreamDescription?: { readonly Shards: readonly { readonly ShardId: string }[] }
}
interface Iterators {
  readonly ShardIterator?: string
}
interface Created {
  readonly TableDescription?: object
}
interface Backup {
  readonly BackupDetails?: { readonly BackupArn: string }
}
interface Deleted {
  readonly BackupDescription?: object
}
interface DescribedTable {
  readonly Table?: { readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[] }
}
