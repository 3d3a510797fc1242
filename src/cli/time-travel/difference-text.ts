/**
 * What became of an item, for a person:
 *
 *     + id "a"  {"id":{"S":"a"},"n":{"N":"1"}}
 *     - id "b"  {…}
 *     ~ id "c"
 *         price: 1 -> 2
 *         note: nothing -> "new"
 */

import { printable } from '../../base/printable.ts'
import type { ItemDifference } from '../../server/control/time-travel-routes.ts'

const signs = { added: '+', removed: '-', changed: '~' }

export function differenceText(difference: ItemDifference): string {
  const key = Object.entries(difference.key).map(([name, value]) => `${name} ${valueText(value)}`)
  const first = `${signs[difference.change]} ${key.join(' ')}`
  if (difference.change !== 'changed') return `${printable(`${first}  ${JSON.stringify(difference.item)}`)}\n`
  const lines = Object.entries(difference.attributes).map(
    ([name, { before, after }]) => `    ${name}: ${valueText(before)} -> ${valueText(after)}`,
  )
  return [first, ...lines].map((line) => `${printable(line)}\n`).join('')
}

export function summaryText({ added, removed, changed }: { readonly [Change in ItemDifference['change']]: number }): string {
  const [some, gone, other] = [added, removed, changed].map((count) => count.toLocaleString('en-US'))
  return `${some} added, ${gone} removed, ${other} changed.\n`
}

/** Texts and numbers as they are; of all else its JSON. */
function valueText(value: object | undefined): string {
  if (value === undefined) return 'nothing'
  if ('S' in value) return JSON.stringify(value.S)
  return 'N' in value ? String(value.N) : JSON.stringify(value)
}
