/**
 * What a model may ask a server, a row for each tool: what it is called and takes, and how it is answered. Items, keys and values are plain JSON
 * (values/files/plain-json.ts). Those that write are offered only when that was asked for.
 */
import type { AttributeMap, AttributeValue, Item } from '../../values/attribute-value.ts'
import { plainLine, valueOfPlain } from '../../values/files/plain-json.ts'
import { itemsShownDefault, itemsShownMax } from '../limits.ts'

/** Whoever answers. */
export interface Asked {
  /** Rejects with one sentence: what the service says, or that nobody answers. */
  operation(name: string, input: object): Promise<{ readonly [member: string]: unknown }>
  /** A path below `/_stator/`. */
  control(path: string): Promise<object>
}

export type Arguments = { readonly [name: string]: unknown }

export interface Tool {
  readonly description: string
  readonly properties: { readonly [name: string]: object }
  readonly required: readonly string[]
  readonly writes?: true
  /** The text of the answer, which is JSON. */
  readonly run: (asked: Asked, given: Arguments) => Promise<string>
}

const table = { type: 'string', description: 'name of a table' }
const index = { type: 'string', description: 'name of an index of it' }
const plain = 'plain JSON; sets as {"$set": […]}, binary as {"$binary": "base64"}, numbers of many digits as {"$number": "…"}'
const key = { type: 'object', description: `the key of an item: ${plain}` }
const expressions = {
  names: { type: 'object', description: 'ExpressionAttributeNames, such as {"#s": "status"}' },
  values: { type: 'object', description: `ExpressionAttributeValues, such as {":s": "open"}: ${plain}` },
}
const pages = {
  filter: { type: 'string', description: 'FilterExpression' },
  ...expressions,
  limit: { type: 'integer', minimum: 1, maximum: itemsShownMax, description: `how many items are looked at (${itemsShownDefault})` },
  from: { type: 'object', description: 'lastEvaluatedKey of the page before' },
}

/** In the order in which they are offered. */
export const tools: { readonly [name: string]: Tool } = {
  list_tables: {
    description: 'The names of all tables.',
    properties: {},
    required: [],
    run: async (asked) => JSON.stringify(await tableNames(asked)),
  },
  describe_table: {
    description: 'A table as DescribeTable tells it: keys, indexes, throughput, stream, counts.',
    properties: { table },
    required: ['table'],
    run: async (asked, given) => JSON.stringify(await asked.operation('DescribeTable', { TableName: given.table })),
  },
  get_item: {
    description: 'One item by its whole key.',
    properties: { table, key },
    required: ['table', 'key'],
    run: async (asked, given) => {
      const { Item } = await asked.operation('GetItem', { TableName: given.table, Key: mapOf(given.key), ConsistentRead: true })
      return Item === undefined ? 'null' : plainLine(Item as Item)
    },
  },
  query: {
    description: 'Items of one partition key, of a table or an index, in the order of the sort key.',
    properties: {
      table,
      index,
      condition: { type: 'string', description: 'KeyConditionExpression, such as "pk = :pk and begins_with(sk, :sk)"' },
      backwards: { type: 'boolean', description: 'from the end' },
      ...pages,
    },
    required: ['table', 'condition', 'values'],
    run: async (asked, given) => {
      const order = given.backwards === true ? { ScanIndexForward: false } : {}
      return pageText(await asked.operation('Query', { ...pageOf(given), KeyConditionExpression: given.condition, ...order }))
    },
  },
  scan: {
    description: 'Items of a table or an index in no order: costs what it looks at. Prefer query.',
    properties: { table, index, ...pages },
    required: ['table'],
    run: async (asked, given) => pageText(await asked.operation('Scan', pageOf(given))),
  },
  select: {
    description: 'A SELECT of PartiQL.',
    properties: { statement: { type: 'string' }, limit: pages.limit },
    required: ['statement'],
    run: async (asked, given) => {
      if (!/^\s*select\s/i.test(String(given.statement))) throw new Error('Only a statement that begins with SELECT is taken here.')
      return pageText(await asked.operation('ExecuteStatement', { Statement: given.statement, Limit: limitOf(given) }))
    },
  },
  access_patterns: {
    description: 'How clients ask, values left out: requests, units, items, latencies and errors for each pattern.',
    properties: { table },
    required: [],
    run: async (asked, given) => controlText(asked, 'patterns', { table: given.table }),
  },
  requests: {
    description: 'The requests that were answered last: operation, table, key, cost, duration, error.',
    properties: {
      operation: { type: 'string' },
      table,
      error: { type: 'string', description: 'name of an exception, or any' },
      slowerThanMs: { type: 'number' },
      limit: { type: 'integer', minimum: 1, maximum: itemsShownMax },
    },
    required: [],
    run: async (asked, { operation, table, error, slowerThanMs, limit }) =>
      controlText(asked, 'requests', { operation, table, error, slowerThanMs, limit }),
  },
  heat: {
    description: 'What was read, written and refused in each part of the hash space in each of the last minutes: hot partitions.',
    properties: { table, index, minutes: { type: 'integer', minimum: 1 } },
    required: ['table'],
    run: async (asked, { table, index, minutes }) =>
      controlText(asked, `tables/${encodeURIComponent(String(table))}/heat`, { index, minutes }),
  },
  hot_keys: {
    description: 'The partition keys that stand for a hundredth or more of the units or of what was refused in the last minutes.',
    properties: { table, index },
    required: ['table'],
    run: async (asked, { table, index }) => controlText(asked, `tables/${encodeURIComponent(String(table))}/hot-keys`, { index }),
  },
  throttles: {
    description: 'What was throttled, or would have been on AWS, by table, index, reason and key.',
    properties: { table },
    required: [],
    run: async (asked, { table }) => controlText(asked, 'throttles', { table }),
  },
  cost: {
    description: 'What the tables would cost on AWS in a month, from what was used.',
    properties: { table, hours: { type: 'number', description: 'use of the last so many hours' } },
    required: [],
    run: async (asked, { table, hours }) => controlText(asked, 'cost', { table, hours }),
  },
  put_item: {
    description: 'Puts an item, in the place of one of the same key.',
    properties: { table, item: { type: 'object', description: plain }, condition: { type: 'string' }, ...expressions },
    required: ['table', 'item'],
    writes: true,
    run: async (asked, given) => {
      await asked.operation('PutItem', { TableName: given.table, Item: mapOf(given.item), ...conditionOf(given) })
      return '{}'
    },
  },
  update_item: {
    description: 'Changes an item, or makes it.',
    properties: { table, key, update: { type: 'string', description: 'UpdateExpression' }, condition: { type: 'string' }, ...expressions },
    required: ['table', 'key', 'update'],
    writes: true,
    run: async (asked, given) => {
      const input = { TableName: given.table, Key: mapOf(given.key), UpdateExpression: given.update, ReturnValues: 'ALL_NEW' }
      const { Attributes } = await asked.operation('UpdateItem', { ...input, ...conditionOf(given) })
      return plainLine(Attributes as Item)
    },
  },
  delete_item: {
    description: 'Deletes an item.',
    properties: { table, key, condition: { type: 'string' }, ...expressions },
    required: ['table', 'key'],
    writes: true,
    run: async (asked, given) => {
      await asked.operation('DeleteItem', { TableName: given.table, Key: mapOf(given.key), ...conditionOf(given) })
      return '{}'
    },
  },
}

async function tableNames(asked: Asked): Promise<readonly string[]> {
  const names: string[] = []
  for (let from: unknown; ; ) {
    const { TableNames, LastEvaluatedTableName } = await asked.operation(
      'ListTables',
      from === undefined ? {} : { ExclusiveStartTableName: from },
    )
    names.push(...(TableNames as readonly string[]))
    if (LastEvaluatedTableName === undefined) return names
    from = LastEvaluatedTableName
  }
}

function mapOf(given: unknown): AttributeMap {
  return (valueOfPlain(given) as { readonly M: AttributeMap }).M
}

function expressionsOf({ names, values }: Arguments): object {
  return {
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: mapOf(values) }),
  }
}

function conditionOf(given: Arguments): object {
  return { ...(given.condition !== undefined && { ConditionExpression: given.condition }), ...expressionsOf(given) }
}

function limitOf({ limit = itemsShownDefault }: Arguments): number {
  return Math.min(Number(limit), itemsShownMax)
}

function pageOf(given: Arguments): object {
  return {
    TableName: given.table,
    Limit: limitOf(given),
    ReturnConsumedCapacity: 'TOTAL',
    ...(given.index !== undefined && { IndexName: given.index }),
    ...(given.filter !== undefined && { FilterExpression: given.filter }),
    ...(given.from !== undefined && { ExclusiveStartKey: mapOf(given.from) }),
    ...expressionsOf(given),
  }
}

/** Numbers keep their digits: it is written as text, not as values. */
function pageText({ Items = [], ScannedCount, LastEvaluatedKey, ConsumedCapacity }: { readonly [member: string]: unknown }): string {
  const rest = { scannedCount: ScannedCount, consumed: ConsumedCapacity }
  const last =
    LastEvaluatedKey === undefined
      ? ''
      : `,"lastEvaluatedKey":${plainLine(LastEvaluatedKey as { readonly [name: string]: AttributeValue })}`
  const items = (Items as readonly Item[]).map(plainLine).join(',')
  const restText = JSON.stringify(rest).slice(1, -1)
  return `{"items":[${items}]${last}${restText === '' ? '' : `,${restText}`}}`
}

async function controlText(asked: Asked, path: string, given: Arguments): Promise<string> {
  const members = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  const query = new URLSearchParams(members).toString()
  return JSON.stringify(await asked.control(query === '' ? path : `${path}?${query}`))
}
