/**
 * The rows of one part of a vector index, and how they come to say what a view of the store says: entries that the part's log tells
 * of are read again, those that were never read are read on. So a view that ends early costs nothing but its own end.
 */

import { setImmediate } from 'node:timers/promises'
import { latin1 } from '../../base/bytes.ts'
import { type KeyBytes, type KeyRange, logRange, type StoredValue, type View } from '../../storage/store.ts'
import { type AttributeValue, attributeOf } from '../../values/attribute-value.ts'
import { collectionRange, type DataSpace, dataKey, hashOf, rangeBeyond } from '../keyspace/keys.ts'
import { vectorLog } from '../keyspace/vector-keys.ts'
import { vectorChangesMax, vectorChangesReadMax, vectorLogReadBudget, vectorReadBudget } from '../limits.ts'
import { readRange } from '../records/read-range.ts'
import { spaceOf } from '../schema/partitioned-space.ts'
import type { KeyAttribute, Table, VectorIndex } from '../schema/table.ts'
import { filterAttributes, storedVectorItem, vectorBytes, vectorPart } from './vector-entries.ts'
import type { VectorLogState } from './vector-log.ts'
import { type Row, type Tag, VectorRows } from './vector-rows.ts'

/** Where the entries of a part lie, and what its rows are made of. */
export class PartPlace {
  readonly index: VectorIndex
  /** What the keys of its entries begin with. */
  readonly prefix: KeyBytes
  /** Tells of other parts, too. */
  readonly log: KeyBytes
  readonly filterAttributes: readonly KeyAttribute[]
  readonly #space: DataSpace
  readonly #partitionKey: Uint8Array

  constructor(table: Table, index: VectorIndex, partitionKey: Uint8Array) {
    this.index = index
    this.filterAttributes = filterAttributes(index)
    this.#space = spaceOf(table, index)
    this.#partitionKey = partitionKey
    this.prefix = vectorPart(this.#space, partitionKey)
    this.log = vectorLog(this.#space, hashOf(this.prefix))
  }

  get range(): KeyRange {
    return collectionRange(this.#space, this.#partitionKey)
  }

  keyOf(row: string): KeyBytes {
    return dataKey(this.#space, this.#partitionKey, Buffer.from(row, 'latin1'))
  }

  rowOf(row: string, stored: StoredValue): Row {
    const { dimensions } = this.index
    const vector = vectorBytes(stored, dimensions)
    if (this.filterAttributes.length === 0) return { key: row, vector, tags: noTags }
    const { attributes } = storedVectorItem(stored, dimensions)
    return { key: row, vector, tags: this.filterAttributes.map(({ name, type }) => tagOf(attributeOf(attributes, name), type)) }
  }
}

/** Entries that were read, as they were when the part's log ended with a certain number. */
export class PartRows {
  readonly rows: VectorRows
  readonly #place: PartPlace
  #lastNumber: number
  /** Where entries lie that were not read yet. Undefined: all were. */
  #unread: KeyRange | undefined

  /** Of no entry. `lastNumber` is that of the log in the view in which it is read on. */
  constructor(place: PartPlace, lastNumber: number, unread: KeyRange | undefined = place.range) {
    this.rows = new VectorRows(place.index.dimensions)
    this.#place = place
    this.#lastNumber = lastNumber
    this.#unread = unread
  }

  /** Whether every entry was read. */
  get isWhole(): boolean {
    return this.#unread === undefined
  }

  /** The same without the rows that it has: to read on what there is no room for. */
  emptied(): PartRows {
    return new PartRows(this.#place, this.#lastNumber, this.#unread)
  }

  /**
   * Makes the rows what the view says of their entries; `log` is the part's log in it. No view of an earlier moment may be in use by
   * then. Resolves with false when too much has changed for that: then the part is to be read anew. When it rejects, it can be tried
   * again in a later view.
   */
  async bringUpTo(view: View, log: VectorLogState): Promise<boolean> {
    const changed = await this.#changedSince(view, log)
    if (changed === undefined) return false
    const rows = [...changed]
    for (let from = 0; from < rows.length; from += vectorChangesReadMax) {
      if (from > 0) await setImmediate()
      const some = rows.slice(from, from + vectorChangesReadMax)
      const values = await view.get(some.map((row) => this.#place.keyOf(row)))
      for (const [at, row] of some.entries()) this.#set(row, values[at])
    }
    this.#lastNumber = log.lastNumber
    return true
  }

  /** Reads the next entries in the view that the rows were brought up to. */
  async readOn(view: View): Promise<void> {
    if (this.#unread === undefined) return
    const { entries, exhausted } = await view.scan(this.#unread, vectorReadBudget)
    for (const { key, value } of entries) this.rows.put(this.#place.rowOf(this.#rowIn(key), value))
    const last = entries.at(-1)
    this.#unread = exhausted || last === undefined ? undefined : rangeBeyond(this.#unread, last.key)
  }

  #set(row: string, stored: StoredValue | undefined): void {
    if (stored === undefined) this.rows.delete(row)
    else this.rows.put(this.#place.rowOf(row, stored))
  }

  /** The rows to be looked at again; undefined when there are too many, or nobody knows them any more. */
  async #changedSince(view: View, { lastNumber, trim }: VectorLogState): Promise<ReadonlySet<string> | undefined> {
    if (this.#lastNumber > lastNumber || this.#lastNumber < (trim?.trimmedNumber ?? 0)) return undefined
    const changed = new Set<string>()
    if (this.#lastNumber === lastNumber) return changed
    const changesMax = Math.max(vectorChangesMax, this.rows.count)
    for await (const entries of readRange(view, logRange(this.#place.log, this.#lastNumber + 1), vectorLogReadBudget)) {
      for (const { value } of entries) if (beginsWith(value, this.#place.prefix)) changed.add(this.#rowIn(value))
      if (changed.size > changesMax) return undefined
    }
    return changed
  }

  #rowIn(entry: Uint8Array): string {
    return latin1(entry.subarray(this.#place.prefix.length))
  }
}

/** What a scalar holds; canonical, so equal values have equal contents. */
export function contentOf(value: AttributeValue): Tag {
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  return 'B' in value ? value.B : undefined
}

const noTags: readonly Tag[] = []

function tagOf(value: AttributeValue | undefined, type: string): Tag {
  return value !== undefined && type in value ? contentOf(value) : undefined
}

function beginsWith(bytes: StoredValue, prefix: Uint8Array): bytes is Uint8Array {
  return typeof bytes !== 'string' && Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0
}
