/**
 * Requests of every kind, in an order drawn from a seed, over keys of which there are always the same: so a server that does them for
 * ever stores no more in the end than in the beginning. Some are wrong, and some clients go before they are answered.
 */
import type { Random } from '../../src/base/random.ts'

export interface Asked {
  readonly operation: string
  readonly input: object
  readonly service?: 'DynamoDB_20120810' | 'DynamoDBStreams_20120810' | 'GraniteServiceVersion20100801'
  /** What it may be answered with. */
  readonly statuses: readonly number[]
  /** The client hangs up before the answer can be there. */
  readonly hangsUp?: boolean
}

export type Ask = (asked: Asked) => Promise<unknown>

export const soakTable = 'Soaked'
const keyCount = 300
const sortKeyCount = 6
const briefTables = 50
const ok = [200]
const whatever = [200, 400]

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
  readonly act: (ask: Ask) => Promise<unknown>
}

export class MixedLoad {
  readonly #random: Random
  readonly #nowMs: () => number
  readonly #kinds: readonly Kind[]
  readonly #weights: number
  #tables = 0
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

  #all(): readonly Kind[] {
    const one = (operation: string, input: () => object, statuses: readonly number[] = ok): Kind['act'] => {
      return (ask) => ask({ operation, input: { TableName: soakTable, ...input() }, statuses })
    }
    const statement =
      (text: () => object): Kind['act'] =>
      (ask) =>
        ask({ operation: 'ExecuteStatement', input: text(), statuses: whatever })
    return [
      { weight: 200, act: one('PutItem', () => ({ Item: this.#item() })) },
      { weight: 200, act: one('GetItem', () => ({ Key: this.#key(), ConsistentRead: true })) },
      { weight: 100, act: one('UpdateItem', () => ({ Key: this.#key(), ...this.#update() })) },
      { weight: 80, act: one('DeleteItem', () => ({ Key: this.#key() })) },
      { weight: 80, act: one('Query', () => this.#query()) },
      { weight: 20, act: one('Query', () => this.#queryIndex()) },
      { weight: 10, act: one('Scan', () => this.#filtered()) },
      { weight: 10, act: (ask) => ask({ operation: 'Scan', input: this.#filtered(), statuses: ok, hangsUp: true }) },
      { weight: 5, act: one('PutItem', () => ({ Item: { ...this.#item(), text: s('x'.repeat(200_000)) } })) },
      { weight: 20, act: one('PutItem', () => ({ Item: this.#expiring() })) },
      { weight: 20, act: one('PutItem', () => ({ Item: this.#item(), ConditionExpression: 'attribute_exists(nothing)' }), [400]) },
      { weight: 10, act: one('PutItem', () => ({ Item: { pk: s('') } }), [400]) },
      { weight: 40, act: (ask) => ask({ operation: 'BatchWriteItem', input: this.#batch(), statuses: ok }) },
      { weight: 30, act: (ask) => ask({ operation: 'BatchGetItem', input: this.#batchGet(), statuses: ok }) },
      { weight: 40, act: (ask) => ask({ operation: 'TransactWriteItems', input: this.#transaction(), statuses: whatever }) },
      { weight: 10, act: (ask) => ask({ operation: 'TransactGetItems', input: this.#transactGet(), statuses: whatever }) },
      { weight: 20, act: statement(() => ({ Statement: `SELECT * FROM "${soakTable}" WHERE pk = '${this.#pk()}'` })) },
      { weight: 10, act: statement(() => this.#insert()) },
      { weight: 10, act: (ask) => this.#readStream(ask) },
      { weight: 3, act: (ask) => this.#comeAndGo(ask) },
      { weight: 1, act: (ask) => this.#changeIndexes(ask) },
      { weight: 3, act: (ask) => this.#measure(ask) },
    ]
  }

  #drawn(below: number): number {
    const [high = 0, low = 0] = this.#random.bytes(2)
    return ((high << 8) | low) % below
  }

  #pk(): string {
    return `key-${this.#drawn(keyCount)}`
  }

  #key(): { readonly pk: object; readonly sk: object } {
    return { pk: s(this.#pk()), sk: s(`sort-${this.#drawn(sortKeyCount)}`) }
  }

  #item(): object {
    this.#value += 1
    return {
      ...this.#key(),
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
    const items = new Map(
      Array.from({ length: 15 }, () => this.#item()).map((item) => [JSON.stringify([(item as Pair).pk, (item as Pair).sk]), item]),
    )
    return { RequestItems: { [soakTable]: [...items.values()].map((Item) => ({ PutRequest: { Item } })) } }
  }

  #batchGet(): object {
    const keys = new Map(Array.from({ length: 20 }, () => this.#key()).map((key) => [JSON.stringify(key), key]))
    return { RequestItems: { [soakTable]: { Keys: [...keys.values()] } } }
  }

  #transaction(): object {
    const update = (): object => ({ Update: { TableName: soakTable, Key: this.#key(), ...this.#update() } })
    return { TransactItems: [update(), update(), { Put: { TableName: soakTable, Item: this.#item() } }] }
  }

  #transactGet(): object {
    return { TransactItems: Array.from({ length: 3 }, () => ({ Get: { TableName: soakTable, Key: this.#key() } })) }
  }

  #insert(): object {
    const { pk, sk } = this.#key()
    return { Statement: `INSERT INTO "${soakTable}" VALUE {'pk': ?, 'sk': ?, 'g': 'g1'}`, Parameters: [pk, sk] }
  }

  async #readStream(ask: Ask): Promise<void> {
    const service = 'DynamoDBStreams_20120810'
    const { Streams: [stream] = [] } = (await ask({
      operation: 'ListStreams',
      input: { TableName: soakTable },
      statuses: ok,
      service,
    })) as Streams
    if (stream === undefined) return
    const { StreamArn } = stream
    const described = (await ask({ operation: 'DescribeStream', input: { StreamArn }, statuses: ok, service })) as Described
    const ShardId = described.StreamDescription?.Shards.at(-1)?.ShardId
    if (ShardId === undefined) return
    const asked = { StreamArn, ShardId, ShardIteratorType: this.#drawn(2) === 0 ? 'TRIM_HORIZON' : 'LATEST' }
    const { ShardIterator } = (await ask({ operation: 'GetShardIterator', input: asked, statuses: ok, service })) as Iterators
    if (ShardIterator !== undefined)
      await ask({ operation: 'GetRecords', input: { ShardIterator, Limit: 100 }, statuses: whatever, service })
  }

  /** A table that is there for a moment, and a backup of it. The same names come again, as metrics of each are kept for two weeks. */
  async #comeAndGo(ask: Ask): Promise<void> {
    this.#tables += 1
    const TableName = `Brief${this.#tables % briefTables}`
    const table = { TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: definitions('id'), KeySchema: keySchema('id') }
    await ask({ operation: 'CreateTable', input: table, statuses: whatever })
    for (let at = 0; at < 5; at += 1)
      await ask({ operation: 'PutItem', input: { TableName, Item: { id: s(`${at}`) } }, statuses: whatever })
    const backup = (await ask({ operation: 'CreateBackup', input: { TableName, BackupName: 'brief' }, statuses: whatever })) as Backup
    await ask({ operation: 'DeleteTable', input: { TableName }, statuses: whatever })
    const { BackupArn } = backup.BackupDetails ?? {}
    if (BackupArn !== undefined) await ask({ operation: 'DeleteBackup', input: { BackupArn }, statuses: whatever })
  }

  async #changeIndexes(ask: Ask): Promise<void> {
    const { Table } = (await ask({ operation: 'DescribeTable', input: { TableName: soakTable }, statuses: ok })) as DescribedTable
    const there = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === 'by-h')
    const change = there === undefined ? { Create: indexOn('h') } : { Delete: { IndexName: 'by-h' } }
    const AttributeDefinitions = definitions('pk', 'sk', 'g', ...(there === undefined ? ['h'] : []))
    const input = { TableName: soakTable, AttributeDefinitions, GlobalSecondaryIndexUpdates: [change] }
    await ask({ operation: 'UpdateTable', input, statuses: whatever })
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
    await ask({ operation: 'GetMetricData', input, statuses: ok, service: 'GraniteServiceVersion20100801' })
  }
}

interface Pair {
  readonly pk: unknown
  readonly sk: unknown
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
interface Backup {
  readonly BackupDetails?: { readonly BackupArn: string }
}
interface DescribedTable {
  readonly Table?: { readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[] }
}
