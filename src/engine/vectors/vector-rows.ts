/**
 * Vectors side by side in memory, the way a search reads them: floats in blocks, and for every row the key of its entry and what
 * can be filtered by. Rows have no order; a row that goes is replaced by the last one.
 */
import { assert } from '../../base/assert.ts'
import { vectorBlockBytes, vectorRowOverheadBytes } from '../limits.ts'
import { type Rank, squareOf } from './distance.ts'
import type { Nearest } from './nearest.ts'

/** The text of a scalar that a filter compares; undefined when there is none of the filter's type. */
export type Tag = string | undefined

/** Rows must have this tag in this place. */
export interface TagFilter {
  readonly at: number
  readonly tag: string
}

export interface Row {
  /** What the key of its entry adds to that of its part, as latin1. */
  readonly key: string
  /** The floats as bytes. */
  readonly vector: Uint8Array
  readonly tags: readonly Tag[]
}

interface Block {
  readonly vectors: Float32Array
  readonly bytes: Uint8Array
  /** Of the length of each vector. */
  readonly squares: Float64Array
}

export class VectorRows {
  readonly #dimensions: number
  readonly #rowsPerBlock: number
  readonly #blocks: Block[] = []
  readonly #keys: string[] = []
  readonly #tags: (readonly Tag[])[] = []
  readonly #rowOf = new Map<string, number>()
  #textBytes = 0

  constructor(dimensions: number) {
    this.#dimensions = dimensions
    this.#rowsPerBlock = Math.max(1, Math.floor(vectorBlockBytes / (dimensions * 4)))
  }

  get count(): number {
    return this.#keys.length
  }

  /** About what it takes of memory. */
  get sizeBytes(): number {
    const ofBlock = this.#rowsPerBlock * (this.#dimensions * 4 + 8)
    return this.#blocks.length * ofBlock + this.#keys.length * vectorRowOverheadBytes + this.#textBytes
  }

  /** Adds a row, or replaces the one with its key. */
  put({ key, vector, tags }: Row): void {
    const row = this.#rowOf.get(key) ?? this.#keys.length
    this.#textBytes += textBytes(key, tags) - (row === this.#keys.length ? 0 : textBytes(key, this.#tags[row] ?? []))
    this.#keys[row] = key
    this.#tags[row] = tags
    this.#rowOf.set(key, row)
    const { block, at } = this.#place(row)
    block.bytes.set(vector, at * this.#dimensions * 4)
    block.squares[at] = squareOf(block.vectors, at * this.#dimensions, this.#dimensions)
  }

  delete(key: string): void {
    const row = this.#rowOf.get(key)
    if (row === undefined) return
    this.#textBytes -= textBytes(key, this.#tags[row] ?? [])
    const last = this.#keys.length - 1
    if (row !== last) this.#move(last, row)
    this.#keys.pop()
    this.#tags.pop()
    this.#rowOf.delete(key)
    this.#blocks.length = Math.ceil(last / this.#rowsPerBlock)
  }

  /** Offers the rows from `from` (inclusive) to `to` (exclusive) that fulfil all filters. */
  rank(from: number, to: number, { rank, filters, nearest }: { rank: Rank; filters: readonly TagFilter[]; nearest: Nearest }): void {
    for (let row = from; row < to; row += 1) {
      if (filters.length > 0 && !this.#fulfils(row, filters)) continue
      const { block, at } = this.#place(row)
      const ranked = rank(block.vectors, at * this.#dimensions, block.squares[at] ?? 0)
      if (ranked <= nearest.worstRank) nearest.offer(ranked, this.#keys[row] ?? '')
    }
  }

  #fulfils(row: number, filters: readonly TagFilter[]): boolean {
    const tags = this.#tags[row]
    for (const { at, tag } of filters) if (tags?.[at] !== tag) return false
    return true
  }

  #move(from: number, to: number): void {
    const source = this.#place(from)
    const target = this.#place(to)
    const start = source.at * this.#dimensions
    target.block.vectors.set(source.block.vectors.subarray(start, start + this.#dimensions), target.at * this.#dimensions)
    target.block.squares[target.at] = source.block.squares[source.at] ?? 0
    const key = this.#keys[from] ?? ''
    this.#keys[to] = key
    this.#tags[to] = this.#tags[from] ?? []
    this.#rowOf.set(key, to)
  }

  #place(row: number): { readonly block: Block; readonly at: number } {
    const number = Math.floor(row / this.#rowsPerBlock)
    if (number === this.#blocks.length) this.#blocks.push(newBlock(this.#rowsPerBlock, this.#dimensions))
    const block = this.#blocks[number]
    assert(block !== undefined, 'rows are added one after the other')
    return { block, at: row - number * this.#rowsPerBlock }
  }
}

function newBlock(rows: number, dimensions: number): Block {
  const vectors = new Float32Array(rows * dimensions)
  return { vectors, bytes: new Uint8Array(vectors.buffer), squares: new Float64Array(rows) }
}

function textBytes(key: string, tags: readonly Tag[]): number {
  return tags.reduce((sum, tag) => sum + (tag?.length ?? 0), key.length)
}
