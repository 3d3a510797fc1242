/** Pages of what List… operations list. A marker names the last thing that was told, so that a list which changes leaves out and repeats nothing that stayed. */
import { invalidParameter } from '../contract/errors.ts'

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: { readonly NextMarker?: string }
}

/** `nameOf` gives each item a text of its own; `all` are in ascending order of these texts. Throws for a marker that is none of ours [I]. */
export function pageOf<Item>(
  all: readonly Item[],
  { MaxItems, Marker }: { readonly MaxItems?: number; readonly Marker?: string },
  itemsMax: number,
  nameOf: (item: Item) => string,
): Page<Item> {
  const after = Marker === undefined ? undefined : nameIn(Marker)
  const rest = after === undefined ? all : all.filter((item) => nameOf(item) > after)
  const items = rest.slice(0, Math.min(MaxItems ?? itemsMax, itemsMax))
  const last = items.at(-1)
  return { items, next: rest.length > items.length && last !== undefined ? { NextMarker: markerOf(nameOf(last)) } : {} }
}

const markerStart = 'after '

function markerOf(name: string): string {
  return Buffer.from(`${markerStart}${name}`, 'utf8').toString('base64')
}

function nameIn(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString('utf8')
  if (!text.startsWith(markerStart) || markerOf(text.slice(markerStart.length)) !== marker)
    throw invalidParameter('The marker is not valid.')
  return text.slice(markerStart.length)
}
