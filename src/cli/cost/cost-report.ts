/** What `stator cost` prints: what was used and what it costs, access patterns, the ways of paying side by side, assumptions. */

import { printable } from '../../base/printable.ts'
import type { CostEstimate } from '../../server/control/cost-routes.ts'
import { reportedPatternsMax, reportLineWidthMax } from '../limits.ts'
import { dollars, gigabytes, quantity, textTable } from './columns.ts'

type TableCost = CostEstimate['tables'][number]
type LineCost = TableCost['lines'][number]
type Modes = TableCost['modes']['STANDARD']

const classNames = { STANDARD: 'Standard', STANDARD_INFREQUENT_ACCESS: 'Standard-IA' } as const
const modeNames = { onDemand: 'on-demand', autoScaled: 'auto scaling', fixed: 'fixed' } as const
const billingNames = { PAY_PER_REQUEST: 'on-demand', PROVISIONED: 'provisioned' } as const

export function costReport(estimate: CostEstimate): string {
  const { tables, patterns, assumptions, window, prices } = estimate
  if (tables.length === 0) return 'There are no tables, so there is nothing to pay.\n'
  const sections = [
    `Dollars a month at prices of ${prices.region}, from what was used ${minuteText(window.from)} to ${minuteText(window.to)} UTC\n`,
    linesSection(tables),
    ...(patterns.length === 0 ? [] : [patternsSection(estimate)]),
    comparisonSection(estimate),
    `Assumptions\n${assumptions.map((sentence) => wrapped(sentence)).join('')}`,
  ]
  return sections.join('\n')
}

function linesSection(tables: readonly TableCost[]): string {
  const head = [
    'Table, index, stream',
    'read units',
    'write units',
    'GB',
    'storage',
    'on-demand',
    'auto scaling',
    'refused',
    'fixed',
    'fixed at',
  ]
  const rows = tables.flatMap((table) => [
    ...table.lines.map((line) => lineRow(table, line)),
    ...(table.streamReads === 0
      ? []
      : [['  stream, GetRecords', quantity(table.streamReads), '', '', '', ...thrice(dollars(table.streams))]]),
  ])
  return textTable(head, rows)
}

/** A stream costs the same in each mode. */
function thrice(amount: string): readonly string[] {
  return [amount, amount, '', amount, '']
}

function lineRow({ billingMode, tableClass }: TableCost, { kind, name, storageGb, storage, throughput }: LineCost): readonly string[] {
  const label = kind === 'table' ? `${name} (${billingNames[billingMode]}, ${classNames[tableClass]})` : `  ${kind} index ${name}`
  const stored = [gigabytes(storageGb), dollars(storage)]
  if (throughput === undefined) return [label, '', '', ...stored, '', '', '', '', '']
  const { readUnits, writeUnits, onDemand, autoScaled, refusedMinutes, fixed, peak } = throughput
  const refused = refusedMinutes === 0 ? '' : `${refusedMinutes} min`
  return [
    label,
    quantity(readUnits),
    quantity(writeUnits),
    ...stored,
    dollars(onDemand),
    dollars(autoScaled),
    refused,
    dollars(fixed),
    `${peak.readUnits} / ${peak.writeUnits}`,
  ]
}

function patternsSection({ patterns }: CostEstimate): string {
  const shown = patterns.slice(0, reportedPatternsMax)
  const rest = patterns.length - shown.length
  const lines = shown.map(({ dollars: amount, share, operation, table, index, text }) => {
    const target = index === undefined ? table : `${table}.${index}`
    return `  ${dollars(amount).padStart(9)}  ${percent(share).padStart(5)}  ${operation} ${target}${text === '' ? '' : `  ${printable(text)}`}\n`
  })
  return `Access patterns, on demand, the dearest first\n${lines.join('')}${rest === 0 ? '' : `  and ${rest} more: see --json\n`}`
}

function comparisonSection({ tables, account }: CostEstimate): string {
  const head = [
    'Ways to pay',
    'as it is',
    ...Object.values(classNames).flatMap((name) => Object.values(modeNames).map((mode) => `${mode}${name === 'Standard' ? '' : ' IA'}`)),
    'cheapest',
  ]
  const row = (label: string, asSet: number, modes: TableCost['modes'], { mode, tableClass }: TableCost['cheapest']): readonly string[] => [
    label,
    dollars(asSet),
    ...modeAmounts(modes.STANDARD),
    ...modeAmounts(modes.STANDARD_INFREQUENT_ACCESS),
    `${modeNames[mode]}, ${classNames[tableClass]}`,
  ]
  const rows = tables.map(({ name, asSet, modes, cheapest }) => row(name, asSet, modes, cheapest))
  return textTable(head, [...rows, row('all, less what is free', account.asSet, account.modes, account.cheapest)])
}

function modeAmounts({ onDemand, autoScaled, fixed }: Modes): readonly string[] {
  return [onDemand, autoScaled, fixed].map(dollars)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`
}

function minuteText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

/** An item of a list in lines of a width that can be read. */
function wrapped(sentence: string): string {
  const lines: string[] = []
  let line = '  -'
  for (const word of sentence.split(' ')) {
    if (line.length + 1 + word.length > reportLineWidthMax) {
      lines.push(line)
      line = '   '
    }
    line += ` ${word}`
  }
  return `${[...lines, line].join('\n')}\n`
}
