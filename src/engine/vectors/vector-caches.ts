/**
 * Searching vector indexes, exactly: every vector of the part that a search is about is looked at (docs/decisions/0008). Parts
 * that were searched stay in memory as rows of floats, as far as there is room, and are brought up to date when they are searched
 * again. What a search sees is one view of the store: the rows are made from it or brought up to it, so nothing is found that is
 * not durable, and nothing is missed that was acknowledged before.
 */
import { setImmediate } from 'node:timers/promises'
import { vectorCacheBytesMax } from '../../api/limits.ts'
import type { KeyBytes, Snapshot, Store, StoredValue } from '../../storage/store.ts'
import { type AttributeValue, attributeOf } from '../../values/attribute-value.ts'
import { collectionRange, type DataSpace, dataKey, keyAfter, spaceRange } from '../keyspace/keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import type { Table, VectorIndex } from '../schema/table.ts'
import { type Rank, rankBy, scoreOf } from './distance.ts'
import { Nearest } from './nearest.ts'
import {
  filterAttributes,
  storedVector,
  storedVectorItem,
  vectorBytes,
  vectorPart,
  vectorSizeBytes,
  vectorSpace,
} from './vector-entries.ts'
import { type Row, type Tag, type TagFilter, VectorRows } from './vector-rows.ts'

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
}

export interface VectorMatch {
  readonly score: number
  /** The projected attributes without the vector. */
  readonly item: StoredItem
  readonly vector: Float32Array
  /** Of the entry. */
  readonly sizeBytes: number
}

/** Multiplications done without a break: about two milliseconds of them. */
const sliceMultiplications = 1 << 21
const chunkBudget = { entries: 500, bytes: 1 << 20 }
/** With more changes waiting than this, and than it has rows, a part is read anew. */
const waitingChangesMax = 10_000
/** What a part costs beside its rows. */
const partOverheadBytes = 1024

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

  /** A turn changes this entry. The turn may still fail: the entry is looked at again before the next search. */
  changed(part: KeyBytes, entry: KeyBytes): void {
    if (this.#parts.size > 0) this.#parts.get(latin1(part))?.changed(latin1(entry.subarray(part.length)))
  }

  /** Forgets an index whose id may be used again. */
  drop(space: DataSpace): void {
    const prefix = latin1(spaceRange(space).start)
    for (const name of this.#parts.keys()) if (name.startsWith(prefix)) this.#forget(name)
  }

  /** The best matches, best first; equal scores in the order of the entries' keys. */
  async search(store: Store, search: VectorSearch): Promise<readonly VectorMatch[]> {
    const name = latin1(vectorPart(vectorSpace(search.table, search.index), search.partitionKey))
    const part = this.#parts.get(name) ?? new Part()
    // Before anything is read: from here on changes are noted.
    this.#parts.delete(name)
    this.#parts.set(name, part)
    return await part.exclusively(async () => {
      try {
        return await new Pass(store, search, part, this.#bytesMax).run()
      } catch (error) {
        // The changes it took note of may be lost.
        part.rows = undefined
        throw error
      } finally {
        this.#makeRoom(name, part)
      }
    })
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
    part.isForgotten = true
    this.#parts.delete(name)
  }
}

/** One part of an index in memory. */
class Part {
  /** Undefined: not read yet, or too large to be kept. */
  rows: VectorRows | undefined
  /** Keys of entries that turns changed since the rows were brought up to date. */
  #waiting = new Set<string>()
  #isOverrun = false
  /** No changes are noted any more: searches that still wait for it read it anew. */
  isForgotten = false
  #last: Promise<unknown> = Promise.resolve()

  /** About what it took of memory when it was last measured. */
  measuredBytes = 0

  /** How much it has grown since it was last measured. */
  measure(): number {
    const before = this.measuredBytes
    this.measuredBytes = partOverheadBytes + (this.rows?.sizeBytes ?? 0)
    return this.measuredBytes - before
  }

  get isUpToDate(): boolean {
    return this.rows !== undefined && this.#waiting.size === 0 && !this.#isOverrun && !this.isForgotten
  }

  changed(key: string): void {
    if (this.#isOverrun) return
    this.#waiting.add(key)
    if (this.#waiting.size > Math.max(waitingChangesMax, this.rows?.count ?? 0)) {
      this.#isOverrun = true
      this.#waiting = new Set()
    }
  }

  /** What was noted so far. Too much of it, and the rows go instead. */
  takeChanges(): ReadonlySet<string> {
    if (this.#isOverrun || this.isForgotten) this.rows = undefined
    this.#isOverrun = false
    const taken = this.#waiting
    this.#waiting = new Set()
    return taken
  }

  /** One search at a time, so that rows do not change under it. They all want the same processor anyway. */
  exclusively<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#last.then(act)
    this.#last = done.catch(ignore)
    return done
  }
}

/** One search of one part. */
class Pass {
  readonly #store: Store
  readonly #search: VectorSearch
  readonly #part: Part
  readonly #bytesMax: number
  readonly #space: DataSpace
  readonly #rank: Rank
  readonly #nearest: Nearest
  readonly #filters: readonly TagFilter[]
  readonly #tagAttributes: ReturnType<typeof filterAttributes>

  constructor(store: Store, search: VectorSearch, part: Part, bytesMax: number) {
    const { table, index, sought, countMax } = search
    this.#store = store
    this.#search = search
    this.#part = part
    this.#bytesMax = bytesMax
    this.#space = vectorSpace(table, index)
    this.#rank = rankBy(index.distance, sought)
    this.#nearest = new Nearest(countMax)
    this.#tagAttributes = filterAttributes(index)
    this.#filters = search.filters.map(({ name, value }) => ({
      at: this.#tagAttributes.findIndex((attribute) => attribute.name === name),
      tag: contentOf(value) ?? '',
    }))
  }

  async run(): Promise<readonly VectorMatch[]> {
    if (!this.#part.isUpToDate) {
      const changes = this.#part.takeChanges()
      await this.#everythingDecidedIsDurable()
      using snapshot = this.#store.snapshot()
      if (this.#part.rows === undefined) await this.#readAll(snapshot)
      else {
        await this.#bringUpToDate(this.#part.rows, changes, snapshot)
        await this.#rankAll(this.#part.rows)
      }
      return await this.#matches(snapshot)
    }
    using snapshot = this.#store.snapshot()
    if (this.#part.rows !== undefined) await this.#rankAll(this.#part.rows)
    return await this.#matches(snapshot)
  }

  /**
   * Whatever turns decided so far is in the next snapshot, or never will be: a turn that changes nothing is done when all that it
   * saw is durable. When the store refuses it, the turns before it are undone.
   */
  async #everythingDecidedIsDurable(): Promise<void> {
    await this.#store.write([], ignore).catch(ignore)
  }

  async #bringUpToDate(rows: VectorRows, changes: ReadonlySet<string>, snapshot: Snapshot): Promise<void> {
    let done = 0
    for (const key of changes) {
      const stored = await snapshot.get(this.#keyOf(key))
      if (stored === undefined) rows.delete(key)
      else rows.put(this.#row(key, stored))
      done += 1
      if (done % chunkBudget.entries === 0) await setImmediate()
    }
  }

  async #rankAll(rows: VectorRows): Promise<void> {
    const sliceRows = Math.ceil(sliceMultiplications / this.#search.index.dimensions)
    for (let from = 0; from < rows.count; from += sliceRows) {
      if (from > 0) await setImmediate()
      this.#rankSome(rows, from, Math.min(rows.count, from + sliceRows))
    }
  }

  #rankSome(rows: VectorRows, from: number, to: number): void {
    rows.rank(from, to, { rank: this.#rank, filters: this.#filters, nearest: this.#nearest })
  }

  /** Ranks the entries as they come from the store, and keeps them as rows unless they become too many. */
  async #readAll(snapshot: Snapshot): Promise<void> {
    const { index, partitionKey } = this.#search
    const partBytes = vectorPart(this.#space, partitionKey).length
    let range = collectionRange(this.#space, partitionKey)
    let rows = new VectorRows(index.dimensions)
    let isWhole = true
    for (;;) {
      const { entries, exhausted } = await snapshot.scan(range, chunkBudget)
      const before = rows.count
      for (const { key, value } of entries) rows.put(this.#row(latin1(key.subarray(partBytes)), value))
      this.#rankSome(rows, before, rows.count)
      const last = entries.at(-1)
      if (exhausted || last === undefined) break
      if (rows.sizeBytes > this.#bytesMax) {
        isWhole = false
        rows = new VectorRows(index.dimensions)
      }
      range = { ...range, start: keyAfter(last.key) }
      await setImmediate()
    }
    this.#part.rows = isWhole ? rows : undefined
  }

  async #matches(snapshot: Snapshot): Promise<readonly VectorMatch[]> {
    const { index } = this.#search
    const matches: VectorMatch[] = []
    for (const { rank, key } of this.#nearest.best) {
      const stored = await snapshot.get(this.#keyOf(key))
      // Only the sweep of a deleted index or table takes entries away without a word.
      if (stored === undefined) continue
      const item = storedVectorItem(stored, index.dimensions)
      const sizeBytes = item.sizeBytes + vectorSizeBytes(index)
      matches.push({ score: scoreOf(index.distance, rank), item, vector: storedVector(stored, index.dimensions), sizeBytes })
    }
    return matches
  }

  #keyOf(key: string): KeyBytes {
    return dataKey(this.#space, this.#search.partitionKey, Buffer.from(key, 'latin1'))
  }

  #row(key: string, stored: StoredValue): Row {
    const { dimensions } = this.#search.index
    const vector = vectorBytes(stored, dimensions)
    if (this.#tagAttributes.length === 0) return { key, vector, tags: noTags }
    const { attributes } = storedVectorItem(stored, dimensions)
    return { key, vector, tags: this.#tagAttributes.map(({ name, type }) => tagOf(attributeOf(attributes, name), type)) }
  }
}

const noTags: readonly Tag[] = []

function tagOf(value: AttributeValue | undefined, type: string): Tag {
  return value !== undefined && type in value ? contentOf(value) : undefined
}

/** What a scalar holds; canonical, so equal values have equal contents. */
function contentOf(value: AttributeValue): Tag {
  if ('S' in value) return value.S
  if ('N' in value) return value.N
  return 'B' in value ? value.B : undefined
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

function ignore(): undefined {
  return undefined
}
