/**
 * Requests as they are sent: whole HTTP texts made beforehand, in which only the digits of keys and versions are overwritten for each
 * one, so that making load costs next to nothing.
 */
import { permutation, zipfRanks } from '../../src/cli/load/key-distribution.ts'
import { SeededNumbers } from '../../src/cli/load/seeded-numbers.ts'
import { type Request, RequestSigner, requestBuffer } from './request-text.ts'
import { digits, fillerOf, itemsPerCustomer, type NamedRequest, orderMark, productOf, type TableSize, versionMark } from './workload.ts'

/** The skew of YCSB, whose workloads others measure by. */
const zipfExponent = 0.99

export interface RequestSource {
  /** The bytes are good until it is called again. */
  next(): Buffer
}

/** Each source draws other numbers, the same ones in every run. */
let sources = 0

/** One connection's own requests of an operation. */
export function requestsOf(operation: NamedRequest, size: TableSize, isSigned = false): RequestSource {
  sources += 1
  const numbers = new SeededNumbers(sources, 0)
  const drawItem = operation.keys === 'zipf' ? zipfItems(size, numbers) : () => numbers.below(size.items)
  const draws = { drawItem, drawVersion: () => numbers.below(1e9) }
  const source = new RequestBytes(operation, size, draws, isSigned)
  const { mixedWith } = operation
  if (mixedWith === undefined) return source
  const other = new RequestBytes(mixedWith.request, size, draws, isSigned)
  return { next: () => (numbers.fraction() < mixedWith.share ? other : source).next() }
}

/** For every connection the same items are the hot ones, and they lie anywhere. */
function zipfItems({ items }: TableSize, numbers: SeededNumbers): () => number {
  const drawRank = zipfRanks(items, zipfExponent, numbers)
  const place = permutation(items, 0)
  return () => place(drawRank())
}

interface Draws {
  /** The number of an item, from 0. */
  readonly drawItem: () => number
  /** Nine digits. */
  readonly drawVersion: () => number
}

interface NumberedPlace {
  readonly at: number
  readonly number: number
}

/** One request, whose keys (and versions) are overwritten before each use. */
class RequestBytes implements RequestSource {
  readonly #bytes: Buffer
  readonly #size: TableSize
  readonly #draws: Draws
  readonly #signer: RequestSigner | undefined
  readonly #customers: readonly NumberedPlace[]
  readonly #products: readonly NumberedPlace[]
  readonly #orderAt: readonly number[]
  readonly #versionAt: readonly number[]

  constructor(request: Request, size: TableSize, draws: Draws, isSigned: boolean) {
    this.#bytes = requestBuffer(request, { filler: fillerOf(size) })
    const text = this.#bytes.toString('latin1')
    this.#size = size
    this.#draws = draws
    this.#signer = isSigned ? new RequestSigner(this.#bytes) : undefined
    this.#customers = numberedPlaces(text, /-CCCC(\d\d)/g)
    this.#products = numberedPlaces(text, /-PPPP(\d\d)/g)
    this.#orderAt = placesOf(text, /-OO/g)
    this.#versionAt = placesOf(text, /[-.]VVVVVVVVV/g)
  }

  next(): Buffer {
    const bytes = this.#bytes
    const { customers } = this.#size
    const item = this.#draws.drawItem()
    const first = Math.floor(item / itemsPerCustomer)
    const order = item % itemsPerCustomer
    for (const { at, number } of this.#customers) writeDigits(bytes, at, digits, (first + number) % customers)
    for (const { at, number } of this.#products) writeDigits(bytes, at, digits, productOf(first + number, order, customers))
    for (const at of this.#orderAt) writeDigits(bytes, at, orderMark.length, order)
    for (const at of this.#versionAt) writeDigits(bytes, at, versionMark.length, this.#draws.drawVersion())
    this.#signer?.sign()
    return bytes
  }
}

function numberedPlaces(text: string, pattern: RegExp): readonly NumberedPlace[] {
  return [...text.matchAll(pattern)].map(({ index, 1: number }) => ({ at: index + 1, number: Number(number) }))
}

function placesOf(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index + 1)
}

function writeDigits(bytes: Buffer, at: number, length: number, value: number): void {
  for (let place = length - 1, rest = value; place >= 0; place -= 1, rest = Math.floor(rest / 10)) bytes[at + place] = 48 + (rest % 10)
}
