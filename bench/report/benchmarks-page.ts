/** `docs/benchmarks.md`, made of the records of the last runs and nothing else. */
import type { Outcome } from '../load/rounds.ts'
import { cpuChart } from './chart.ts'
import { timesBare } from './compare-table.ts'
import { grouped, shortBytes, shortCount } from './figures.ts'
import {
  authVerdicts,
  loadVerdicts,
  meteringShareOf,
  meteringVerdicts,
  nodesVerdicts,
  rowVerdicts,
  startVerdicts,
  storageVerdicts,
  type Verdict,
  verdictText,
} from './goals.ts'
import { type BenchRecord, type CaseRecord, isDisturbed, type Keeps, ofKind, type RowRecord } from './records.ts'
import { sizingOf } from './sizing.ts'

export function benchmarksPage(records: readonly BenchRecord[]): string {
  const sections = [
    head(records),
    cpuSection(records),
    rateSection(records),
    startSection(records),
    loadSection(records),
    storageSection(records),
    nodesSection(records),
    meteringSection(records),
    authSection(records),
    peersSection(records),
    method,
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

function head(records: readonly BenchRecord[]): string {
  const runs = ofKind(records, 'run')
  const quiet = ofKind(records, 'quiet')
  const rows = runs.map((run, at) => [
    `\`npm run bench${run.words.length > 0 ? ` -- ${run.words.join(' ')}` : ''}\``,
    ...[run.date, `${run.version} (${run.commit})`, run.node, `${run.processors} × ${run.processor}`],
    `${run.rounds} × ${run.seconds} s`,
    warningsOf(quiet[at]?.warnings, run.remarks),
  ])
  return [
    '# Benchmarks',
    '<!-- Written by `npm run bench -- --write-docs` from docs/benchmarks.jsonl: measure again instead of editing. -->',
    ...(isDisturbed(records)
      ? [
          '> **The machine was not quiet.** The figures below are not to be compared with others; what disturbed them stands beside each run.',
        ]
      : []),
    table(['run', 'date', 'Stator', 'Node', 'machine', 'rounds', 'disturbed by'], rows),
  ].join('\n\n')
}

function warningsOf(warnings: readonly string[] | undefined, remarks: readonly string[]): string {
  const told = warnings ?? ['it was cut off']
  return [...(told.length === 0 ? ['nothing'] : told), ...remarks].join('; ')
}

function cpuSection(records: readonly BenchRecord[]): string {
  const rows = ofKind(records, 'row')
  if (rows.length === 0) return ''
  const others = othersOf(rows)
  const titles = ['operation', 'connections', 'table', 'Stator', 'least–most', '× bare', ...others, 'goal']
  const lines = rows.map((row) => {
    const stator = row.servers['stator']
    const range = stator === undefined || 'refused' in stator ? '' : `${grouped(stator.cpuMicrosMin)}–${grouped(stator.cpuMicrosMax)}`
    return [
      ...caseCells(row),
      ...[cpuCell(stator), range, timesBare(row)?.toFixed(2) ?? ''],
      ...others.map((name) => cpuCell(row.servers[name])),
      verdictsCell(rowVerdicts(row, records)),
    ]
  })
  return [
    '## CPU time per request',
    ...(cpuChart(records) === undefined ? [] : ['![CPU time per request of Stator, bare node:http and others](benchmarks.svg)']),
    'Microseconds of the server process, all its threads, per request answered: medians over the rounds.',
    table(titles, lines, 3),
    ...refusalsText(rows),
  ].join('\n\n')
}

function rateSection(records: readonly BenchRecord[]): string {
  const rows = ofKind(records, 'row')
  if (rows.length === 0) return ''
  const others = othersOf(rows)
  const lines = rows.map((row) => {
    const stator = row.servers['stator']
    const own =
      stator === undefined || 'refused' in stator
        ? ['', '', '']
        : [grouped(stator.requestsPerSecond), stator.p50Ms.toFixed(2), stator.p99Ms.toFixed(2)]
    return [...caseCells(row), ...own, ...others.map((name) => rateCell(row.servers[name]))]
  })
  return [
    '## Requests a second, and how long they take',
    'Requests a second with the latencies of Stator in milliseconds; of the others requests a second. The generator has one core, which fast servers keep busy: then it is the limit.',
    table(['operation', 'connections', 'table', 'Stator', 'p50', 'p99', ...others], lines, 3),
  ].join('\n\n')
}

function startSection(records: readonly BenchRecord[]): string {
  const starts = ofKind(records, 'start')
  if (starts.length === 0) return ''
  const lines = starts.map((start) => [
    ...[start.name, grouped(start.firstAnswerMs), `${grouped(start.firstAnswerMsMin)}–${grouped(start.firstAnswerMsMax)}`],
    ...[grouped(start.idleRssBytes / 2 ** 20), verdictsCell(startVerdicts(start))],
  ])
  return [
    '## Start',
    'From the command to the first answer, over an empty folder, and what is resident half a second later (of `npm start`, npm included).',
    table(['command', 'first answer, ms', 'least–most', 'idle, MB', 'goal'], lines, 1),
  ].join('\n\n')
}

function loadSection(records: readonly BenchRecord[]): string {
  const loads = ofKind(records, 'load')
  if (loads.length === 0) return ''
  const lines = loads.map((load) => [
    ...[load.server, tableCell(load), grouped(load.itemsPerSecond), grouped(load.lastTenthItemsPerSecond), grouped(load.cpuMicros)],
    ...[load.diskBytesPerItemByte?.toFixed(2) ?? '', verdictsCell(loadVerdicts(load))],
  ])
  return [
    '## Filling a table',
    `New items by BatchWriteItem of twenty, ${loads[0]?.clients} clients. Disk: what the folder grew by for each byte of items, logs included.`,
    table(['server', 'table', 'items/s', 'last tenth', 'CPU µs an item', 'disk', 'goal'], lines, 2),
  ].join('\n\n')
}

function storageSection(records: readonly BenchRecord[]): string {
  const rows = ofKind(records, 'storage')
  if (rows.length === 0) return ''
  const lines = rows.map((row) => [
    ...caseCells(row),
    ...[grouped(row.folder.requestsPerSecond), grouped(row.folder.cpuMicros)],
    ...[grouped(row.postgres.requestsPerSecond), grouped(row.postgres.cpuMicros), microsCell(row.postgres.databaseCpuMicros)],
    ...[row.postgres.p50Ms.toFixed(2), row.postgres.p99Ms.toFixed(2), verdictsCell(storageVerdicts(row))],
  ])
  return [
    '## On a PostgreSQL',
    'One node on a PostgreSQL of the same machine that flushes its log at every commit, beside a folder in the same run.',
    table(
      ['operation', 'connections', 'table', 'folder/s', 'CPU µs', 'PostgreSQL/s', 'node µs', 'database µs', 'p50', 'p99', 'goal'],
      lines,
      3,
    ),
  ].join('\n\n')
}

function nodesSection(records: readonly BenchRecord[]): string {
  const rows = ofKind(records, 'nodes')
  if (rows.length === 0) return ''
  const lines = rows.map((row) => {
    const { nodeAtMost, perDatabaseCore, databaseCoresPerNode } = sizingOf(row)
    return [
      ...caseCells(row),
      ...[
        String(row.nodes),
        grouped(row.figures.requestsPerSecond),
        grouped(row.figures.cpuMicros),
        microsCell(row.figures.databaseCpuMicros),
      ],
      ...[grouped(nodeAtMost), grouped(perDatabaseCore), databaseCoresPerNode.toFixed(2), verdictsCell(nodesVerdicts(row))],
    ]
  })
  return [
    '## Several nodes over one PostgreSQL',
    'Connections divided among the nodes; CPU time per request of a node and of all processes of the database. What follows for a larger machine: a node that has a core to itself serves at most as many requests as its CPU time fits into a second, and each core of the database as many as that of the database does. A busy node keeps as many cores of the database busy as the last column says: with more nodes than the database has cores divided by it, the database is the limit.',
    table(
      [
        'operation',
        'connections',
        'table',
        'nodes',
        'requests/s',
        'node µs',
        'database µs',
        'a node at most/s',
        'a database core/s',
        'cores a node',
        'goal',
      ],
      lines,
      3,
    ),
  ].join('\n\n')
}

function meteringSection(records: readonly BenchRecord[]): string {
  const rows = ofKind(records, 'metering')
  if (rows.length === 0) return ''
  const lines = rows.map((row) => [
    ...[row.operation, row.offMicros.toFixed(2), row.observeMicros.toFixed(2), grouped(row.wholeMicros)],
    ...[`${(100 * meteringShareOf(row)).toFixed(1)} %`, verdictsCell(meteringVerdicts(row))],
  ])
  return [
    '## What metering costs',
    'Microseconds of a request in process, metering nothing and observing; over HTTP; and the share of it that observing takes.',
    table(['operation', 'off', 'observe', 'over HTTP', 'share', 'goal'], lines, 1),
  ].join('\n\n')
}

function authSection(records: readonly BenchRecord[]): string {
  const rows = ofKind(records, 'auth')
  if (rows.length === 0) return ''
  const lines = rows.flatMap((row) => {
    const [verified, allowed] = authVerdicts(row).map((verdict) => verdictsCell([verdict]))
    return [
      ['unverified', row.unverifiedMicros.toFixed(2), '', ''],
      ['verified', row.verifiedMicros.toFixed(2), (row.verifiedMicros - row.unverifiedMicros).toFixed(2), verified ?? ''],
      [
        `and ${row.statements} statements asked`,
        ...[row.allowedMicros.toFixed(2), (row.allowedMicros - row.verifiedMicros).toFixed(2), allowed ?? ''],
      ],
    ]
  })
  return [
    '## What signatures and policies cost',
    'Microseconds of a GetItem in process, and how many more than in the line above.',
    table(['GetItem', 'µs', 'more', 'goal'], lines, 1),
  ].join('\n\n')
}

const keepsText: { readonly [keeps in Keeps]: string } = {
  durable: 'on disk before the answer',
  unflushed: 'on disk, not flushed: a power cut takes what was answered last',
  memory: 'in memory: gone when it ends',
}

function peersSection(records: readonly BenchRecord[]): string {
  const peers = ofKind(records, 'peer')
  const lines = [...new Map(peers.map((peer) => [peer.name, peer])).values()].map((peer) => [
    ...[peer.name, peer.version ?? '', keepsText[peer.keeps], peer.checksSignatures ? 'checks them' : ''],
    peer.refused === undefined ? '' : sentence(peer.refused),
  ])
  if (lines.length === 0) return ''
  return [
    '## The others',
    'As npm brings them, started as their own pages or help say, asked the same. Whoever checks signatures gets signed requests; that is part of what it costs.',
    table(['server', 'version', 'keeps', 'signatures', 'not measured because'], lines, 5),
  ].join('\n\n')
}

const method = `## How it is measured

\`npm run bench\` takes these figures on your machine; \`npm run bench -- --help\` says what else it measures.

* Server and load generator are separate processes, each on a core of its own where the system allows. The generator is a closed loop: each connection sends
  its next request when the answer to the last has come. Keys are drawn evenly; of the mixed load 80 % are reads and 20 % puts, and keys follow Zipf's law with the
  exponent 0.99.
* Every write of Stator changes its item and is on disk before its answer. Any answer but 200 fails the run; of another server it is named.
* In each round every server has its turn. Figures are medians over rounds.
* *bare* is a node:http server that reads the same bodies, parses their JSON, and answers with the same bytes. It pays less than HTTP costs a server that does
  something: when the generator is the slower one, it need not be woken for each answer. *spinning* is the same and keeps its core busy for 12 µs a request.`

function othersOf(rows: readonly RowRecord[]): readonly string[] {
  return [...new Set(rows.flatMap(({ servers }) => Object.keys(servers)))].filter((name) => name !== 'stator')
}

function caseCells(row: CaseRecord): readonly string[] {
  return [row.operation, String(row.connections), tableCell(row)]
}

function tableCell({ items, itemBytes }: { readonly items: number; readonly itemBytes: number }): string {
  return `${shortCount(items)} × ${shortBytes(itemBytes)}`
}

function cpuCell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return ''
  return 'refused' in outcome ? 'error' : grouped(outcome.cpuMicros)
}

function rateCell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return ''
  return 'refused' in outcome ? 'error' : grouped(outcome.requestsPerSecond)
}

function microsCell(micros: number | undefined): string {
  return micros === undefined ? '' : grouped(micros)
}

function verdictsCell(verdicts: readonly Verdict[]): string {
  return verdicts.map(verdictText).join('; ')
}

/** What a server answered instead, once for all operations that it answered so. */
function refusalsText(rows: readonly RowRecord[]): readonly string[] {
  const told = new Map<string, Set<string>>()
  for (const { operation, servers } of rows) {
    for (const [name, outcome] of Object.entries(servers)) {
      if (!('refused' in outcome)) continue
      const key = `${name} | ${sentence(outcome.refused.replace(`${operation} was answered with `, ''))}`
      told.set(key, (told.get(key) ?? new Set()).add(operation))
    }
  }
  if (told.size === 0) return []
  const lines = [...told].map(([key, asked]) => `| ${key} | ${[...asked].join(', ')} |`)
  return ['Errors instead of figures:', ['| server | answered | when asked for |', '| --- | --- | --- |', ...lines].join('\n')]
}

/** As code: what others say may hold anything. */
function sentence(text: string): string {
  return `\`${text
    .replaceAll(/[\s|]+/g, ' ')
    .replaceAll('`', "'")
    .slice(0, 160)
    .trim()}\``
}

/** `texts`: how many columns, from the first on, are text; the others are numbers, on the right, but for the last. */
function table(titles: readonly string[], rows: readonly (readonly string[])[], texts: number = titles.length): string {
  const rule = titles.map((_, at) => (at < texts || at === titles.length - 1 ? '---' : '---:'))
  return [titles, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
