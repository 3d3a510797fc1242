/**
 * The last requests, in places that are there once and for all: numbers, references to what lives anyway, and texts side by side in blocks
 * of bytes. A new object for each request would live just long enough to be copied by the collector again and again.
 */
import { Buffer } from 'node:buffer'
import { setOwn } from '../../base/own.ts'
import type { KeySchema, Table } from '../../engine/schema/table.ts'
import type { PatternName } from '../../metering/traffic/access-pattern.ts'
import { keptTextsBytes, longestCharacterBytes, textsPerBlock } from '../limits.ts'
import { type AnsweredRequest, type ItemKey, valueText } from './answered-request.ts'

const separator = '\0'
/** Instead of the length of a text that there is not. */
const absent = -1
class Place {
  atMs = 0
  durationMs = 0
  service = ''
  operation: string | undefined = undefined
  region = ''
  status = 0
  error: AnsweredRequest['error'] = undefined
  caller: string | undefined = undefined
  faults: readonly string[] | undefined = undefined
  isForItems = false
  table: Table | undefined = undefined
  tableName: string | undefined = undefined
  otherTables: readonly Table[] | undefined = undefined
  index: string | undefined = undefined
  pattern: PatternName | undefined = undefined
  readUnits = 0
  writeUnits = 0
  evaluatedItems = 0
  returnedItems: number | undefined = undefined
  /** Of its text in bytes, and of what is in it of a key in characters. */
  textBytes = 0
  hashLength = absent
  rangeLength = absent
}

export class RequestRing {
  readonly #length: number
  readonly #places: Place[] = []
  /** So many places side by side in each, made when the first of them is used: a database in a test answers a few requests. */
  readonly #blocks: Buffer[] = []

  constructor(length: number) {
    this.#length = length
  }

  /** How many are kept. */
  get size(): number {
    return this.#places.length
  }

  /** `number`: one more than the last time. */
  put(number: number, request: AnsweredRequest): void {
    const at = (number - 1) % this.#length
    let place = this.#places[at]
    if (place === undefined) {
      place = new Place()
      this.#places[at] = place
    }
    place.atMs = request.atMs
    place.durationMs = request.durationMs
    place.service = request.service
    place.operation = request.operation
    place.region = request.region
    place.status = request.status
    place.error = request.error
    place.caller = request.caller
    place.faults = request.faults
    const { items } = request
    place.isForItems = items !== undefined
    place.table = items?.table
    place.tableName = items?.tableName
    place.otherTables = items?.otherTables
    place.index = items?.index
    place.pattern = items?.pattern
    place.readUnits = items?.readUnits ?? 0
    place.writeUnits = items?.writeUnits ?? 0
    place.evaluatedItems = items?.evaluatedItems ?? 0
    place.returnedItems = items?.returnedItems
    this.#putTexts(at, place, request)
  }

  /** Undefined when it is not kept, or not yet there. `number`: of the last ones that were put. */
  get(number: number): AnsweredRequest | undefined {
    const at = (number - 1) % this.#length
    const place = this.#places[at]
    if (place === undefined) return undefined
    const { atMs, durationMs, service, operation, region, status, error, caller, faults, isForItems, table, tableName } = place
    const start = startInBlock(at)
    const text = this.#blockOf(at).toString('utf8', start, start + place.textBytes)
    const [requestId = '', sourceAddress = '', accessKeyId = ''] = text.split(separator, 3)
    const head = requestId.length + sourceAddress.length + accessKeyId.length + 3 * separator.length
    const { hashLength, rangeLength, otherTables, index, pattern, readUnits, writeUnits, evaluatedItems, returnedItems } = place
    const range = head + Math.max(0, hashLength)
    const end = range + Math.max(0, rangeLength)
    const userAgent = text.slice(end)
    const key = table === undefined || hashLength === absent ? undefined : keyOf(table.key, text.slice(head, range), text.slice(range, end))
    return {
      ...{ requestId, atMs, durationMs, service, operation, region, status, error, caller, faults },
      accessKeyId: accessKeyId === '' ? undefined : accessKeyId,
      sourceAddress: sourceAddress === '' ? undefined : sourceAddress,
      userAgent: userAgent === '' ? undefined : userAgent,
      items: isForItems
        ? { table, tableName, otherTables, index, pattern, named: key, readUnits, writeUnits, evaluatedItems, returnedItems }
        : undefined,
    }
  }

  #blockOf(at: number): Buffer {
    const number = Math.floor(at / textsPerBlock)
    let block = this.#blocks[number]
    if (block === undefined) {
      block = Buffer.allocUnsafeSlow(textsPerBlock * keptTextsBytes)
      this.#blocks[number] = block
    }
    return block
  }

  #putTexts(at: number, place: Place, request: AnsweredRequest): void {
    const { requestId, sourceAddress = '', accessKeyId = '', userAgent = '', items } = request
    const key = items?.table?.key
    const hash = key && valueText(key.hash[0], items?.named)
    const range = key && valueText(key.range[0], items?.named)
    const isKept = hash !== undefined && (range !== undefined || key?.range.length === 0)
    const head = requestId + separator + sourceAddress + separator + accessKeyId + separator
    const text = isKept ? head + hash + (range ?? '') + userAgent : head + userAgent
    place.textBytes = this.#blockOf(at).write(text, startInBlock(at), keptTextsBytes)
    place.hashLength = isKept ? hash.length : absent
    place.rangeLength = isKept && range !== undefined ? range.length : absent
    if (!isKept || place.textBytes <= keptTextsBytes - longestCharacterBytes) return
    // There is no room for all of it.
    if (userAgent !== '') this.#putTexts(at, place, { ...request, userAgent: undefined })
    else this.#putTexts(at, place, { ...request, items: undefined })
  }
}

function startInBlock(at: number): number {
  return (at % textsPerBlock) * keptTextsBytes
}

function keyOf({ hash, range }: KeySchema, hashText: string, rangeText: string): ItemKey {
  const key: { [name: string]: unknown } = {}
  for (const { name, type } of hash) setOwn(key, name, { [type]: hashText })
  for (const { name, type } of range) setOwn(key, name, { [type]: rangeText })
  return key
}
