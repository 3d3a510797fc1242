/** Who wrote which item last, and what: how a rule knows that somebody else came in between. */
import type { HeardCall } from './heard-call.ts'
import { itemsMax, nameLettersMax, namesOfItemMax } from './limits.ts'
import { Recent } from './recent.ts'
import { sharedNames } from './shared-names.ts'
import type { TouchedItem } from './touched.ts'

export interface ItemWrite {
  /** The number of the call. */
  readonly call: number
  readonly invocationId: string | undefined
  readonly lane: string
  readonly endedMs: number
  /** Names that it wrote; undefined: all there are. */
  readonly names: readonly string[] | undefined
}

export interface KnownItem {
  readonly last: ItemWrite
  /** The latest before it by another lane. */
  readonly byAnother: ItemWrite | undefined
  /** Which attributes it holds, once that was seen whole; undefined: not known, or too many. */
  readonly names: readonly string[] | undefined
}

type Named = Pick<TouchedItem, 'tableId' | 'keyHash'>

/** A bounded number of items, those written or read whole last. */
export class RecentItems {
  readonly #known = new Recent<string, KnownItem>(itemsMax)

  /** Before the call that is heard. */
  find(item: Named): KnownItem | undefined {
    return this.#known.get(idOf(item))
  }

  /** Of all that a call wrote. */
  note(call: HeardCall): void {
    for (const item of call.touched.writes()) {
      const id = idOf(item)
      const before = this.#known.get(id)
      const last = writeOf(call, item)
      const byAnother = before !== undefined && before.last.lane !== last.lane ? before.last : before?.byAnother
      this.#known.set(id, { last, byAnother, names: namesAfter(before?.names, item) })
    }
  }

  forget(): void {
    this.#known.clear()
  }

  get size(): number {
    return this.#known.size
  }
}

function idOf({ tableId, keyHash }: Named): string {
  return `${tableId} ${keyHash}`
}

function writeOf({ number, sender, lane, endedMs }: HeardCall, { kind, assigned = [], computed = [] }: TouchedItem): ItemWrite {
  const all = [...assigned, ...computed]
  // As if it had written everything.
  const names = kind === 'update' ? bounded(all) : undefined
  return { call: number, invocationId: sender.invocationId, lane: lane.id, endedMs, names }
}

function namesAfter(
  before: readonly string[] | undefined,
  { kind, attributes, assigned, computed }: TouchedItem,
): readonly string[] | undefined {
  if (kind === 'delete') return []
  if (kind === 'put') return attributes === undefined ? undefined : bounded(Object.keys(attributes))
  if (before === undefined) return undefined
  return bounded([...new Set([...before, ...(assigned ?? []), ...(computed ?? [])])])
}

function isLong({ length }: string): boolean {
  return length > nameLettersMax
}

function bounded(names: readonly string[]): readonly string[] | undefined {
  return names.length > namesOfItemMax || names.some(isLong) ? undefined : sharedNames(names)
}
