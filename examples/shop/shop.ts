/** The shop's table: one function for each thing that is asked of it. Keys are put together here and nowhere else. */
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Shop'

/** Open orders are spread over so many keys of the index, as each of them takes 1,000 writes a second. */
const openKeys = 4

const customerKey = (customer: string): string => `CUST#${customer}`
const orderKey = (order: string): string => `ORDER#${order}`
const stockOf = (product: string): { PK: string; SK: string } => ({ PK: `PROD#${product}`, SK: 'STOCK' })
const headerOf = ({ customer, date, number }: OrderName): { PK: string; SK: string } => ({
  PK: customerKey(customer),
  SK: `ORDER#${date}#${number}`,
})
const openKeyOf = (number: string): string => `OPEN#${Number(number) % openKeys}`

export interface OrderName {
  readonly customer: string
  /** Such as 2026-11-22. */
  readonly date: string
  readonly number: string
}

export interface Order extends OrderName {
  readonly total: number
}

export interface Line {
  readonly product: string
  readonly quantity: number
}

/** a. A customer, by id. */
export async function customer(id: string): Promise<{ readonly name: string; readonly email: string } | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: { PK: customerKey(id), SK: 'PROFILE' } }))
  return Item as { name: string; email: string } | undefined
}

/** b. The orders of a customer, the newest first. */
export async function ordersOf(id: string): Promise<readonly Order[]> {
  const items = await all({
    KeyConditionExpression: 'PK = :c AND begins_with(SK, :o)',
    ExpressionAttributeValues: { ':c': customerKey(id), ':o': 'ORDER#' },
    ScanIndexForward: false,
  })
  return items.map(toOrder)
}

/** c. The sort keys of everything about a customer. */
export async function everythingAbout(id: string): Promise<readonly string[]> {
  const items = await all({ KeyConditionExpression: 'PK = :c', ExpressionAttributeValues: { ':c': customerKey(id) } })
  return items.map(({ SK }) => String(SK))
}

/** d. The lines of an order. */
export async function linesOf(number: string): Promise<readonly Line[]> {
  const items = await all({ KeyConditionExpression: 'PK = :o', ExpressionAttributeValues: { ':o': orderKey(number) } })
  return items.map(({ product, quantity }) => ({ product: String(product), quantity: Number(quantity) }))
}

/** e. Orders that are open, those that wait the longest first: every key of the index is asked, and what comes is merged. */
export async function openOrders(): Promise<readonly Order[]> {
  const asked = Array.from({ length: openKeys }, (_, key) =>
    all({
      IndexName: 'OpenOrders',
      KeyConditionExpression: '#open = :open',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':open': `OPEN#${key}` },
    }),
  )
  const orders = (await Promise.all(asked)).flat().map(toOrder)
  return orders.sort((a, b) => (a.date + a.number < b.date + b.number ? -1 : 1))
}

/** How much of a product is left, as it is now. */
export async function left(product: string): Promise<number> {
  const { Item } = await client.send(new GetCommand({ TableName, Key: stockOf(product), ConsistentRead: true }))
  return Number(Item?.left ?? 0)
}

/**
 * f. Places an order: its header, its lines and what it takes from the stock, all of it or nothing. The number of the order is its token, too: whoever
 * asks again within ten minutes, because no answer came, places it once. Resolves with the products that are not left, none when it is placed.
 */
export async function placeOrder(order: Order, lines: readonly Line[]): Promise<readonly string[]> {
  const { total, date, number } = order
  const header = { ...headerOf(order), total, status: 'PLACED', open: openKeyOf(number), openSince: date }
  const stock = lines.map(({ product, quantity }) => ({
    Update: {
      TableName,
      Key: stockOf(product),
      UpdateExpression: 'SET #left = #left - :n',
      ConditionExpression: '#left >= :n',
      ExpressionAttributeNames: { '#left': 'left' },
      ExpressionAttributeValues: { ':n': quantity },
    },
  }))
  const items = lines.map((line, index) => ({
    Put: { TableName, Item: { PK: orderKey(number), SK: `LINE#${index + 1}`, ...line } },
  }))
  const put = { Put: { TableName, Item: header, ConditionExpression: 'attribute_not_exists(PK)' } }
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [...stock, put, ...items], ClientRequestToken: `order-${number}` }))
    return []
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error
    // A reason for each member, in their order: the stock comes first.
    const missing = lines.filter((_, index) => error.CancellationReasons?.[index]?.Code === 'ConditionalCheckFailed')
    if (missing.length === 0) throw error
    return missing.map(({ product }) => product)
  }
}

/** An order is delivered: it leaves the index of open ones. */
export async function deliver(order: OrderName): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName,
      Key: headerOf(order),
      UpdateExpression: 'SET #status = :delivered REMOVE #open, openSince',
      ConditionExpression: 'attribute_exists(#open)',
      ExpressionAttributeNames: { '#status': 'status', '#open': 'open' },
      ExpressionAttributeValues: { ':delivered': 'DELIVERED' },
    }),
  )
}

type Query = Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName' | 'ExclusiveStartKey'>
type Item = Record<string, unknown>

/** A page ends at 1 MB: there may be more behind it. */
async function all(query: Query): Promise<readonly Item[]> {
  const found: Item[] = []
  let ExclusiveStartKey: Item | undefined
  do {
    const page = await client.send(new QueryCommand({ TableName, ...query, ExclusiveStartKey }))
    found.push(...(page.Items ?? []))
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return found
}

function toOrder({ PK, SK, total }: Item): Order {
  const [, date = '', number = ''] = String(SK).split('#')
  return { customer: String(PK).slice('CUST#'.length), date, number, total: Number(total) }
}
