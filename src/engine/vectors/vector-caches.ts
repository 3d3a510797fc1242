/**
 * Searching vector indexes, exactly: every vector of the part that a search is about is looked at (docs/decisions/0008). Parts
 * that were searched stay in memory as rows of floats, as far as there is room, and are brought up to date when they are searched
 * again. Whatever a search looks at comes out of one view of the store: what has changed since, the rows that are brought up to it,
 * the entries that it answers. So its answer is what was true at one moment after it was asked for, whoever writes meanwhile, in this
 * process or in another.
 */

import { assert } from '../../base/assert.ts'
import { latin1 } from '../../base/bytes.ts'
import { NobodyWaits, Pace } from '../../base/pace.ts'
import { type Store, type View, ViewEnded } from '../../storage/store.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { type DataSpace, spaceRange } from '../keyspace/keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { vectorCacheBytesMax, vectorPartOverheadBytes, vectorSliceMultiplications, vectorViewsMax } from '../limits.ts'
import type { Table, VectorIndex } from '../schema/table.ts'
import { type Rank, rankBy, scoreOf } from './distance.ts'
import { Nearest } from './nearest.ts'
import { contentOf, PartPlace, PartRows } from './part-rows.ts'
import { storedVector, storedVectorItem, vectorSizeBytes } from './vector-entries.ts'
import { readVectorLogs } from './vector-log.ts'
import type { TagFilter, VectorRows } from './vector-rows.ts'

export interface VectorSearch {
  readonly table: Table
  readonly index: VectorIndex
  /** As many floats as the index has dimensions. */
  readonly sought: Float32Array
  /** The encoded values of the HASH attributes; no bytes, if there are none. */
  readonly partitionKey: Uint8Array
  /** What INLINE_FILTER attributes must be equal to. */
  readonly filters: readonly { readonly name: string; readonly value: AttributeValue }[]
  readonly countMax: number
  /** Called when a view is open: throws when the index is none of the table any more, for then its entries are being swept. */
  readonly checkIndex?: () => void
  /** Who waits for it. Left out: somebody. */
  readonly pace?: Pace
}

export interface VectorMatch {
  readonly score: number
  /** The projected attributes without the vector. */
  readonly item: StoredItem
  readonly vector: Float32Array
  /** Of the entry. */
  readonly sizeBytes: number
}

/** The parts of all vector indexes that are in memory. */
export class VectorCaches {
  readonly #bytesMax: number
  /** By the key that their entries begin with, as latin1; the one that was searched last comes last. */
  readonly #parts = new Map<string, Part>()
  #sizeBytes = 0

  constructor(bytesMax: number = vectorCacheBytesMax) {
    this.#bytesMax = bytesMax
  }

  /** About what all of it takes of memory. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Forgets an index whose id may be used again. */
  drop(space: DataSpace): void {
    const prefix = latin1(spaceRange(space).start)
    for (const name of this.#parts.keys()) if (name.startsWith(prefix)) this.#forget(name)
  }

  /**
   * The best matches, best first; equal scores in the order of the entries' keys. Rejects as the store's `view` does, with ViewEnded
   * when that happened again and again, and with what `checkIndex` throws.
   */
  async search(store: Pick<Store, 'view'>, search: VectorSearch): Promise<readonly VectorMatch[]> {
    const place = new PartPlace(search.table, search.index, search.partitionKey)
    const name = latin1(place.prefix)
    const part = this.#parts.get(name) ?? new Part()
    this.#parts.delete(name)
    this.#parts.set(name, part)
    return await part.exclusively(async () => {
      try {
        return await this.#searchViews(store, search, { place, part })
      } finally {
        this.#makeRoom(name, part)
      }
    })
  }

  /** The views are opened one after the other, while nobody else looks at the part: its rows never go back to an earlier moment. */
  async #searchViews(
    store: Pick<Store, 'view'>,
    search: VectorSearch,
    { place, part }: { readonly place: PartPlace; readonly part: Part },
  ): Promise<readonly VectorMatch[]> {
    for (let views = 1; ; views += 1) {
      try {
        return await store.view((view) => new Pass(view, search, { place, part, bytesMax: this.#bytesMax }).run())
      } catch (error) {
        if (!(error instanceof ViewEnded || error instanceof NobodyWaits)) part.rows = undefined
        if (!(error instanceof ViewEnded) || views === vectorViewsMax) throw error
      }
    }
  }

  /** Forgets what was searched longest ago until the rest fits. */
  #makeRoom(searched: string, part: Part): void {
    if (this.#parts.get(searched) !== part) return
    this.#sizeBytes += part.measure()
    for (const name of this.#parts.keys()) {
      if (this.#sizeBytes <= this.#bytesMax) return
      this.#forget(name)
    }
  }

  #forget(name: string): void {
    const part = this.#parts.get(name)
    if (part === undefined) return
    this.#sizeBytes -= part.measuredBytes
    part.forget()
    this.#parts.delete(name)
  }
}

/** One part of an index in memory. */
class Part {
  #rows: PartRows | undefined
  #isForgotten = false
  #last: Promise<unknown> = Promise.resolve()

  /** About what it took of memory when it was last measured. */
  measuredBytes = 0

  /** Undefined: not read yet, too large to be kept, or forgotten. */
  get rows(): PartRows | undefined {
    return this.#rows
  }

  set rows(rows: PartRows | undefined) {
    if (!this.#isForgotten) this.#rows = rows
  }

  /** From here on it has no rows: searches that still wait for it read it anew. */
  forget(): void {
    this.#rows = undefined
    this.#isForgotten = true
  }

  /** How much it has grown since it was last measured. */
  measure(): number {
    const before = this.measuredBytes
    this.measuredBytes = vectorPartOverheadBytes + (this.#rows?.rows.sizeBytes ?? 0)
    return this.measuredBytes - before
  }

  /** One search at a time, so that rows do not change under it. They all want the same processor anyway. */
  exclusively<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act)
    this.#last = done.catch(ignore)
    return done
  }
}

/** One search of one part, in one view. */
class Pass {
  readonly #view: View
  readonly #search: VectorSearch
  readonly #place: PartPlace
  readonly #part: Part
  readonly #bytesMax: number
  readonly #rank: Rank
  readonly #nearest: Nearest
  readonly #filters: readonly TagFilter[]
  readonly #pace: Pace

  constructor(
    view: View,
    search: VectorSearch,
    { place, part, bytesMax }: { readonly place: PartPlace; readonly part: Part; readonly bytesMax: number },
  ) {
    this.#view = view
    this.#search = search
    this.#place = place
    this.#part = part
    this.#bytesMax = bytesMax
    this.#rank = rankBy(search.index.distance, search.sought)
    this.#nearest = new Nearest(search.countMax)
    this.#pace = search.pace ?? new Pace()
    this.#filters = search.filters.map(({ name, value }) => ({
      at: place.filterAttributes.findIndex((attribute) => attribute.name === name),
      tag: contentOf(value) ?? '',
    }))
  }

  async run(): Promise<readonly VectorMatch[]> {
    this.#search.checkIndex?.()
    const known = await this.#upToDate()
    await this.#rankAll(known.rows)
    await this.#readRest(known)
    return await this.#matches()
  }

  /** The rows that are in memory, as the view has them, or none yet. */
  async #upToDate(): Promise<PartRows> {
    const [log] = await readVectorLogs(this.#view, [this.#place.log])
    assert(log !== undefined, 'every log is in some state')
    const known = this.#part.rows
    if (known !== undefined && (await known.bringUpTo(this.#view, log))) return known
    const anew = new PartRows(this.#place, log.lastNumber)
    this.#part.rows = anew
    return anew
  }

  /** Ranks the entries as they come from the store, and keeps them as rows unless they become too many. */
  async #readRest(known: PartRows): Promise<void> {
    let reading = known
    let isKept = true
    while (!reading.isWhole) {
      const before = reading.rows.count
      await reading.readOn(this.#view)
      this.#rankSome(reading.rows, before, reading.rows.count)
      if (reading.isWhole) return
      if (isKept && reading.rows.sizeBytes > this.#bytesMax) {
        isKept = false
        this.#part.rows = undefined
      }
      if (!isKept) reading = reading.emptied()
      await this.#pace.pause()
    }
  }

  async #rankAll(rows: VectorRows): Promise<void> {
    const sliceRows = Math.ceil(vectorSliceMultiplications / this.#search.index.dimensions)
    for (let from = 0; from < rows.count; from += sliceRows) {
      if (from > 0) await this.#pace.pause()
      this.#rankSome(rows, from, Math.min(rows.count, from + sliceRows))
    }
  }

  #rankSome(rows: VectorRows, from: number, to: number): void {
    rows.rank(from, to, { rank: this.#rank, filters: this.#filters, nearest: this.#nearest })
  }

  async #matches(): Promise<readonly VectorMatch[]> {
    const { index } = this.#search
    const { best } = this.#nearest
    const values = await this.#view.get(best.map(({ key }) => this.#place.keyOf(key)))
    return best.map(({ rank }, at) => {
      const stored = values[at]
      assert(stored !== undefined, 'a row stands for an entry of the view')
      const item = storedVectorItem(stored, index.dimensions)
      const sizeBytes = item.sizeBytes + vectorSizeBytes(index)
      return { score: scoreOf(index.distance, rank), item, vector: storedVector(stored, index.dimensions), sizeBytes }
    })
  }
}

function ignore(): undefined {
  return undefined
}
