/**
 * What one item of the source is in a view: to which row it belongs and what it gives to each measure of that row. What a row shows is a
 * function of the contributions of its items in any order, so that taking one away leaves what was there without it.
 */
import type { AttributeValue, Item } from '../../values/attribute-value.ts'

/** What a row shows of its items. The result is a piece of the row: attributes by their names. */
export type Measure =
  /** How many items have something to count. */
  | { readonly kind: 'count'; readonly name: string }
  /** The sum of those that are numbers. */
  | { readonly kind: 'sum'; readonly name: string }
  /** What the item gives that comes first in the order of what it gives to order by, or last. */
  | { readonly kind: 'first' | 'last' }

/** What an item gives to a measure; undefined: nothing. */
export type Part =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum'; readonly number: string }
  /** `by`: a number, string or binary; left out, items come in the order of their keys. `text`: the piece of the row as item text. */
  | { readonly kind: 'ordered'; readonly by?: AttributeValue; readonly text: string }
  | undefined

export interface Contribution {
  /** The key attributes of the row. */
  readonly key: Item
  /** One for each measure. Of a view whose rows are items: none. */
  readonly parts: readonly Part[]
  /** The row itself, of a view in which every row has one item. */
  readonly row?: Item
}

/** A view as those make it who know its language. Both functions depend on nothing but what they are given, and never throw. */
export interface CompiledView {
  readonly measures: readonly Measure[]
  /** Undefined: the item is not in the view. */
  contributionOf(item: Item): Contribution | undefined
}
