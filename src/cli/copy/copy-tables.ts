/** Tables of DynamoDB endpoints: their items by Scan, page after page, and put into them by BatchWriteItem, what was not taken again. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Item } from '../../values/attribute-value.ts'
import { copyBatchItems, copyPageItems, copyRetriesMax, copyRetryAfterMs, copyRetryDoublingsMax } from '../limits.ts'
import type { HttpClient } from '../load/http-client.ts'
import type { ItemSink } from './copy-files.ts'

/** Asks, and rejects with the sentence of a refusal. */
export async function ask<Answer>(client: HttpClient, operation: string, input: object): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    const { status, body } = await client.send(operation, JSON.stringify(input))
    if (status === 200) return JSON.parse(body) as Answer
    const { __type: type = '', message, Message = message } = refusalIn(body)
    const isPassing = status >= 500 || /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded/.test(type)
    if (!isPassing || tries >= copyRetriesMax)
      throw new CopyRefused(type.replace(/^.*#/, ''), `${operation}: ${Message ?? `status ${status}`}`)
    await sleep(copyRetryAfterMs * 2 ** Math.min(tries, copyRetryDoublingsMax))
  }
}

export class CopyRefused extends Error {
  /** Of the exception, without its namespace. */
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

function refusalIn(body: string): { readonly __type?: string; readonly message?: string; readonly Message?: string } {
  try {
    return JSON.parse(body) as object
  } catch {
    return {}
  }
}

interface Page {
  readonly Items?: readonly Item[]
  readonly LastEvaluatedKey?: Item
}

export interface ScannedPage {
  readonly items: readonly Item[]
  /** Where the next page begins; undefined: there is none. */
  readonly next: Item | undefined
}

export async function* scanTable(client: HttpClient, tableName: string, from: Item | undefined): AsyncGenerator<ScannedPage> {
  let start = from
  do {
    const { Items = [], LastEvaluatedKey }: Page = await ask<Page>(client, 'Scan', {
      TableName: tableName,
      Limit: copyPageItems,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })
    start = LastEvaluatedKey
    yield { items: Items, next: start }
  } while (start !== undefined)
}

type WriteRequests = readonly { readonly PutRequest: { readonly Item: Item } }[]

export function tableSink(client: HttpClient, tableName: string): ItemSink {
  const writeBatch = async (items: readonly Item[]): Promise<void> => {
    let left: WriteRequests = items.map((Item) => ({ PutRequest: { Item } }))
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries > copyRetriesMax) throw new Error(`${tableName} does not take the items: it is throttled.`)
      if (tries > 0) await sleep(copyRetryAfterMs * 2 ** Math.min(tries, copyRetryDoublingsMax))
      const { UnprocessedItems = {} }: { readonly UnprocessedItems?: { readonly [name: string]: WriteRequests } } = await ask(
        client,
        'BatchWriteItem',
        { RequestItems: { [tableName]: left } },
      )
      left = UnprocessedItems[tableName] ?? []
    }
  }
  return {
    write: async (items) => {
      const batches = Array.from({ length: Math.ceil(items.length / copyBatchItems) }, (_, at) =>
        items.slice(at * copyBatchItems, (at + 1) * copyBatchItems),
      )
      await Promise.all(batches.map(writeBatch))
    },
    end: async () => {},
    drop: async () => {},
  }
}
