/** A small table of orders with an index, for tests of the console. */
import type { TestContext } from 'node:test'
import type { ServerOptions } from '../../src/server/start.ts'
import { type ConsolePage, openConsole } from './console-page.ts'

/** The input of CreateTable. */
export const orders: { readonly [member: string]: unknown; readonly AttributeDefinitions: readonly object[] } = {
  TableName: 'Orders',
  AttributeDefinitions: ['pk', 'sk', 'status'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    { IndexName: 'byStatus', KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
  ],
}

/** With twelve orders of three customers, every fourth of which is open. */
export async function withOrders(t: TestContext, options: Partial<ServerOptions> = {}): Promise<ConsolePage> {
  const opened = await openConsole(t, options)
  await opened.ask('CreateTable', orders)
  for (let at = 0; at < 12; at += 1) {
    const Item = {
      pk: { S: `CUST#${at % 3}` },
      sk: { S: `ORDER#${at}` },
      status: { S: at % 4 === 0 ? 'open' : 'done' },
      total: { N: String(at) },
    }
    await opened.ask('PutItem', { TableName: 'Orders', Item })
  }
  return opened
}
