/**
 * What writers read of their own items, through any node: exactly what they wrote, whoever acknowledged it. And what is asked of a table
 * whose deletion was acknowledged, which nobody serves any more.
 */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { Choices } from '../fuzz/choices.ts'
import { vectorIndexName } from './definitions.ts'
import { drawKey } from './item-writes.ts'
import { selectOne, selectWhere } from './statements.ts'
import { entriesIn, type Item, keyOf, keyText, type TableIndex, type TableLife, textOf } from './tables.ts'
import type { World } from './world.ts'

interface Read {
  readonly operation: string
  readonly input: object
  /** What the items of the answer must be, in any order. */
  readonly expected: readonly Item[]
  readonly itemsOf: (body: { readonly [member: string]: unknown }) => readonly Item[]
  /** Whether it may be asked at all, then and still. */
  readonly isAllowed?: () => boolean
}

export class Reader {
  readonly #world: World
  readonly #choices: Choices
  readonly #writer: string

  constructor(world: World, writer: string) {
    this.#world = world
    this.#choices = world.choices()
    this.#writer = writer
  }

  async read(): Promise<void> {
    const { serving } = this.#world.tables
    if (serving.length === 0) return
    const life = this.#choices.pick(serving)
    const { operation, input, expected, itemsOf, isAllowed = () => true } = this.#draw(life)
    if (!isAllowed()) return
    life.askers += 1
    const { status, body } = await this.#world.learn(this.#choices, operation, input)
    life.askers -= 1
    if (!life.isServing || !isAllowed()) return
    assert.equal(status, 200, `${operation} ${JSON.stringify(input)}: ${JSON.stringify(body)}`)
    assert.deepEqual(inOrder(itemsOf(body)), inOrder(expected), `${operation} ${JSON.stringify(input)} shows what was acknowledged`)
  }

  /** Looks at what another writer writes meanwhile: whatever it shows is of one moment. */
  async peek(writers: readonly string[]): Promise<void> {
    const other = this.#choices.pick(writers)
    const life = this.#choices.pick([undefined, ...this.#world.tables.serving])
    const hasIndex = life?.indexes.some(({ keys }) => keys.kind === 'local')
    if (life === undefined || (!hasIndex && life.hasVectors !== 'yes')) return
    const { operation, input, itemsOf } = hasIndex ? queryOwn(life, `${other}-${this.#choices.below(2)}`) : searchVectors(life, other, [])
    life.askers += 1
    const { status, body } = await this.#world.learn(this.#choices, operation, input)
    life.askers -= 1
    if (!life.isServing || (!hasIndex && life.hasVectors !== 'yes')) return
    assert.equal(status, 200, JSON.stringify(body))
    if (!hasIndex) return
    const sorted = itemsOf(body).map(({ b }) => (b !== undefined && 'N' in b ? Number(b.N) : Number.NaN))
    assert.deepEqual(
      sorted,
      sorted.toSorted((left, right) => left - right),
      `own-b of ${life.name} shows items as they are ordered`,
    )
  }

  /** Of a table that is gone. */
  async knock(): Promise<void> {
    const { gone } = this.#world.tables
    if (gone.length === 0) return
    const life = this.#choices.pick(gone)
    const key = keyOf(drawKey({ choices: this.#choices, writer: this.#writer, nextNumber: () => this.#world.nextNumber() }))
    const [operation, input] = this.#choices.pick<readonly [string, object]>([
      ['PutItem', { Item: { ...key, n: { N: '0' } } }],
      ['DeleteItem', { Key: key }],
      ['GetItem', { Key: key, ConsistentRead: true }],
      ['Scan', { ConsistentRead: true }],
    ])
    life.askers += 1
    const { exception } = await this.#world.learn(this.#choices, operation, { TableName: life.name, ...input })
    life.askers -= 1
    assert.equal(exception, 'ResourceNotFoundException', `${operation} on ${life.name}, whose deletion was acknowledged`)
  }

  #draw(life: TableLife): Read {
    const own = [...life.items].filter(([key]) => key.startsWith(`${this.#writer}-`)).map(([, item]) => item)
    const key = drawKey({ choices: this.#choices, writer: this.#writer, nextNumber: () => this.#world.nextNumber() })
    const indexes = life.indexes.filter(({ isActive }) => isActive)
    const roll = this.#choices.below(100)
    if (roll < 15) return getOne(life, key)
    if (roll < 25) return this.#choices.chance(50) ? selectSome(life, key) : selectPartition(life, key, own)
    if (roll < 40) return getSome(life, [key, ...this.#choices.several(0, 2, () => this.#otherKey())], this.#choices.chance(50))
    if (roll < 60) return queryTable(life, key, own)
    if (roll < 85 && indexes.length > 0) return this.#queryIndex(life, this.#choices.pick(indexes), own)
    if (life.hasVectors === 'yes') return searchVectors(life, this.#writer, own)
    return getOne(life, key)
  }

  #otherKey(): string {
    return drawKey({ choices: this.#choices, writer: this.#writer, nextNumber: () => this.#world.nextNumber() })
  }

  /** Global indexes show what was written at once, unless they lag. */
  #queryIndex(life: TableLife, index: TableIndex, own: readonly Item[]): Read {
    const { keys } = index
    const model = this.#choices.pick(own.length > 0 ? own : [keyOf(`${this.#writer}-0/0`)])
    const value = model[keys.hash[0] ?? ''] ?? { S: 'nobody' }
    // Others have these values, too.
    const isOwn = keys.hash[0] !== 'b'
    const expected = entriesIn(keys, own).filter((entry) => isDeepStrictEqual(entry[keys.hash[0] ?? ''], value))
    const isConsistent = keys.kind === 'local' && { ConsistentRead: true }
    const query = {
      TableName: life.name,
      IndexName: keys.index,
      KeyConditionExpression: `${keys.hash[0]} = :hash`,
      ExpressionAttributeValues: { ':hash': value },
      ...isConsistent,
    }
    const select = { ...selectWhere(life.name, { index: keys.index ?? '', name: keys.hash[0] ?? '', value }), ...isConsistent }
    const isSaid = this.#choices.chance(30)
    return {
      operation: isSaid ? 'ExecuteStatement' : 'Query',
      input: isSaid ? select : query,
      expected,
      itemsOf: ({ Items }) => (Items as readonly Item[]).filter((item) => item['ttl'] === undefined && isBy(this.#writer, item)),
      isAllowed: () => isOwn && index.isActive && (keys.kind === 'local' || !this.#world.cluster.hasLag),
    }
  }
}

function isBy(writer: string, item: Item): boolean {
  return textOf(item['pk']).startsWith(`${writer}-`) && textOf(item['pk']) !== `${writer}-expiring`
}

function getOne(life: TableLife, key: string): Read {
  const item = life.items.get(key)
  return {
    operation: 'GetItem',
    input: { TableName: life.name, Key: keyOf(key), ConsistentRead: true },
    expected: item === undefined ? [] : [item],
    itemsOf: ({ Item }) => (Item === undefined ? [] : [Item as Item]),
  }
}

function getSome(life: TableLife, keys: readonly string[], isTransaction: boolean): Read {
  const distinct = [...new Set(keys)]
  const expected = distinct.map((key) => life.items.get(key)).filter((item) => item !== undefined)
  const Keys = distinct.map(keyOf)
  if (isTransaction) {
    return {
      operation: 'TransactGetItems',
      input: { TransactItems: Keys.map((Key) => ({ Get: { TableName: life.name, Key } })) },
      expected,
      itemsOf: ({ Responses }) =>
        (Responses as readonly { readonly Item?: Item }[]).map((one) => one.Item).filter((item) => item !== undefined),
    }
  }
  return {
    operation: 'BatchGetItem',
    input: { RequestItems: { [life.name]: { Keys, ConsistentRead: true } } },
    expected,
    itemsOf: ({ Responses }) => (Responses as { readonly [table: string]: readonly Item[] })[life.name] ?? [],
  }
}

function queryTable(life: TableLife, key: string, own: readonly Item[]): Read {
  const { pk } = keyOf(key)
  return {
    operation: 'Query',
    input: {
      TableName: life.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    },
    expected: own.filter((item) => textOf(item['pk']) === textOf(pk)),
    itemsOf: ({ Items }) => Items as readonly Item[],
  }
}

/** In PartiQL, alone or with others at one moment. */
function selectSome(life: TableLife, key: string): Read {
  const item = life.items.get(key)
  return {
    operation: 'ExecuteTransaction',
    input: { TransactStatements: [selectOne(life.name, key)] },
    expected: item === undefined ? [] : [item],
    itemsOf: ({ Responses }) =>
      (Responses as readonly { readonly Item?: Item }[]).map((one) => one.Item).filter((found) => found !== undefined),
  }
}

function selectPartition(life: TableLife, key: string, own: readonly Item[]): Read {
  const { pk } = keyOf(key)
  return {
    operation: 'ExecuteStatement',
    input: { ...selectWhere(life.name, { name: 'pk', value: pk ?? { S: '' } }), ConsistentRead: true },
    expected: own.filter((item) => textOf(item['pk']) === textOf(pk)),
    itemsOf: ({ Items }) => Items as readonly Item[],
  }
}

/** By the local index, and whole, which the index has not. */
function queryOwn(life: TableLife, pk: string): Read {
  return {
    operation: 'Query',
    input: {
      TableName: life.name,
      IndexName: 'own-b',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ConsistentRead: true,
      Select: 'ALL_ATTRIBUTES',
    },
    expected: [],
    itemsOf: ({ Items }) => Items as readonly Item[],
  }
}

/** All vectors of the writer: there are fewer than are asked for. */
function searchVectors(life: TableLife, writer: string, own: readonly Item[]): Read {
  return {
    operation: 'SearchVectors',
    input: {
      TableName: life.name,
      IndexName: vectorIndexName,
      SearchVector: [{ N: '1' }, { N: '0' }, { N: '-1' }],
      TopK: 100,
      SearchConditionExpression: 'w = :w',
      ExpressionAttributeValues: { ':w': { S: writer } },
    },
    expected: own.filter((item) => item['v'] !== undefined && item['w'] !== undefined).map(({ pk, sk }) => ({ pk, sk }) as Item),
    itemsOf: ({ SearchResults }) =>
      (SearchResults as readonly { readonly Item: Item }[])
        .map(({ Item: { pk, sk } }) => ({ pk, sk }) as Item)
        .filter((item) => isBy(writer, item)),
    isAllowed: () => life.hasVectors === 'yes',
  }
}

/** Sorted by key, members of the items too. */
function inOrder(items: readonly Item[]): readonly Item[] {
  return items.toSorted((left, right) => (keyText(left) < keyText(right) ? -1 : 1))
}
