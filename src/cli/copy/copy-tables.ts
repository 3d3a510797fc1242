/**
 * Tables of DynamoDB endpoints: their items by Scan, page after page, and put into them by BatchWriteItem, what was not taken again. Whatever
 * is asked here may be asked twice, so it is asked again when an endpoint has too much to do, or is not there for a while.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Random, systemRandom } from '../../base/random.ts'
import { itemAsSubject, placeOfItem } from '../../infrastructure/documents/item-places.ts'
import { refusalOf } from '../../infrastructure/server/refusal.ts'
import { Refused } from '../../infrastructure/server/sender.ts'
import type { Item } from '../../values/attribute-value.ts'
import { copyBatchItems, copyPageItems, copyRetriesMax, copyRetryAfterMs, copyRetryDoublingsMax } from '../limits.ts'
import type { HttpAnswer, HttpClient } from '../load/http-client.ts'
import { unreachable } from '../load/unreachable.ts'
import type { ItemSink } from './copy-files.ts'

/** How a copy waits. */
export interface Patience {
  wait(timeMs: number): Promise<unknown>
  /** So that those who were refused together do not come again together. */
  readonly random: Random
}

export const systemPatience: Patience = { wait: (timeMs) => sleep(timeMs), random: systemRandom }

/** An endpoint, asked until it answers. */
export class TableClient {
  readonly #client: HttpClient
  readonly #patience: Patience
  /** Who never did is not there. */
  #hasAnswered = false

  constructor(client: HttpClient, patience: Patience) {
    this.#client = client
    this.#patience = patience
  }

  /** The address and the region, for who tells endpoints apart. */
  get name(): string {
    const { url, region } = this.#client.endpoint
    return `${url.href} ${region}`
  }

  /** Rejects with Refused, or with one clear sentence when nobody answers. */
  async ask<Answer>(operation: string, input: object): Promise<Answer> {
    for (let tries = 0; ; tries += 1) {
      const sent = await this.#send(operation, input)
      if (!(sent instanceof Error) && sent.status === 200) return JSON.parse(sent.body) as Answer
      const failure = sent instanceof Error ? sent : refusalOf(operation, sent.status, sent.body)
      const mayPass = failure instanceof Refused ? failure.isPassing : this.#hasAnswered
      if (!mayPass || tries >= copyRetriesMax) throw failure
      await this.pause(tries)
    }
  }

  /** Longer with each try, and never the same for two. */
  async pause(tries: number): Promise<void> {
    const [high = 0] = this.#patience.random.bytes(1)
    await this.#patience.wait(copyRetryAfterMs * 2 ** Math.min(tries, copyRetryDoublingsMax) * (0.5 + high / 512))
  }

  async wait(timeMs: number): Promise<void> {
    await this.#patience.wait(timeMs)
  }

  async #send(operation: string, input: object): Promise<HttpAnswer | Error> {
    try {
      const answer = await this.#client.send(operation, JSON.stringify(input))
      this.#hasAnswered = true
      return answer
    } catch (error) {
      return unreachable(this.#client.endpoint.url, error)
    }
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

export async function* scanTable(client: TableClient, tableName: string, from: Item | undefined): AsyncGenerator<ScannedPage> {
  let start = from
  do {
    const { Items = [], LastEvaluatedKey }: Page = await client.ask<Page>('Scan', {
      TableName: tableName,
      Limit: copyPageItems,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })
    start = LastEvaluatedKey
    yield { items: Items, next: start }
  } while (start !== undefined)
}

type WriteRequests = readonly { readonly PutRequest: { readonly Item: Item } }[]

export function tableSink(client: TableClient, tableName: string): ItemSink {
  let isBroken = false
  const writeBatch = async (items: readonly Item[]): Promise<void> => {
    let left: WriteRequests = items.map((Item) => ({ PutRequest: { Item } }))
    for (let tries = 0; !isBroken; ) {
      const { UnprocessedItems = {} } = await client
        .ask<Unprocessed>('BatchWriteItem', { RequestItems: { [tableName]: left } })
        .catch(async (error: unknown) => Promise.reject(await withPlace(error, items, { client, tableName })))
      const still = UnprocessedItems[tableName] ?? []
      if (still.length === 0) return
      tries = still.length < left.length ? 0 : tries + 1
      if (tries > copyRetriesMax) throw new Error(`${tableName} does not take the items: it is throttled.`)
      left = still
      await client.pause(tries)
    }
  }
  return {
    write: async (items) => {
      const batches = Array.from({ length: Math.ceil(items.length / copyBatchItems) }, (_, at) =>
        items.slice(at * copyBatchItems, (at + 1) * copyBatchItems),
      )
      const writing = batches.map((batch) =>
        writeBatch(batch).catch((error: unknown) => {
          // The others ask for nothing more.
          isBroken = true
          throw error
        }),
      )
      await Promise.all(writing)
    },
    end: async () => {},
    drop: async () => {},
    place: () => ({}),
  }
}

/** A batch is refused for one of its items: put one by one, those before it are there. The error says which it is, where it is of a file. */
async function withPlace(
  error: unknown,
  items: readonly Item[],
  { client, tableName }: { readonly client: TableClient; readonly tableName: string },
): Promise<unknown> {
  if (!(error instanceof Refused) || error.type !== 'ValidationException') return error
  for (const Item of items) {
    try {
      await client.ask('BatchWriteItem', { RequestItems: { [tableName]: [{ PutRequest: { Item } }] } })
    } catch (cause) {
      const isPlaced = cause instanceof Refused && placeOfItem(Item) !== undefined
      return isPlaced ? new Error(`${itemAsSubject(Item)}: ${cause.message}`, { cause }) : cause
    }
  }
  return error
}

interface Unprocessed {
  readonly UnprocessedItems?: { readonly [name: string]: WriteRequests }
}
