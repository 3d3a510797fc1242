/** Tables, items and patterns for a server that a page is measured before. */
import { askServer } from '../../test/harness/ask-server.ts'
import type { SpeedOptions } from './console-speed.ts'

const batch = 25
const atOnce = 8

export async function fill(endpoint: string, { items, tables, patterns }: SpeedOptions): Promise<void> {
  await makeTable(endpoint, 'Items')
  for (let at = 0; at < tables; at += 1) await makeTable(endpoint, `Table-${String(at).padStart(3, '0')}`)
  let next = 0
  const put = async (): Promise<void> => {
    for (let at = next; at < items; at = next) {
      next += batch
      const RequestItems = {
        Items: Array.from({ length: Math.min(batch, items - at) }, (_, one) => ({ PutRequest: { Item: itemOf(at + one) } })),
      }
      await askServer(endpoint, 'BatchWriteItem', { RequestItems })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, put))
  for (let at = 0; at < patterns; at += 1) {
    const input = { KeyConditionExpression: 'pk = :p', FilterExpression: `a${at} = :p`, ExpressionAttributeValues: { ':p': { S: 'p' } } }
    await askServer(endpoint, 'Query', { TableName: 'Items', ...input })
  }
}

async function makeTable(endpoint: string, TableName: string): Promise<void> {
  await askServer(endpoint, 'CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
}

function itemOf(at: number): object {
  return {
    pk: { S: `item-${at}` },
    n: { N: String(at) },
    text: { S: 'some words of an item' },
    tags: { SS: ['a', 'b'] },
    more: { M: { x: { N: '1' } } },
  }
}
