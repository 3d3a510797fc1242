/** The table of the main measurement, a line as soon as it is known. */
import type { Outcome } from '../load/rounds.ts'
import { type Column, megabytes, printLine, printTitles, round } from './figures.ts'
import { rowVerdicts, verdictText } from './goals.ts'
import type { BenchRecord, RowRecord } from './records.ts'

const ownColumns: readonly Column[] = [
  { title: 'operation', width: 19 },
  { title: 'conns', width: 5 },
  { title: 'items', width: 8 },
  { title: 'req/s', width: 7 },
  { title: 'p50 ms', width: 7 },
  { title: 'p99 ms', width: 7 },
  { title: 'RSS MB', width: 6 },
  { title: 'CPU µs', width: 7 },
  { title: 'min–max', width: 13 },
]

export class CompareTable {
  readonly #others: readonly string[]
  readonly #columns: readonly Column[]
  readonly #told = new Set<string>()

  /** Of the other servers the table shows CPU time per request. */
  constructor(servers: readonly string[]) {
    this.#others = servers.filter((name) => name !== 'stator')
    this.#columns = [
      ...ownColumns,
      ...this.#others.map((name) => ({ title: name, width: Math.max(8, name.length) })),
      { title: ' × bare', width: 7 },
      { title: ' goal', width: 0 },
    ]
    printTitles(this.#columns)
  }

  print(row: RowRecord, all: readonly BenchRecord[]): void {
    const { operation, connections, items, servers } = row
    const stator = servers['stator']
    if (stator === undefined || 'refused' in stator) throw new Error('a row without Stator')
    printLine(this.#columns, [
      ...[operation, connections, items, Math.round(stator.requestsPerSecond), stator.p50Ms.toFixed(2), stator.p99Ms.toFixed(2)],
      ...[megabytes(stator.rssBytes), round(stator.cpuMicros), `${round(stator.cpuMicrosMin)}–${round(stator.cpuMicrosMax)}`],
      ...this.#others.map((name) => cellOf(servers[name])),
      timesBare(row)?.toFixed(2) ?? '',
      ` ${rowVerdicts(row, all).map(verdictText).join(', ')}`,
    ])
    for (const [name, outcome] of Object.entries(servers)) {
      if (!('refused' in outcome) || this.#told.has(`${name} ${operation}`)) continue
      this.#told.add(`${name} ${operation}`)
      console.log(`  ${name}: ${outcome.refused.slice(0, 200)}`)
    }
  }
}

export function timesBare({ servers }: RowRecord): number | undefined {
  const [stator, bare] = [servers['stator'], servers['bare']]
  if (stator === undefined || bare === undefined || 'refused' in stator || 'refused' in bare) return undefined
  return stator.cpuMicros / bare.cpuMicros
}

function cellOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return ''
  return 'refused' in outcome ? 'error' : round(outcome.cpuMicros)
}
