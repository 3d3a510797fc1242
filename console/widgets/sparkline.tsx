/** A line without scales: how much there was, minute by minute. */

interface SparklineProps {
  readonly values: readonly number[]
  /** What it shows, for those who cannot see it. */
  readonly label: string
}

const width = 96
const height = 22

export function Sparkline({ values, label }: SparklineProps) {
  const most = Math.max(...values, 0)
  if (most === 0) return <span class="soft">idle</span>
  const step = width / Math.max(1, values.length - 1)
  const points = values.map((value, at) => `${(at * step).toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`)
  return (
    <svg class="sparkline" width={width} height={height} role="img" aria-label={label}>
      <title>{label}</title>
      <polyline points={points.join(' ')} />
    </svg>
  )
}
