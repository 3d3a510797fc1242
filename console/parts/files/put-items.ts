/** Items put by batches, what came back unprocessed again, each time a while later. */
import { batchItemsMax, batchTriesMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import type { Item } from '../../values/attribute-value.ts'

interface BatchAnswer {
  readonly UnprocessedItems?: { readonly [table: string]: readonly object[] }
}

/** Rejects with ServerError at the first batch that is refused; `onPut` has told of those before it. */
export async function putItems(table: string, items: readonly Item[], onPut: (count: number) => void, gone: AbortSignal): Promise<void> {
  for (let at = 0; at < items.length && !gone.aborted; at += batchItemsMax) {
    const batch = items.slice(at, at + batchItemsMax)
    let left: readonly object[] = batch.map((Item) => ({ PutRequest: { Item } }))
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries >= batchTriesMax) throw new Error(`${left.length} items came back unprocessed ${batchTriesMax} times.`)
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** tries * (0.5 + Math.random())))
      const { UnprocessedItems } = await call<BatchAnswer>('BatchWriteItem', { RequestItems: { [table]: left } }, undefined, gone)
      left = UnprocessedItems?.[table] ?? []
    }
    onPut(Math.min(items.length, at + batch.length))
  }
}
