/** What a heat map says, in a sentence. */
import type { HotKey, HotKeys, SpaceHeat } from '../../../src/server/control/traffic-routes.ts'
import { partitionReadUnitsMax, partitionWriteUnitsMax } from '../../limits.ts'
import { wholeKeyText } from '../../values/attribute-value.ts'
import { count, percent } from '../../values/shown-numbers.ts'

/** From this part of all on one key is what there is to say. */
const hotShare = 0.3

export function diagnosis(heat: SpaceHeat, keys: HotKeys | undefined): string {
  const [reads, writes, refused] = [total(heat.reads), total(heat.writes), total(heat.refused)]
  if (reads + writes + refused === 0) return 'Nothing was read or written in this time.'
  const all = `${count(reads)} read units, ${count(writes)} write units${refused > 0 ? `, ${count(refused)} refused` : ''}.`
  const written = hotOf(keys?.writes.keys)
  const read = hotOf(keys?.reads.keys)
  const words = [
    written && wordsOn(written, 'writes', partitionWriteUnitsMax),
    read && wordsOn(read, 'reads', partitionReadUnitsMax),
  ].filter(Boolean)
  if (words.length > 0) return `${all} ${words.join(' ')}`
  if (refused > 0)
    return `${all} No key stands out: it is the table (or the partition) as a whole that has too little. See Throttles for the reason.`
  return `${all} It is spread well: no key has more than its part.`
}

function hotOf(keys: readonly HotKey[] | undefined): HotKey | undefined {
  const [first] = [...(keys ?? [])].sort((one, other) => other.share - one.share)
  return first !== undefined && first.share >= hotShare ? first : undefined
}

function wordsOn(hot: HotKey, what: 'reads' | 'writes', limit: number): string {
  const name = hot.key === undefined ? 'One key' : wholeKeyText(hot.key)
  const share = hot.unitsPerSecond / limit
  const cure = what === 'writes' ? 'spread it over several keys (write sharding)' : 'cache it, or read it eventually consistent'
  const danger =
    share >= 0.5 ? ` That is ${percent(share)} of what one partition serves, and more capacity does not change that: ${cure}.` : ''
  return `${name} has ${percent(hot.share)} of the ${what}, ${count(hot.unitsPerSecond)} units a second.${danger}`
}

function total(columns: readonly (readonly number[])[]): number {
  return columns.reduce((sum, column) => sum + column.reduce((inner, value) => inner + value, 0), 0)
}
