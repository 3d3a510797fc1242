/** Items that a file brings with its table, put in batches. */
import { batchWriteRequestsMax } from '../../api/limits.ts'
import { placeText } from '../documents/tree.ts'
import { readyWaitMs, seedTriesMax } from '../limits.ts'
import type { TableSpec } from '../tables/table-spec.ts'
import { Refused, type Sender } from './sender.ts'

interface Put {
  readonly PutRequest: { readonly Item: object }
}

/** The last of several items with one key is put. */
export async function putSeeds(sender: Sender, spec: TableSpec): Promise<{ readonly items: number; readonly refused: readonly string[] }> {
  const { TableName, KeySchema } = spec.input
  const refused: string[] = []
  let items = 0
  for (const seed of spec.seeds) {
    const keyOf = (item: object): string =>
      JSON.stringify(KeySchema.map(({ AttributeName }) => (item as { readonly [name: string]: unknown })[AttributeName]))
    const distinct = [...new Map(seed.items.map((item) => [keyOf(item), item])).values()]
    try {
      for await (const count of putItems(sender, TableName, distinct)) items += count
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused.push(`data of ${placeText(seed.place)}: not done: ${error.message}`)
    }
  }
  return { items, refused }
}

/** How many were put, batch by batch. Rejects with Refused when the table does not take them. */
export async function* putItems(sender: Sender, tableName: string, items: readonly object[]): AsyncGenerator<number> {
  for (let at = 0; at < items.length; at += batchWriteRequestsMax) {
    const batch = items.slice(at, at + batchWriteRequestsMax).map((Item) => ({ PutRequest: { Item } }))
    await putBatch(sender, tableName, batch)
    yield batch.length
  }
}

async function putBatch(sender: Sender, tableName: string, batch: readonly Put[]): Promise<void> {
  let left = batch
  for (let tries = 0; left.length > 0; tries += 1) {
    if (tries >= seedTriesMax) throw new Refused('Throttled', 'the table does not take the items: it is throttled')
    if (tries > 0) await sender.wait(readyWaitMs * 2 ** tries)
    const { UnprocessedItems = {} } = (await sender.ask('dynamodb', 'BatchWriteItem', { RequestItems: { [tableName]: left } })) as {
      readonly UnprocessedItems?: { readonly [name: string]: readonly Put[] }
    }
    left = UnprocessedItems[tableName] ?? []
  }
}
