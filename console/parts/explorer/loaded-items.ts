/** The items that a question has brought so far, page by page, and what they cost. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { gridItemsMax } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import type { TableDescription } from '../../server/tables.ts'
import type { Item } from '../../values/attribute-value.ts'
import { sent } from '../transaction/gathered.ts'
import { isQuery, type Question, readInput } from './question.ts'

interface Page {
  readonly Items?: readonly Item[]
  readonly ScannedCount: number
  readonly LastEvaluatedKey?: Item
  readonly ConsumedCapacity?: { readonly CapacityUnits: number }
}

export interface Loaded {
  readonly items: readonly Item[]
  readonly scanned: number
  readonly units: number
  readonly pages: number
  /** Where it goes on; undefined at the end. */
  readonly next: Item | undefined
  readonly isBusy: boolean
  readonly error: unknown
  /** Nothing was asked yet. */
  readonly isFresh: boolean
}

const nothing: Loaded = { items: [], scanned: 0, units: 0, pages: 0, next: undefined, isBusy: false, error: undefined, isFresh: true }

export interface LoadedItems {
  readonly loaded: Signal<Loaded>
  /** From the beginning. */
  ask(question: Question): Promise<void>
  /** The next page. */
  more(): Promise<void>
  /** After a write of the page's own: what stands in the grid is what stands in the table. */
  replace(at: number, item: Item | undefined): void
}

/** What a transaction of the page's own did is asked for anew. */
export function useLoadedItems(table: TableDescription): LoadedItems {
  const loaded = useSignal<Loaded>(nothing)
  const { again, ...items } = useMemo(() => {
    let asked: Question | undefined
    let round = 0
    const page = async (question: Question, start: Item | undefined): Promise<void> => {
      round += 1
      const own = round
      loaded.value = { ...loaded.value, isBusy: true, isFresh: false, error: undefined }
      try {
        const input = { ...readInput(table, question), ...(start !== undefined && { ExclusiveStartKey: start }) }
        const answer = await call<Page>(isQuery(question) ? 'Query' : 'Scan', input)
        // Another question was asked meanwhile.
        if (own === round) loaded.value = withPage(loaded.value, answer)
      } catch (error) {
        if (own === round) loaded.value = { ...loaded.value, isBusy: false, error }
      }
    }
    return {
      loaded,
      ask: (question: Question) => {
        asked = question
        loaded.value = nothing
        return page(question, undefined)
      },
      again: async () => {
        if (asked === undefined) return
        loaded.value = nothing
        await page(asked, undefined)
      },
      more: async () => {
        const { next, isBusy, items } = loaded.value
        if (asked !== undefined && next !== undefined && !isBusy && items.length < gridItemsMax) await page(asked, next)
      },
      replace: (at: number, item: Item | undefined) => {
        loaded.value = {
          ...loaded.value,
          items: item === undefined ? loaded.value.items.toSpliced(at, 1) : loaded.value.items.with(at, item),
        }
      },
    }
  }, [table.TableName, loaded])
  const sentBefore = useRef(sent.value)
  useEffect(() => {
    if (sentBefore.current !== sent.value) void again()
    sentBefore.current = sent.value
  }, [again, sent.value])
  return items
}

function withPage(before: Loaded, { Items = [], ScannedCount, LastEvaluatedKey, ConsumedCapacity }: Page): Loaded {
  return {
    items: [...before.items, ...Items],
    scanned: before.scanned + ScannedCount,
    units: before.units + (ConsumedCapacity?.CapacityUnits ?? 0),
    pages: before.pages + 1,
    next: LastEvaluatedKey,
    isBusy: false,
    error: undefined,
    isFresh: false,
  }
}
