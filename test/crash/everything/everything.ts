/** Everything at once, by many clients, until the server is gone: what a killed process may have been in the middle of. */
import assert from 'node:assert/strict'
import type { Random } from '../../../src/base/random.ts'
import type { Body, KilledServer } from '../killed-server.ts'
import { Register, Tally } from './books.ts'

const itemsTable = 'Items'
const accountsTable = 'Accounts'
const accounts = 20
const balance = 1000
const keysPerWriter = 40

const s = (text: string): unknown => ({ S: text })
const n = (number: number): unknown => ({ N: String(number) })
const indexes = ['g', 'h'].map((name) => ({
  IndexName: `by-${name}`,
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  Projection: { ProjectionType: name === 'g' ? 'ALL' : 'KEYS_ONLY' },
}))
const definitions = ['pk', 'sk', 'g', 'l'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))

/** What the clients of all lives of the server know. */
export class Everything {
  readonly #random: Random
  readonly #items = new Register()
  readonly #counters = new Tally()
  #value = 0
  #tables = 0

  constructor(random: Random) {
    this.#random = random
  }

  async prepare(server: KilledServer): Promise<void> {
    await server.call('CreateTable', {
      TableName: itemsTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: definitions,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: indexes.slice(0, 1),
      LocalSecondaryIndexes: [
        {
          IndexName: 'by-l',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'l', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    })
    await server.call('UpdateTimeToLive', { TableName: itemsTable, TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' } })
    const key = {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }
    await server.call('CreateTable', { TableName: accountsTable, BillingMode: 'PAY_PER_REQUEST', ...key })
    for (let at = 0; at < accounts; at += 1)
      await server.call('PutItem', { TableName: accountsTable, Item: { id: s(`a${at}`), n: n(balance) } })
    await server.call('PutItem', { TableName: accountsTable, Item: { id: s('counter'), n: n(0) } })
  }

  /** Clients that ask until the server does not answer any more. `answered` is called for each answer. */
  async ask(server: KilledServer, answered: () => void): Promise<void> {
    const kinds: readonly ((client: number) => Promise<void>)[] = [
      ...Array.from({ length: 4 }, () => (client: number) => this.#write(server, client)),
      ...Array.from({ length: 3 }, () => (client: number) => this.#batch(server, client)),
      ...Array.from({ length: 3 }, () => () => this.#transfer(server)),
      ...Array.from({ length: 3 }, () => () => this.#count(server)),
      () => this.#expire(server),
      () => this.#changeIndexes(server),
      () => this.#split(server),
      () => this.#comeAndGo(server),
    ]
    await Promise.all(
      kinds.map(async (act, client) => {
        while (!server.isKilled) {
          try {
            await act(client)
          } catch (error) {
            if (!server.isKilled) throw error
            return
          }
          answered()
        }
      }),
    )
  }

  /** That everything answered is there, nothing that was never asked for, and that all of it agrees. */
  async check(server: KilledServer): Promise<void> {
    const items = (await server.scan(itemsTable)) as readonly { readonly [name: string]: { readonly S: string; readonly N: string } }[]
    const kept = items.filter(({ pk }) => pk?.S.startsWith('w') === true)
    this.#items.check(new Map(kept.map(({ pk, sk, n: value }) => [`${pk?.S} ${sk?.S}`, Number(value?.N)])))
    const rows = (await server.scan(accountsTable)) as unknown as readonly {
      readonly id: { readonly S: string }
      readonly n: { readonly N: string }
    }[]
    const sums = Map.groupBy(rows, ({ id }) => (id.S === 'counter' ? 'counter' : 'accounts'))
    const total = (name: 'counter' | 'accounts'): number => (sums.get(name) ?? []).reduce((sum, row) => sum + Number(row.n.N), 0)
    assert.equal(total('accounts'), accounts * balance, 'transfers move money, and make none')
    this.#counters.check(total('counter'))
    let answer = await server.control('POST', 'check', {})
    while (answer.isRunning === true) answer = await server.control('GET', 'check')
    assert.deepEqual(answer.findings, [])
  }

  #drawn(below: number): number {
    const [high = 0, low = 0] = this.#random.bytes(2)
    return ((high << 8) | low) % below
  }

  #item(client: number): { readonly key: string; readonly value: number; readonly item: Body; readonly Key: Body } {
    this.#value += 1
    const value = this.#value
    const [pk, sk] = [`w${client}`, `k${this.#drawn(keysPerWriter)}`]
    const Key = { pk: s(pk), sk: s(sk) }
    const item = {
      ...Key,
      n: n(value),
      g: s(`g${value % 5}`),
      h: s(`h${value % 3}`),
      l: s(`l${value % 7}`),
      text: s('x'.repeat(this.#drawn(800))),
    }
    return { key: `${pk} ${sk}`, value, item, Key }
  }

  async #write(server: KilledServer, client: number): Promise<void> {
    const { key, value, item, Key } = this.#item(client)
    const kept = this.#drawn(4) === 0 ? undefined : value
    this.#items.ask(key, kept)
    if (kept === undefined) await server.call('DeleteItem', { TableName: itemsTable, Key })
    else await server.call('PutItem', { TableName: itemsTable, Item: item })
    this.#items.acknowledge(key, kept)
  }

  async #batch(server: KilledServer, client: number): Promise<void> {
    const written = new Map(Array.from({ length: 10 }, () => this.#item(client)).map((each) => [each.key, each]))
    for (const { key, value } of written.values()) this.#items.ask(key, value)
    await server.call('BatchWriteItem', {
      RequestItems: { [itemsTable]: [...written.values()].map(({ item }) => ({ PutRequest: { Item: item } })) },
    })
    for (const { key, value } of written.values()) this.#items.acknowledge(key, value)
  }

  async #transfer(server: KilledServer): Promise<void> {
    const from = this.#drawn(accounts)
    const to = (from + 1 + this.#drawn(accounts - 1)) % accounts
    const amount = this.#drawn(50)
    const added = (id: number, by: number): unknown => ({
      Update: {
        TableName: accountsTable,
        Key: { id: s(`a${id}`) },
        UpdateExpression: 'ADD n :by',
        ExpressionAttributeValues: { ':by': n(by) },
      },
    })
    await server.call('TransactWriteItems', { TransactItems: [added(from, -amount), added(to, amount)] })
  }

  async #count(server: KilledServer): Promise<void> {
    this.#counters.ask()
    const update = { UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': n(1) } }
    await server.call('UpdateItem', { TableName: accountsTable, Key: { id: s('counter') }, ...update })
    this.#counters.acknowledge()
  }

  /** Items that are due, and a sweep that finds them in the next round of jobs. */
  async #expire(server: KilledServer): Promise<void> {
    await server.call('PutItem', {
      TableName: itemsTable,
      Item: { pk: s('expiring'), sk: s(`e${this.#drawn(200)}`), g: s('g'), until: n(Math.floor(Date.now() / 1000) - 10) },
    })
    if (this.#drawn(20) === 0) await server.control('POST', 'jobs/run')
  }

  async #changeIndexes(server: KilledServer): Promise<void> {
    const { Table } = (await server.call('DescribeTable', { TableName: itemsTable })) as {
      readonly Table: { readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly IndexStatus: string }[] }
    }
    const there = Table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === 'by-h')
    if (there !== undefined && there.IndexStatus !== 'ACTIVE') return
    const [, Create] = indexes
    const AttributeDefinitions = [...definitions, { AttributeName: 'h', AttributeType: 'S' }]
    const update =
      there === undefined
        ? { AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }
        : { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'by-h' } }] }
    await server.call('UpdateTable', { TableName: itemsTable, ...update })
  }

  async #split(server: KilledServer): Promise<void> {
    if (this.#drawn(10) > 0) await server.call('DescribeTable', { TableName: itemsTable })
    else if (this.#drawn(2) === 0) await server.control('POST', `tables/${accountsTable}/partitions/split`, {}).catch(() => {})
    else await server.control('POST', `tables/${itemsTable}/stream/rotate`, {})
  }

  async #comeAndGo(server: KilledServer): Promise<void> {
    this.#tables += 1
    const TableName = `Brief${this.#tables}`
    const key = {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }
    await server.call('CreateTable', { TableName, BillingMode: 'PAY_PER_REQUEST', ...key })
    for (let at = 0; at < 5; at += 1) await server.call('PutItem', { TableName, Item: { id: s(`i${at}`) } })
    await server.call('DeleteTable', { TableName })
  }
}
