/** From conditions on key attributes to the one range of the store that holds what fulfils them. */
import { assert, unreachable } from '../../base/assert.ts'
import { afterPrefix, compareBytes, noBytes } from '../../base/bytes.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { encodeKeyBytes, encodeScalarPrefix } from '../../values/key-bytes.ts'
import { collectionRange, type DataSpace, rangeBeyond } from '../keyspace/keys.ts'

/** A condition on the first sort key attribute that is not bound by equality. */
export interface SortCondition {
  readonly operator: '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'begins_with'
  /** Two for BETWEEN, the lower one first; else one. */
  readonly values: readonly AttributeValue[]
}

/** Equality on every partition key attribute, then on the first sort key attributes, then at most one other condition. */
export interface KeyCondition {
  readonly hashValues: readonly AttributeValue[]
  readonly rangeEquals: readonly AttributeValue[]
  readonly rangeCondition?: SortCondition | undefined
}

/** Ascending; may be empty, when its bounds contradict each other. */
export function keyRange(space: DataSpace, { hashValues, rangeEquals, rangeCondition }: KeyCondition): KeyRange {
  const equal = encodeKeyBytes(noBytes, rangeEquals)
  return collectionRange(space, encodeKeyBytes(noBytes, hashValues), sortBounds(equal, rangeCondition))
}

/** The part of `range` that comes after `key` in its direction; undefined when `key` is not in the range. */
export function rangeAfter(range: KeyRange, key: KeyBytes): KeyRange | undefined {
  const inside = compareBytes(key, range.start) >= 0 && compareBytes(key, range.end) < 0
  return inside ? rangeBeyond(range, key) : undefined
}

interface Bounds {
  readonly from: Uint8Array
  /** Undefined: to the end of the item collection. */
  readonly to: Uint8Array | undefined
}

function sortBounds(equal: Uint8Array, condition: SortCondition | undefined): Bounds {
  const all = startingWith(equal)
  if (condition === undefined) return all
  const { operator } = condition
  const [first, second = first] = condition.values
  assert(first !== undefined && second !== undefined, 'a sort condition has a value')
  const exactly = encodeKeyBytes(equal, [first])
  switch (operator) {
    case '<':
      return { from: equal, to: exactly }
    case '<=':
      return { from: equal, to: afterPrefix(exactly) ?? all.to }
    case '>':
      return { from: afterPrefix(exactly) ?? exactly, to: all.to }
    case '>=':
      return { from: exactly, to: all.to }
    case 'BETWEEN':
      return { from: exactly, to: afterPrefix(encodeKeyBytes(equal, [second])) ?? all.to }
    case 'begins_with':
      return startingWith(Buffer.concat([equal, encodeScalarPrefix(first)]))
    default:
      return unreachable(operator)
  }
}

function startingWith(prefix: Uint8Array): Bounds {
  return { from: prefix, to: prefix.length === 0 ? undefined : afterPrefix(prefix) }
}
