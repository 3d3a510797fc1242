/**
 * An item as it lies in the store: a header, a line break, and its canonical JSON text, which is copied into answers as it is.
 *
 *   header = <size in bytes> [" " <version> " " <written, µs> " " <region> [" " <epoch> [" " <ordered, µs>]]]        numbers in decimal
 *
 * The size (data-model.md §5) stands in front so that capacity and pages need no parsing. What follows it says which write made the
 * item what it is: for history, replication, and for whoever must not apply a change twice. Items of format 1 have the size alone;
 * their next write adds the rest. The epoch (schema/history.ts) stands where the table kept its past when the item was written, and a
 * hyphen in its place where it did not. The last number stands where replicas order the write by another time (replicas/write-order.ts).
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { equalValues } from '../../values/equality.ts'
import { itemText, parseItem } from '../../values/item-text.ts'
import type { ScannedItem } from '../../values/scanned-item.ts'
import { itemSizeBytes } from '../../values/size.ts'

/** Which write made an item what it is. */
export interface WriteStamp {
  /** How often the item was written since it was last created; 0: not known. */
  readonly version: number
  /** Microseconds since the epoch, by the clock of the engine. */
  readonly writtenUs: number
  /** Where. */
  readonly region: string
  readonly epoch?: number
  /** By which replicas order the write, in microseconds since the epoch, where that is another time. */
  readonly orderedUs?: number
}

/** An item with its text and its size. The attributes are parsed when they are first asked for. */
export class StoredItem {
  readonly text: string
  readonly sizeBytes: number
  #attributes: Item | undefined
  /** What it was made from, if it was taken as it was sent. */
  readonly #scanned: ScannedItem | undefined
  /** As it stands in the header, without the size. */
  readonly #stampText: string

  private constructor({ text, sizeBytes, attributes, scanned, stampText = '' }: Parts) {
    this.text = text
    this.sizeBytes = sizeBytes
    this.#attributes = attributes
    this.#scanned = scanned
    this.#stampText = stampText
  }

  /** From checked attributes. */
  static of(attributes: Item): StoredItem {
    return new StoredItem({ text: itemText(attributes), sizeBytes: itemSizeBytes(attributes), attributes })
  }

  static ofScanned(scanned: ScannedItem): StoredItem {
    return new StoredItem({ text: scanned.text, sizeBytes: scanned.sizeBytes, scanned })
  }

  static decode(value: StoredValue): StoredItem {
    assert(typeof value === 'string', 'an item is stored as text')
    let sizeBytes = 0
    let at = 0
    for (let digit = value.charCodeAt(0) - zero; digit >= 0 && digit <= 9; digit = value.charCodeAt(at) - zero) {
      sizeBytes = sizeBytes * 10 + digit
      at += 1
    }
    const end = value.indexOf('\n', at)
    return new StoredItem({ text: value.slice(end + 1), sizeBytes, stampText: at === end ? '' : value.slice(at, end) })
  }

  encode(): string {
    return `${this.sizeBytes}${this.#stampText}\n${this.text}`
  }

  /** The same item, made by this write. */
  stamped({ version, writtenUs, region, epoch, orderedUs }: WriteStamp): StoredItem {
    const stampText = ` ${version} ${writtenUs} ${region}`
    if (orderedUs !== undefined && orderedUs !== writtenUs) return this.#withStamp(`${stampText} ${epoch ?? noEpoch} ${orderedUs}`)
    return this.#withStamp(epoch === undefined ? stampText : `${stampText} ${epoch}`)
  }

  /** The same item, made by the write that made the other: what an index holds of it. */
  stampedLike(other: StoredItem): StoredItem {
    return this.#withStamp(other.#stampText)
  }

  /** Which write made it what it is; undefined for one that was written in format 1, or is not stored yet. */
  get stamp(): WriteStamp | undefined {
    if (this.#stampText === '') return undefined
    const [, version = '', writtenUs = '', region = '', epoch, orderedUs] = this.#stampText.split(' ')
    return {
      version: Number(version),
      writtenUs: Number(writtenUs),
      region,
      ...(epoch !== undefined && epoch !== noEpoch && { epoch: Number(epoch) }),
      ...(orderedUs !== undefined && { orderedUs: Number(orderedUs) }),
    }
  }

  /** Which write of the item it is, counted since it was created. Without the objects that `stamp` makes. */
  get version(): number {
    return this.#stampText === '' ? 0 : Number.parseInt(this.#stampText.slice(1), 10)
  }

  /** Whether both have the same attributes with the same values, in whatever order they are written. */
  equals(other: StoredItem): boolean {
    if (this.text === other.text) return true
    return this.sizeBytes === other.sizeBytes && equalValues({ M: this.attributes }, { M: other.attributes })
  }

  get attributes(): Item {
    this.#attributes ??= this.#scanned?.attributes ?? parseItem(this.text)
    return this.#attributes
  }

  /** Those of the attributes that have these names, and perhaps others: of an item that nobody has parsed no more than these are. */
  having(names: readonly string[]): Item {
    return this.#attributes ?? this.#scanned?.having(names) ?? this.attributes
  }

  #withStamp(stampText: string): StoredItem {
    return new StoredItem({ text: this.text, sizeBytes: this.sizeBytes, attributes: this.#attributes, scanned: this.#scanned, stampText })
  }
}

interface Parts {
  readonly text: string
  readonly sizeBytes: number
  readonly attributes?: Item | undefined
  readonly scanned?: ScannedItem | undefined
  readonly stampText?: string
}

const zero = 0x30
const noEpoch = '-'
