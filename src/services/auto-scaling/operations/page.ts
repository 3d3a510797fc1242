/**
 * Pages of what Describe… operations list. A token names the last thing that was told, so that a list which changes between pages
 * leaves out and repeats nothing that stayed.
 */
import { ScalingError } from '../contract/errors.ts'
import { scalingPageMax } from '../contract/limits.ts'

interface PageRequest {
  readonly MaxResults?: number
  readonly NextToken?: string
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: { readonly NextToken?: string }
}

/**
 * The page that is asked for. `markOf` gives each item a text of its own; `items` are in ascending order of these texts. Throws
 * InvalidNextTokenException for a token that is none of ours [I].
 */
export function pageOf<Item>(items: readonly Item[], request: PageRequest, markOf: (item: Item) => string): Page<Item> {
  const { MaxResults = scalingPageMax, NextToken } = request
  const after = NextToken === undefined ? undefined : markIn(NextToken)
  const rest = after === undefined ? items : items.filter((item) => markOf(item) > after)
  const page = rest.slice(0, MaxResults)
  const last = page.at(-1)
  return { items: page, next: rest.length > page.length && last !== undefined ? { NextToken: tokenOf(markOf(last)) } : {} }
}

/** Says that the text in front of it is whole. */
const tokenEnd = '\0page'

function tokenOf(mark: string): string {
  return Buffer.from(`${mark}${tokenEnd}`, 'utf8').toString('base64url')
}

function markIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  const mark = text.slice(0, -tokenEnd.length)
  if (tokenOf(mark) !== token) throw new ScalingError('InvalidNextTokenException', 'The next token supplied was invalid.')
  return mark
}
