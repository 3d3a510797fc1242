/** The tables of the bench, and what is asked of them: requests with places for the numbers of keys, which request-bytes.ts fills. */
import type { Item } from '../../src/values/attribute-value.ts'
import { itemSizeBytes } from '../../src/values/size.ts'
import { fillerMark, type Request } from './request-text.ts'

export const itemsPerCustomer = 20
/** A batch asks for items of that many customers, so there must be as many. */
const itemsMin = 100 * itemsPerCustomer
export const digits = 6
const itemsMax = 10 ** digits * itemsPerCustomer
const usualItemBytes = 430

/** `customers` * 20 items: an item collection of twenty orders for each customer, and one of twenty for each product. */
export interface TableSize {
  readonly items: number
  readonly customers: number
  /** Of an item, as DynamoDB counts. */
  readonly itemBytes: number
}

export function tableSize(items: number, itemBytes: number = usualItemBytes): TableSize {
  if (items < itemsMin || items > itemsMax) throw new Error(`the bench needs ${itemsMin} to ${itemsMax} items`)
  if (itemBytes < fixedBytes) throw new Error(`items of the bench have ${fixedBytes} bytes or more`)
  const customers = Math.floor(items / itemsPerCustomer)
  return { items: customers * itemsPerCustomer, customers, itemBytes }
}

export interface NamedRequest extends Request {
  readonly name: string
  /** Which items are asked for: all as often (when it says nothing), or some much more often than others. */
  readonly keys?: 'zipf'
  /** Of all requests this share are another one. */
  readonly mixedWith?: { readonly share: number; readonly request: Request }
}

/** The tables differ in what follows from a write alone: how many global indexes it changes, whether it is recorded in a stream. */
const tables = {
  Bench0: { indexes: 0, stream: false },
  Bench1: { indexes: 1, stream: false },
  Bench3: { indexes: 3, stream: false },
  BenchStream: { indexes: 0, stream: true },
} as const

export type BenchTable = keyof typeof tables

export interface Operation extends NamedRequest {
  readonly table: BenchTable
}

/**
 * The places of digits in a text. The last two of customer and product are the number of the item within the request: each number
 * gets a customer of its own.
 */
const customerMark = (number: number): string => `CCCC${String(number).padStart(2, '0')}`
const productMark = (number: number): string => `PPPP${String(number).padStart(2, '0')}`
export const orderMark: string = 'O'.repeat(2)
/** Replaced by random digits wherever `-` or `.` stands before it, so that no put finds the item it brings already there: a database may skip such a write. */
export const versionMark: string = 'V'.repeat(9)

interface Order {
  readonly customer: string
  readonly order: string
  readonly product: string
}

interface OrderKey {
  readonly customer: { readonly S: string }
  readonly order: { readonly S: string }
}

const anyOrder = (number = 0): Order => ({
  customer: `customer-${customerMark(number)}`,
  order: `order-${orderMark}`,
  product: `product-${productMark(number)}`,
})
const anyKey = (number = 0): OrderKey => keyOf(anyOrder(number))

const put = (table: BenchTable): Omit<Operation, 'name'> => ({
  table,
  target: 'PutItem',
  body: { TableName: table, Item: item(anyOrder()) },
})

const table = 'Bench0'
const TableName = table

const transactPuts = Array.from({ length: 4 }, (_, number) => ({ Put: { TableName, Item: item(anyOrder(number)) } }))

/** What is measured, in order. Writes replace or change items that exist, so the tables keep their size. */
export const operations: readonly Operation[] = [
  { name: 'GetItem', table, target: 'GetItem', body: { TableName, Key: anyKey() } },
  {
    name: 'Query 20',
    table,
    target: 'Query',
    body: {
      TableName,
      KeyConditionExpression: 'customer = :customer',
      ExpressionAttributeValues: { ':customer': { S: anyOrder().customer } },
    },
  },
  { name: 'PutItem', ...put(table) },
  {
    name: 'Mixed 80/20',
    table,
    target: 'GetItem',
    body: { TableName, Key: anyKey() },
    keys: 'zipf',
    mixedWith: { share: 0.2, request: put(table) },
  },
  { name: 'PutItem stream', ...put('BenchStream') },
  {
    name: 'UpdateItem if',
    table,
    target: 'UpdateItem',
    body: {
      TableName,
      Key: anyKey(),
      UpdateExpression: 'ADD #count :one',
      ConditionExpression: '#count >= :zero AND attribute_exists(customer)',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':zero': { N: '0' } },
    },
  },
  { name: 'Scan 25', table, target: 'Scan', body: { TableName, ExclusiveStartKey: anyKey(), Limit: 25 } },
  { name: 'Scan 1 MB', table, target: 'Scan', body: { TableName, ExclusiveStartKey: anyKey() } },
  {
    name: 'BatchGet 100',
    table,
    target: 'BatchGetItem',
    body: { RequestItems: { [TableName]: { Keys: Array.from({ length: 100 }, (_, number) => anyKey(number)) } } },
  },
  {
    name: 'BatchWrite 25',
    table,
    target: 'BatchWriteItem',
    body: {
      RequestItems: {
        [TableName]: Array.from({ length: 25 }, (_, number) => ({ PutRequest: { Item: item(anyOrder(number)) } })),
      },
    },
  },
  {
    name: 'Query GSI 20',
    table: 'Bench1',
    target: 'Query',
    body: {
      TableName: 'Bench1',
      IndexName: 'by-product',
      KeyConditionExpression: 'product = :product',
      ExpressionAttributeValues: { ':product': { S: anyOrder().product } },
    },
  },
  { name: 'PutItem 1 GSI', ...put('Bench1') },
  { name: 'PutItem 3 GSI', ...put('Bench3') },
  { name: 'TransactWrite 4', table, target: 'TransactWriteItems', body: { TransactItems: transactPuts } },
  {
    // What an SDK makes of the same: each request has a token, which is kept as durably as the items.
    name: 'TransactWrite token',
    table,
    target: 'TransactWriteItems',
    body: { TransactItems: transactPuts, ClientRequestToken: `t-${versionMark}-${versionMark}` },
  },
  {
    name: 'TransactGet 4',
    table,
    target: 'TransactGetItems',
    body: { TransactItems: Array.from({ length: 4 }, (_, number) => ({ Get: { TableName, Key: anyKey(number) } })) },
  },
  {
    name: 'PartiQL by key',
    table,
    target: 'ExecuteStatement',
    body: {
      Statement: `SELECT * FROM "${TableName}" WHERE customer = ? AND "order" = ?`,
      Parameters: [anyKey().customer, anyKey().order],
    },
  },
  // The iterator is the server's to give (oldest-records.ts).
  { name: 'GetRecords 1000', table: 'BenchStream', target: 'GetRecords', body: { ShardIterator: '' } },
]

/** What most requests are, and what goals are about. */
export const headlines: ReadonlySet<string> = new Set([
  ...['GetItem', 'PutItem', 'UpdateItem if', 'Query 20', 'Mixed 80/20'],
  ...['BatchGet 100', 'BatchWrite 25', 'TransactWrite 4', 'Scan 1 MB'],
])

/** Whoever else uses the table, as other work goes on. */
export const readAndWrite: readonly Operation[] = operations.filter(({ name }) => name === 'PutItem' || name === 'GetItem')

/** Large and small partitions, all projections that carry what a put changes. */
const indexes = [
  { IndexName: 'by-product', KeySchema: [hash('product'), range('customer')], Projection: { ProjectionType: 'ALL' } },
  { IndexName: 'by-warehouse', KeySchema: [hash('warehouse'), range('product')], Projection: { ProjectionType: 'ALL' } },
  {
    IndexName: 'by-status',
    KeySchema: [hash('status'), range('total')],
    Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note', 'count'] },
  },
] as const

const keyTypes = { customer: 'S', order: 'S', product: 'S', warehouse: 'S', status: 'S', total: 'N' } as const

export function createTable(name: BenchTable): Request {
  const made = indexes.slice(0, tables[name].indexes)
  const schema = [hash('customer'), range('order')]
  return {
    target: 'CreateTable',
    body: {
      TableName: name,
      AttributeDefinitions: definitionsOf([...schema, ...made.flatMap(({ KeySchema }) => KeySchema)]),
      KeySchema: schema,
      BillingMode: 'PAY_PER_REQUEST',
      ...(made.length > 0 && { GlobalSecondaryIndexes: made }),
      ...(tables[name].stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
    },
  }
}

/** Adds the first index to the table that has none. */
export const addIndex: Request = {
  target: 'UpdateTable',
  body: {
    TableName,
    AttributeDefinitions: definitionsOf([hash('customer'), range('order'), ...indexes[0].KeySchema]),
    GlobalSecondaryIndexUpdates: [{ Create: indexes[0] }],
  },
}

export const describeTable: Request = { target: 'DescribeTable', body: { TableName } }
export function deleteTable(table: BenchTable): Request {
  return { target: 'DeleteTable', body: { TableName: table } }
}

export const createBackup: Request = { target: 'CreateBackup', body: { TableName, BackupName: 'bench' } }

export function describeBackup(BackupArn: string): Request {
  return { target: 'DescribeBackup', body: { BackupArn } }
}

export function enableRecovery(name: BenchTable): Request {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  return { target: 'UpdateContinuousBackups', body: { TableName: name, PointInTimeRecoverySpecification } }
}

export const listTables: Request = { target: 'ListTables', body: {} }

/** The orders of one customer as one batch. */
export function batchOf(name: BenchTable, customer: number, { customers }: TableSize): Request {
  const puts = Array.from({ length: itemsPerCustomer }, (_, order) => {
    const numbered = (value: number, length = digits): string => String(value).padStart(length, '0')
    const product = productOf(customer, order, customers)
    return {
      PutRequest: {
        Item: item({
          customer: `customer-${numbered(customer)}`,
          order: `order-${numbered(order, 2)}`,
          product: `product-${numbered(product)}`,
        }),
      },
    }
  })
  return { target: 'BatchWriteItem', body: { RequestItems: { [name]: puts } } }
}

/** Of the types that applications use, as large as its note is long. */
function item(order: Order): Item {
  return {
    ...keyOf(order),
    product: { S: order.product },
    warehouse: { S: order.order.replace('order', 'warehouse') },
    status: { S: 'shipped' },
    count: { N: '1' },
    total: { N: '129.95' },
    paid: { BOOL: true },
    tags: { SS: ['fragile', 'gift'] },
    address: { M: { street: { S: '17 Rue de la Paix' }, city: { S: 'Paris' }, country: { S: 'FR' } } },
    lines: {
      L: [{ M: { product: { S: 'book-4711' }, quantity: { N: '2' } } }, { M: { product: { S: 'lamp-0815' }, quantity: { N: '1' } } }],
    },
    note: { S: `${fillerMark}-${versionMark}` },
  }
}

/** Without what fills it up. */
const fixedBytes = itemSizeBytes(item(anyOrder())) - fillerMark.length

/** What makes an item of the bench as large as the table says. */
export function fillerOf({ itemBytes }: Pick<TableSize, 'itemBytes'>): string {
  return 'x'.repeat(itemBytes - fixedBytes)
}

function keyOf({ customer, order }: Order): OrderKey {
  return { customer: { S: customer }, order: { S: order } }
}

/** A function of the key, so that a put leaves an item where it was in the indexes; each product has one item of every order number. */
export function productOf(customer: number, order: number, customers: number): number {
  return (customer + order * 7919) % customers
}

function hash(name: keyof typeof keyTypes): { readonly AttributeName: typeof name; readonly KeyType: 'HASH' } {
  return { AttributeName: name, KeyType: 'HASH' }
}

function range(name: keyof typeof keyTypes): { readonly AttributeName: typeof name; readonly KeyType: 'RANGE' } {
  return { AttributeName: name, KeyType: 'RANGE' }
}

function definitionsOf(schema: readonly { readonly AttributeName: keyof typeof keyTypes }[]): readonly object[] {
  const names = new Set(schema.map(({ AttributeName }) => AttributeName))
  return [...names].map((name) => ({ AttributeName: name, AttributeType: keyTypes[name] }))
}
