/** Numbers of the bench: medians and quantiles, and how all of it is printed. */

export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5)
}

/** The middle, the far end and the worst of latencies, in the order in which they came. */
export function latencyOf(latenciesMs: readonly number[]): { p50Ms: number; p99Ms: number; maxMs: number } {
  const sorted = Float64Array.from(latenciesMs).sort()
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), maxMs: sorted.at(-1) ?? Number.NaN }
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function round(value: number): string {
  return value < 100 ? value.toFixed(1) : String(Math.round(value))
}

/** For people: `12.3`, `432`, `11,300`. */
export function grouped(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US')
}

/** `10 k`, `1 M`. */
export function shortCount(count: number): string {
  if (count >= 1e6) return `${count / 1e6} M`
  return count >= 1e3 ? `${count / 1e3} k` : String(count)
}

/** `430 B`, `4 KB`. */
export function shortBytes(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${Number((bytes / 1024).toFixed(1))} KB`
}

export function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1024 / 1024))
}

export interface Column {
  readonly title: string
  readonly width: number
}

/** One line of a table; the first column is text, on the left, and so is the last when its width is 0. */
export function printLine(columns: readonly Column[], cells: readonly (string | number)[]): void {
  const padded = columns.map(({ width }, at) => (at === 0 ? String(cells[at]).padEnd(width) : String(cells[at]).padStart(width)))
  console.log(padded.join(' ').trimEnd())
}

export function printTitles(columns: readonly Column[]): void {
  printLine(
    columns,
    columns.map(({ title }) => title),
  )
}
