/** Sets as they were sent to canonical sets: not empty, without duplicates, sorted. Message texts: errors.md §4.3. */
import { invalidRequest } from '../api/errors.ts'
import type { Wording } from '../api/wording.ts'
import { compareNumbers, parseNumber } from './number.ts'
import { compareBinaries, compareStrings } from './order.ts'

/** In the order of their UTF-8 bytes. */
export function checkStringSet(raw: readonly string[], wording: Wording): readonly string[] {
  if (raw.length === 0) throw invalidRequest('One or more parameter values were invalid: An string set  may not be empty')
  const members = raw.map((member) => member.toWellFormed())
  const sorted = sortedSet(members, compareStrings)
  if (sorted !== undefined) return sorted
  if (wording === 'older') {
    throw invalidRequest(`One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`)
  }
  const listed = upToRepeat(members, compareStrings).map((member) => JSON.stringify(member))
  throw invalidRequest(`One or more parameter values were invalid: Input collection [${listed.join(', ')}] contains duplicates.`)
}

/** Canonical numbers in numeric order. */
export function checkNumberSet(raw: readonly string[], wording: Wording): readonly string[] {
  if (raw.length === 0) throw invalidRequest('One or more parameter values were invalid: An number set  may not be empty')
  const sorted = sortedSet(
    raw.map((member) => parseNumber(member, wording)),
    compareNumbers,
  )
  if (sorted !== undefined) return sorted
  if (wording === 'older') throw invalidRequest('Input collection contains duplicates')
  throw invalidRequest('One or more parameter values were invalid: Input collection contains duplicates.')
}

/** Canonical base64 in the order of the bytes it stands for. */
export function checkBinarySet(raw: readonly string[], wording: Wording): readonly string[] {
  if (raw.length === 0) throw invalidRequest('One or more parameter values were invalid: Binary sets should not be empty')
  const sorted = sortedSet(raw.slice(), compareBinaries)
  if (sorted !== undefined) return sorted
  if (wording === 'older') {
    throw invalidRequest(`One or more parameter values were invalid: Input collection [${raw.join(', ')}]of type BS contains duplicates.`)
  }
  const listed = upToRepeat(raw, compareBinaries).map((member) => `"${member}"`)
  throw invalidRequest(`One or more parameter values were invalid: Input collection [${listed.join(',')}]of type BS contains duplicates.`)
}

type Compare = (a: string, b: string) => number

/** The members in order, or undefined when one occurs twice. */
function sortedSet(members: readonly string[], compare: Compare): readonly string[] | undefined {
  if (isAscending(members, compare)) return members
  const sorted = members.toSorted(compare)
  return isAscending(sorted, compare) ? sorted : undefined
}

function isAscending(members: readonly string[], compare: Compare): boolean {
  return members.every((member, index) => {
    const before = members[index - 1]
    return before === undefined || compare(before, member) < 0
  })
}

/** The members before the first repeated one in order, then the repeat and the rest as they were sent. */
function upToRepeat(members: readonly string[], compare: Compare): readonly string[] {
  const seen = new Set<string>()
  for (const member of members) {
    if (seen.has(member)) break
    seen.add(member)
  }
  return [...members.slice(0, seen.size).sort(compare), ...members.slice(seen.size)]
}
