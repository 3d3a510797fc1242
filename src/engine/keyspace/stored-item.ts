/**
 * An item as it lies in the store: `<size in bytes, decimal>\n<canonical JSON text>`. The size (data-model.md §5) stands in
 * front so that capacity and pages need no parsing, and the text is copied into answers as it is.
 */
import { assert } from '../../base/assert.ts'
import type { StoredValue } from '../../storage/store.ts'
import type { Item } from '../../values/attribute-value.ts'
import { equalValues } from '../../values/equality.ts'
import { itemText, parseItem } from '../../values/item-text.ts'
import { itemSizeBytes } from '../../values/size.ts'

/** An item with its text and its size. The attributes are parsed when they are first asked for. */
export class StoredItem {
  readonly text: string
  readonly sizeBytes: number
  #attributes: Item | undefined

  private constructor(text: string, sizeBytes: number, attributes: Item | undefined) {
    this.text = text
    this.sizeBytes = sizeBytes
    this.#attributes = attributes
  }

  /** From checked attributes. */
  static of(attributes: Item): StoredItem {
    return new StoredItem(itemText(attributes), itemSizeBytes(attributes), attributes)
  }

  static decode(value: StoredValue): StoredItem {
    assert(typeof value === 'string', 'an item is stored as text')
    const end = value.indexOf('\n')
    return new StoredItem(value.slice(end + 1), Number(value.slice(0, end)), undefined)
  }

  encode(): string {
    return `${this.sizeBytes}\n${this.text}`
  }

  /** Whether both have the same attributes with the same values, in whatever order they are written. */
  equals(other: StoredItem): boolean {
    if (this.text === other.text) return true
    return this.sizeBytes === other.sizeBytes && equalValues({ M: this.attributes }, { M: other.attributes })
  }

  get attributes(): Item {
    this.#attributes ??= parseItem(this.text)
    return this.#attributes
  }
}
