/**
 * CPU time per request as a picture: a panel for each operation, a bar for each server, each panel to a scale of its own. SVG by hand,
 * with colours for light and for dark pages.
 */
import { headlines } from '../load/workload.ts'
import { grouped } from './figures.ts'
import { type BenchRecord, isDisturbed, ofKind, type RowRecord } from './records.ts'

const connections = 64
const panelColumns = 3
const width = 960
const margin = 24
const gap = 28
const labelWidth = 92
const valueWidth = 62
const barHeight = 12
const barStep = 18
const titleHeight = 26
const headHeight = 74
/** A longer bar is cut off, and says so by a gap: otherwise the others would not be seen beside it. */
const longestTimesStator = 8

/** How a bar is drawn: what it keeps matters as much as what it takes. */
type BarKind = 'stator' | 'baseline' | 'durable' | 'unflushed' | 'memory'

const legend: readonly (readonly [BarKind, string])[] = [
  ['stator', 'Stator, durable'],
  ['baseline', 'bare node:http'],
  ['durable', 'durable'],
  ['unflushed', 'on disk, not flushed'],
  ['memory', 'in memory'],
]

interface Bar {
  readonly name: string
  readonly kind: BarKind
  /** Undefined where the operation was refused. */
  readonly micros: number | undefined
}

interface Panel {
  readonly title: string
  readonly bars: readonly Bar[]
  readonly scaleMicros: number
}

/** Of the headlines at 64 connections on the smallest table, of several runs by the one with most servers; undefined when there are none. */
export function cpuChart(records: readonly BenchRecord[]): string | undefined {
  const panels = panelsOf(records)
  if (panels.length === 0) return undefined
  const panelWidth = (width - 2 * margin - (panelColumns - 1) * gap) / panelColumns
  const panelHeight = titleHeight + Math.max(...panels.map(({ bars }) => bars.length)) * barStep + gap
  const height = headHeight + Math.ceil(panels.length / panelColumns) * panelHeight
  const places = panels.map((panel, at) => {
    const x = margin + (at % panelColumns) * (panelWidth + gap)
    const y = headHeight + Math.floor(at / panelColumns) * panelHeight
    return `<g transform="translate(${number(x)} ${number(y)})">${panelText(panel, panelWidth)}</g>`
  })
  const kinds = new Set(panels.flatMap(({ bars }) => bars.map(({ kind }) => kind)))
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${number(height)}" role="img" aria-label="CPU time per request">`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${number(height)}" rx="8"/>`,
    `<text class="head" x="${margin}" y="32">CPU time per request, µs: less is better</text>`,
    ...(isDisturbed(records)
      ? [`<text class="warning" x="${width - margin}" y="32">not to be compared: the machine was not quiet</text>`]
      : []),
    legendText(legend.filter(([kind]) => kinds.has(kind))),
    ...places,
    '</svg>',
  ].join('\n')}\n`
}

function panelsOf(records: readonly BenchRecord[]): readonly Panel[] {
  const rows = ofKind(records, 'row').filter((row) => row.connections === connections && headlines.has(row.operation))
  const least = Math.min(...rows.map(({ items, itemBytes }) => items * itemBytes))
  const kept = new Map(ofKind(records, 'peer').map(({ name, keeps }) => [name, keeps] as const))
  const kindOf = (name: string): BarKind => (name === 'stator' ? 'stator' : (kept.get(name) ?? 'baseline'))
  const shown = new Map<string, RowRecord>()
  for (const row of rows) {
    if (row.items * row.itemBytes === least && serversIn(row) > serversIn(shown.get(row.operation))) shown.set(row.operation, row)
  }
  return [...shown.values()].map((row) => {
    const bars = namesOf(row).map((name) => ({ name, kind: kindOf(name), micros: microsOf(row, name) }))
    const stator = microsOf(row, 'stator') ?? 0
    const longest = Math.max(...bars.map(({ micros = 0 }) => micros))
    return { title: row.operation, bars, scaleMicros: Math.min(longest, stator * longestTimesStator) }
  })
}

function serversIn(row: RowRecord | undefined): number {
  return row === undefined ? 0 : Object.keys(row.servers).length
}

/** Stator first, then what it is held against. */
function namesOf({ servers }: RowRecord): readonly string[] {
  return ['stator', ...Object.keys(servers).filter((name) => name !== 'stator')]
}

function microsOf({ servers }: RowRecord, name: string): number | undefined {
  const outcome = servers[name]
  return outcome === undefined || 'refused' in outcome ? undefined : outcome.cpuMicros
}

function panelText({ title, bars, scaleMicros }: Panel, panelWidth: number): string {
  const barWidth = panelWidth - labelWidth - valueWidth
  const lines = bars.map(({ name, kind, micros }, at) => {
    const y = titleHeight + at * barStep
    const label = `<text class="label" x="${labelWidth - 8}" y="${y + barHeight - 2}">${escaped(name === 'stator' ? 'Stator' : name)}</text>`
    if (micros === undefined) return `${label}<text class="none" x="${labelWidth}" y="${y + barHeight - 2}">error</text>`
    const isCut = micros > scaleMicros
    const length = Math.max(1, (Math.min(micros, scaleMicros) / scaleMicros) * barWidth)
    const cut = isCut ? `<path class="cut" d="M${number(labelWidth + length - 14)} ${y + barHeight + 2}l6 -${barHeight + 4}"/>` : ''
    return [
      label,
      `<rect class="${kind}" x="${labelWidth}" y="${y}" width="${number(length)}" height="${barHeight}" rx="2"/>`,
      cut,
      `<text class="value" x="${number(labelWidth + length + 6)}" y="${y + barHeight - 2}">${grouped(micros)}</text>`,
    ].join('')
  })
  return `<text class="title" x="0" y="12">${escaped(title)}</text>${lines.join('')}`
}

function legendText(entries: readonly (readonly [BarKind, string])[]): string {
  let x = margin
  const parts = entries.map(([kind, text]) => {
    const part = `<rect class="${kind}" x="${x}" y="45" width="12" height="12" rx="2"/><text class="note" x="${x + 18}" y="55">${text}</text>`
    x += 18 + text.length * 6.6 + 20
    return part
  })
  return parts.join('')
}

const style = [
  'text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#3f3f46}',
  '.page{fill:#fff}.head{font-size:16px;font-weight:600;fill:#18181b}.title{font-size:13px;font-weight:600;fill:#18181b}',
  '.warning{text-anchor:end;fill:#b45309}.label{text-anchor:end}.note,.none{fill:#71717a}',
  '.stator{fill:#0d9488}.baseline{fill:#a1a1aa}.durable{fill:#4f6bed}.unflushed{fill:#93a5f5}.memory{fill:#d6d9e6}',
  '.cut{stroke:#fff;stroke-width:3;fill:none}',
  '@media (prefers-color-scheme:dark){text{fill:#d4d4d8}.page{fill:#18181b}.head,.title{fill:#fafafa}.note,.none{fill:#a1a1aa}.warning{fill:#fbbf24}',
  '.stator{fill:#2dd4bf}.baseline{fill:#71717a}.durable{fill:#7c93ff}.unflushed{fill:#5566b8}.memory{fill:#3d4260}.cut{stroke:#18181b}}',
].join('')

function number(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
