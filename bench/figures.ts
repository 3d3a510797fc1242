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

export function megabytes(bytes: number): string {
  return String(Math.round(bytes / 1024 / 1024))
}

export interface Column {
  readonly title: string
  readonly width: number
}

/** One line of a table; the first column is text, on the left. */
export function printLine(columns: readonly Column[], cells: readonly (string | number)[]): void {
  const padded = columns.map(({ width }, at) => (at === 0 ? String(cells[at]).padEnd(width) : String(cells[at]).padStart(width)))
  console.log(padded.join(' '))
}

export function printTitles(columns: readonly Column[]): void {
  printLine(
    columns,
    columns.map(({ title }) => title),
  )
}
