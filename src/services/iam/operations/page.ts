/**
 * Pages of what List… operations list. A marker names the last thing that was told, so that a list which changes between pages leaves
 * out and repeats nothing that stayed.
 */
import { validationError } from '../contract/errors.ts'
import { pageItemsDefault } from '../contract/limits.ts'

export interface PageRequest {
  readonly Marker?: string
  readonly MaxItems?: number
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: { readonly IsTruncated: boolean; readonly Marker?: string }
}

/** `markOf` gives each item a text of its own; `items` are in ascending order of these texts. */
export function pageOf<Item>(
  items: readonly Item[],
  { Marker, MaxItems = pageItemsDefault }: PageRequest,
  markOf: (item: Item) => string,
): Page<Item> {
  const after = Marker === undefined ? undefined : markIn(Marker)
  const rest = after === undefined ? items : items.filter((item) => markOf(item) > after)
  const page = rest.slice(0, MaxItems)
  const last = page.at(-1)
  const isTruncated = rest.length > page.length && last !== undefined
  return { items: page, next: { IsTruncated: isTruncated, ...(isTruncated && { Marker: markerOf(markOf(last)) }) } }
}

/** Says that the text behind it is whole. */
const markerStart = 'after\0'

function markerOf(mark: string): string {
  return Buffer.from(`${markerStart}${mark}`, 'utf8').toString('base64url')
}

/** [I] The words for a marker that is none of ours. */
function markIn(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString('utf8')
  const mark = text.slice(markerStart.length)
  if (markerOf(mark) !== marker) throw validationError('Invalid Marker.')
  return mark
}
