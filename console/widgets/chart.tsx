/** Lines over time with their scale, drawn by uPlot, which is loaded with the first chart. What is drawn is told in a table, too, for who cannot see it. */
import { useEffect, useRef } from 'preact/hooks'
import { dayAndMinute, minute } from '../values/shown-numbers.ts'

export interface Line {
  readonly label: string
  /** A colour of the page, such as `--read`. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  readonly isDashed?: boolean
}

interface ChartProps {
  readonly title: string
  readonly unit: string
  /** Milliseconds since the Unix epoch. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
}

const height = 190
const daySeconds = 86_400

export function Chart({ title, unit, times, lines }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    let isGone = false
    let remove = (): void => {}
    const draw = async (): Promise<void> => {
      const { default: UPlot } = await import('uplot')
      if (isGone) return
      const plot = new UPlot(
        {
          width: element.clientWidth,
          height,
          legend: { show: false },
          cursor: { drag: { x: true, y: false } },
          scales: { y: { range: (_, least, most) => [Math.min(0, least), most === 0 ? 1 : most * 1.08] } },
          axes: [
            { ...axisOf(element), values: timesAt },
            { ...axisOf(element), size: 64 },
          ],
          series: [{}, ...lines.map((line) => seriesOf(element, line))],
        },
        [times.map((ms) => ms / 1000), ...lines.map(({ values }) => [...values])],
        element,
      )
      const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
      resized.observe(element)
      remove = () => {
        resized.disconnect()
        plot.destroy()
      }
    }
    void draw()
    return () => {
      isGone = true
      remove()
    }
  }, [times, lines])
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong> <span class="soft">{unit}</span>{' '}
        {lines.map(({ label, colour }) => (
          <span key={label} class="legend">
            <span class="legend-mark" style={{ background: `var(${colour})` }} /> {label}: {last(lines, label)}
          </span>
        ))}
      </figcaption>
      <div ref={place} role="img" aria-label={`${title}: ${lines.map(({ label }) => `${label} ${last(lines, label)}`).join(', ')}`} />
    </figure>
  )
}

/** As times are written elsewhere on the page; with the day where they are further apart than that. */
function timesAt(_: unknown, seconds: readonly number[]): string[] {
  const isOfDays = Number(seconds.at(-1)) - Number(seconds[0]) > daySeconds
  return seconds.map((each) => (isOfDays ? dayAndMinute(each * 1000) : minute(each * 1000)))
}

/** The newest that is known. */
function last(lines: readonly Line[], label: string): string {
  const value = lines.find((line) => line.label === label)?.values.findLast((each) => each !== null)
  return value === undefined || value === null ? 'none' : Number(value.toPrecision(3)).toLocaleString('en')
}

function axisOf(element: HTMLElement): { readonly stroke: string; readonly grid: { readonly stroke: string } } {
  return { stroke: colourOf(element, '--soft'), grid: { stroke: colourOf(element, '--line') } }
}

function seriesOf(element: HTMLElement, { label, colour, values, isDashed = false }: Line): object {
  // One value alone makes no line.
  const isAlone = values.filter((value) => value !== null).length === 1
  return {
    label,
    stroke: colourOf(element, colour),
    width: 1.5,
    spanGaps: true,
    points: { size: 5, ...(isAlone && { show: true }) },
    ...(isDashed && { dash: [6, 4] }),
  }
}

/** As it is in the theme that is shown. */
function colourOf(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`
  const { color } = getComputedStyle(element)
  element.style.color = ''
  return color
}
