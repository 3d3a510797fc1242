/** Items that a file brings with its table, put in batches. */
import { batchWriteRequestsMax } from '../../api/limits.ts'
import { placeOfItem } from '../documents/item-places.ts'
import { placeText } from '../documents/tree.ts'
import { readyWaitMs, refusedItemsToldMax, seedTriesMax } from '../limits.ts'
import type { TableSpec } from '../tables/table-spec.ts'
import { Refused, type Sender } from './sender.ts'

interface Put {
  readonly PutRequest: { readonly Item: object }
}

/** The last of several items with one key is put. What is refused of an item alone keeps none of the others from being put. */
export async function putSeeds(sender: Sender, spec: TableSpec): Promise<{ readonly items: number; readonly refused: readonly string[] }> {
  const { TableName, KeySchema } = spec.input
  const refused: string[] = []
  let items = 0
  for (const seed of spec.seeds) {
    const keyOf = (item: object): string =>
      JSON.stringify(KeySchema.map(({ AttributeName }) => (item as { readonly [name: string]: unknown })[AttributeName]))
    const distinct = [...new Map(seed.items.map((item) => [keyOf(item), item])).values()]
    const where = `data of ${placeText(seed.place)}`
    try {
      const wrong: string[] = []
      for (let at = 0; at < distinct.length; at += batchWriteRequestsMax) {
        const batch = distinct.slice(at, at + batchWriteRequestsMax)
        const told = await putOrTell(sender, TableName, batch, seed.items)
        items += batch.length - told.length
        wrong.push(...told)
      }
      refused.push(...wrong.slice(0, refusedItemsToldMax).map((each) => `${where}, ${each}`))
      const more = wrong.length - refusedItemsToldMax
      if (more > 0) refused.push(`${where}: not done: ${more} more`)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refused.push(`${where}: not done: ${error.message}`)
    }
  }
  return { items, refused }
}

/** A batch is refused for one of its items: then each is put alone. What is wrong with which, for those that are refused. */
async function putOrTell(sender: Sender, tableName: string, items: readonly object[], all: readonly object[]): Promise<readonly string[]> {
  const put = (some: readonly object[]): Promise<void> =>
    putBatch(
      sender,
      tableName,
      some.map((Item) => ({ PutRequest: { Item } })),
    )
  const refusalOf = (putting: Promise<void>): Promise<Refused | undefined> =>
    putting.then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Refused && error.type === 'ValidationException') return error
        throw error
      },
    )
  if ((await refusalOf(put(items))) === undefined) return []
  const told: string[] = []
  for (const item of items) {
    const refusal = await refusalOf(put([item]))
    if (refusal !== undefined) told.push(`${placeOfItem(item) ?? `item ${all.indexOf(item) + 1}`}: not done: ${refusal.message}`)
  }
  return told
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
