/** How large an item is that a call put, also where it is too long to be read for advice. */
import type { Item } from '../values/attribute-value.ts'
import { ScannedItem } from '../values/scanned-item.ts'
import { itemSizeBytes } from '../values/size.ts'
import type { HeardCall } from './heard-call.ts'
import type { TouchedItem } from './touched.ts'

/** In bytes; undefined where nobody knows. */
export function putSizeBytes({ operation, input }: HeardCall, { kind, attributes }: TouchedItem): number | undefined {
  if (kind !== 'put') return undefined
  const { Item: put } = input as { readonly Item?: unknown }
  if (operation === 'PutItem' && put instanceof ScannedItem) return put.sizeBytes
  return attributes === undefined ? undefined : itemSizeBytes(attributes as Item)
}
