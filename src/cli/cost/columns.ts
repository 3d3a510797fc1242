/** Tables of text for the terminal, and how amounts are written in them. */

/** The first column to the left, all others to the right. The head has a line below it. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
    return `  ${cells.join('  ')}`.trimEnd()
  }
  const rule = widths.map((width) => '-'.repeat(width))
  return `${[head, rule, ...rows].map(line).join('\n')}\n`
}

/** As many digits as matter: $0, <$0.0001, $0.0120, $12.30, $1,235. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0'
  if (amount < 0) return `-${dollars(-amount)}`
  if (amount < 0.0001) return '<$0.0001'
  const digits = amount < 0.9995 ? 4 : amount < 999.995 ? 2 : 0
  return `$${grouped(amount, digits, digits)}`
}

/** Units and requests: without a fraction, except where it is all there is. */
export function quantity(value: number): string {
  return value === 0 || value >= 10 ? grouped(value, 0, 0) : grouped(value, 2, 0)
}

export function gigabytes(value: number): string {
  return value === 0 ? '0' : value < 0.001 ? '<0.001' : grouped(value, 3, 0)
}

function grouped(value: number, digitsMax: number, digitsMin: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digitsMax, minimumFractionDigits: digitsMin })
}
