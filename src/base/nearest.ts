/** What somebody may have meant who typed something that is not there. */

/** The name that takes the fewest changes, if these are few for its length; a change is a letter more, less, other, or two exchanged. */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let fewest = Math.max(1, Math.floor(typed.length / 3)) + 1
  for (const name of names) {
    if (name === typed) continue
    const count = changesBetween(typed, name)
    if (count < fewest) [best, fewest] = [name, count]
  }
  return best
}

/** Optimal string alignment: the last three rows of the table are all it takes. */
function changesBetween(one: string, other: string): number {
  let before: readonly number[] = []
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1
      const isExchanged = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const exchanged = isExchanged ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + differs, exchanged)
    }
    before = row
    row = next
  }
  return row.at(-1) ?? 0
}
