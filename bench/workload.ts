/**
 * The table and the requests of the bench. Requests are whole HTTP texts made beforehand; for each one sent, only the digits of
 * its key are overwritten, so that making load costs next to nothing and every item of the table is as likely as any other.
 */

const itemsPerCustomer = 20
const TableName = 'Bench'
const digits = 6

/** `customers` * 20 items: an item collection of twenty orders for each customer. */
export interface TableSize {
  readonly items: number
  readonly customers: number
}

export function tableSize(items: number): TableSize {
  return { items, customers: Math.max(1, Math.floor(items / itemsPerCustomer)) }
}

export interface Operation {
  readonly name: string
  readonly target: string
  readonly body: object
}

const customerMark = 'C'.repeat(digits)
const orderMark = 'O'.repeat(2)
/** Replaced by random digits, so that no put finds the item it brings already there: a database may skip such a write. */
const versionMark = 'V'.repeat(9)
const anyKey = { customer: { S: `customer-${customerMark}` }, order: { S: `order-${orderMark}` } }

/** What is measured, in order. Writes replace or change items that exist, so the table keeps its size. */
export const operations: readonly Operation[] = [
  { name: 'GetItem', target: 'GetItem', body: { TableName, Key: anyKey } },
  {
    name: 'Query 20',
    target: 'Query',
    body: {
      TableName,
      KeyConditionExpression: 'customer = :customer',
      ExpressionAttributeValues: { ':customer': anyKey.customer },
    },
  },
  { name: 'PutItem', target: 'PutItem', body: { TableName, Item: item(anyKey.customer.S, anyKey.order.S) } },
  {
    name: 'UpdateItem if',
    target: 'UpdateItem',
    body: {
      TableName,
      Key: anyKey,
      UpdateExpression: 'SET #count = #count + :one, note = :note',
      ConditionExpression: '#count >= :zero AND attribute_exists(customer)',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':zero': { N: '0' }, ':note': { S: 'seen again' } },
    },
  },
]

export const createTable: Operation = {
  name: 'CreateTable',
  target: 'CreateTable',
  body: {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'customer', AttributeType: 'S' },
      { AttributeName: 'order', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'customer', KeyType: 'HASH' },
      { AttributeName: 'order', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  },
}

export const listTables: Operation = { name: 'ListTables', target: 'ListTables', body: {} }

/** The orders of one customer as one batch. */
export function batchOf(customer: number): Operation {
  const customerText = `customer-${String(customer).padStart(digits, '0')}`
  const puts = Array.from({ length: itemsPerCustomer }, (_, order) => ({
    PutRequest: { Item: item(customerText, `order-${String(order).padStart(2, '0')}`) },
  }))
  return { name: 'BatchWriteItem', target: 'BatchWriteItem', body: { RequestItems: { [TableName]: puts } } }
}

/** About 500 bytes as DynamoDB counts them, of the types that applications use. */
function item(customer: string, order: string): object {
  return {
    customer: { S: customer },
    order: { S: order },
    status: { S: 'shipped' },
    count: { N: '1' },
    total: { N: '129.95' },
    paid: { BOOL: true },
    tags: { SS: ['fragile', 'gift'] },
    address: { M: { street: { S: '17 Rue de la Paix' }, city: { S: 'Paris' }, country: { S: 'FR' } } },
    lines: {
      L: [{ M: { product: { S: 'book-4711' }, quantity: { N: '2' } } }, { M: { product: { S: 'lamp-0815' }, quantity: { N: '1' } } }],
    },
    note: { S: `${'x'.repeat(240)}-${versionMark}` },
  }
}

/** The text of an HTTP request, with the signature headers that clients send: they are read, so they belong to the load. */
export function requestText({ target, body }: Operation): string {
  const json = JSON.stringify(body)
  return [
    'POST / HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/x-amz-json-1.0',
    `X-Amz-Target: DynamoDB_20120810.${target}`,
    'X-Amz-Date: 20260101T000000Z',
    `Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`,
    'User-Agent: stator-bench',
    `Content-Length: ${Buffer.byteLength(json)}`,
    '',
    json,
  ].join('\r\n')
}

/** One connection's own copy of a request, whose key (and version) it overwrites before each use. */
export class RequestBytes {
  readonly bytes: Buffer
  readonly #size: TableSize
  readonly #customerAt: readonly number[]
  readonly #orderAt: readonly number[]
  readonly #versionAt: readonly number[]

  constructor(operation: Operation, size: TableSize) {
    this.bytes = Buffer.from(requestText(operation), 'latin1')
    this.#size = size
    this.#customerAt = placesOf(this.bytes, customerMark)
    this.#orderAt = placesOf(this.bytes, orderMark)
    this.#versionAt = placesOf(this.bytes, versionMark)
    this.next()
  }

  next(): Buffer {
    const customer = Math.floor(Math.random() * this.#size.customers)
    const order = Math.floor(Math.random() * itemsPerCustomer)
    for (const at of this.#customerAt) writeDigits(this.bytes, at, customerMark.length, customer)
    for (const at of this.#orderAt) writeDigits(this.bytes, at, orderMark.length, order)
    for (const at of this.#versionAt) writeDigits(this.bytes, at, versionMark.length, Math.floor(Math.random() * 1e9))
    return this.bytes
  }
}

function placesOf(bytes: Buffer, mark: string): readonly number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(`-${mark}`); at >= 0; at = bytes.indexOf(`-${mark}`, at + 1)) places.push(at + 1)
  return places
}

function writeDigits(bytes: Buffer, at: number, length: number, value: number): void {
  for (let place = length - 1, rest = value; place >= 0; place -= 1, rest = Math.floor(rest / 10)) bytes[at + place] = 48 + (rest % 10)
}
