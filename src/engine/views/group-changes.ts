/** What many changes of items come to in the rows of a view, gathered in memory: how far counts and sums move, which entries come and go. Pure. */
import { latin1 } from '../../base/bytes.ts'
import { sha256Characters } from '../../base/digest.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { addedTo, emptySum, takenFrom } from '../../values/exact-sum.ts'
import type { Scaled } from '../../values/number-arithmetic.ts'
import { afterHash } from '../keyspace/keys.ts'
import { orderKey, type ViewId } from '../keyspace/view-keys.ts'
import { rowDigestBytes } from '../limits.ts'
import type { Contribution, Part } from './contribution.ts'

/** An entry that is there from now on, or is not. */
export interface EntryChange {
  readonly key: KeyBytes
  readonly text: string | undefined
}

export interface GroupChange {
  readonly key: Item
  readonly digest: Uint8Array
  count: number
  /** By measure. */
  readonly sums: Map<number, Scaled>
  /** By measure, then by the entry's key as text: of several changes of an entry the last. */
  readonly entries: Map<number, Map<string, EntryChange>>
}

export class GroupChanges {
  readonly #viewId: ViewId
  readonly #rowKeyOf: (key: Item) => KeyBytes
  readonly #groups = new Map<string, GroupChange>()

  /** `rowKeyOf`: where the row of a key lies. */
  constructor(viewId: ViewId, rowKeyOf: (key: Item) => KeyBytes) {
    this.#viewId = viewId
    this.#rowKeyOf = rowKeyOf
  }

  get groups(): readonly GroupChange[] {
    return [...this.#groups.values()]
  }

  /** The item of the source lies under this key. */
  add(contribution: Contribution, itemKey: KeyBytes): void {
    this.#move(contribution, itemKey, 1)
  }

  takeAway(contribution: Contribution, itemKey: KeyBytes): void {
    this.#move(contribution, itemKey, -1)
  }

  #move({ key, parts }: Contribution, itemKey: KeyBytes, by: 1 | -1): void {
    const group = this.#groupOf(key)
    group.count += by
    for (const [measure, part] of parts.entries()) if (part !== undefined) this.#movePart(group, measure, part, itemKey, by)
  }

  #movePart(group: GroupChange, measure: number, part: NonNullable<Part>, itemKey: KeyBytes, by: 1 | -1): void {
    if (part.kind === 'ordered') {
      const key = orderKey({ viewId: this.#viewId, digest: group.digest, measure }, part.by, itemKey)
      const entries = group.entries.get(measure) ?? new Map<string, EntryChange>()
      group.entries.set(measure, entries)
      entries.set(latin1(key), { key, text: by === 1 ? part.text : undefined })
      return
    }
    const number = part.kind === 'count' ? '1' : part.number
    const sum = group.sums.get(measure) ?? emptySum
    group.sums.set(measure, by === 1 ? addedTo(sum, number) : takenFrom(sum, number))
  }

  #groupOf(key: Item): GroupChange {
    const rowKey = this.#rowKeyOf(key)
    const name = latin1(rowKey)
    let group = this.#groups.get(name)
    if (group === undefined) {
      const digest = Buffer.from(sha256Characters(afterHash(rowKey)), 'latin1').subarray(0, rowDigestBytes)
      group = { key, digest, count: 0, sums: new Map(), entries: new Map() }
      this.#groups.set(name, group)
    }
    return group
  }
}
