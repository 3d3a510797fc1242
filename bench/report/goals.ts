/** What Stator wants to be measured at, as data, and whether a record of a run meets it. */

import {
  type AuthRecord,
  type BenchRecord,
  type LoadRecord,
  type MeteringRecord,
  type NodesRecord,
  ofKind,
  type RowRecord,
  type StartRecord,
  type StorageRecord,
} from './records.ts'

export interface Verdict {
  /** `≤ 1.1 × bare`. */
  readonly goal: string
  /** In the unit of the goal. */
  readonly value: number
  readonly isMet: boolean
}

interface RowGoal {
  readonly operation: string
  readonly connections: number
  readonly items: number
  /** `bare`, `spinning`: CPU time against that server's; `10 k items`: against Stator's own there; `p99 ms`: alone. */
  readonly against: 'bare' | 'spinning' | '10 k items' | 'p99 ms'
  readonly atMost: number
}

const itemBytes = 430
const tenThousand = 10_000

const bareGoals: readonly (readonly [operation: string, connections: number, atMost: number])[] = [
  ['GetItem', 64, 1.1],
  ['PutItem', 64, 1.7],
  ['UpdateItem if', 64, 2.3],
  ['Query 20', 64, 2.8],
  ['BatchGet 100', 64, 5],
  ['BatchWrite 25', 64, 4.5],
  ['TransactWrite 4', 64, 4.5],
  ['Scan 1 MB', 64, 6],
  ['GetItem', 16, 1.2],
  ['PutItem', 16, 2.2],
  ['PutItem', 1, 3],
]

const rowGoals: readonly RowGoal[] = [
  ...bareGoals.map(
    ([operation, connections, atMost]) => ({ operation, connections, items: tenThousand, against: 'bare', atMost }) as const,
  ),
  { operation: 'GetItem', connections: 64, items: tenThousand, against: 'spinning', atMost: 0.6 },
  ...['GetItem', 'PutItem', 'Mixed 80/20'].map(
    (operation) => ({ operation, connections: 64, items: 1_000_000, against: '10 k items', atMost: 1.2 }) as const,
  ),
  { operation: 'Mixed 80/20', connections: 64, items: 1_000_000, against: 'p99 ms', atMost: 8 },
  { operation: 'GetItem', connections: 64, items: 10_000_000, against: '10 k items', atMost: 1.3 },
  { operation: 'PutItem', connections: 64, items: 10_000_000, against: '10 k items', atMost: 1.5 },
]

/** How many times as much CPU time the best of the peers takes, on 10,000 items over 64 connections. */
const peerGoals: { readonly [operation: string]: number } = {
  GetItem: 2,
  PutItem: 2,
  'Query 20': 4,
  'BatchGet 100': 4,
  'BatchWrite 25': 4,
  'TransactWrite 4': 4,
}
const durablePeerGoals: { readonly [operation: string]: number } = { PutItem: 8 }

const startGoals: { readonly [name: string]: { readonly firstAnswerMs: number; readonly idleRssMegabytes?: number } } = {
  package: { firstAnswerMs: 80, idleRssMegabytes: 70 },
  'npm start': { firstAnswerMs: 180 },
}
const loadItemsPerSecond = 40_000
const meteringShare = 0.03
const verifyingMicros = 6
const allowingMicros = 5

/** Requests a second on a PostgreSQL as a share of those on a folder, and CPU time of the node per request. */
const storageGoals: { readonly [operation: string]: { readonly share: number; readonly cpuMicros?: number } } = {
  PutItem: { share: 0.8, cpuMicros: 30 },
  GetItem: { share: 0.8, cpuMicros: 22 },
  'Query 20': { share: 0.5 },
}

export function rowVerdicts(row: RowRecord, all: readonly BenchRecord[]): readonly Verdict[] {
  if (row.itemBytes !== itemBytes) return []
  const own = rowGoals.filter((goal) => isAbout(goal, row)).flatMap((goal) => verdictOf(goal, row, all) ?? [])
  return [...own, ...peerVerdicts(row, all)]
}

function isAbout({ operation, connections, items }: RowGoal, row: RowRecord): boolean {
  return row.operation === operation && row.connections === connections && row.items === items
}

function verdictOf(goal: RowGoal, row: RowRecord, all: readonly BenchRecord[]): Verdict | undefined {
  const { against, atMost } = goal
  const stator = row.servers['stator']
  if (stator === undefined || 'refused' in stator) return undefined
  if (against === 'p99 ms') return atMostVerdict(stator.p99Ms, atMost, 'ms p99')
  const other =
    against === '10 k items'
      ? cpuOf(
          ofKind(all, 'row').find((each) => isAbout({ ...goal, items: tenThousand }, each) && each.itemBytes === itemBytes),
          'stator',
        )
      : cpuOf(row, against)
  return other === undefined ? undefined : atMostVerdict(stator.cpuMicros / other, atMost, `× ${against}`)
}

function peerVerdicts(row: RowRecord, all: readonly BenchRecord[]): readonly Verdict[] {
  const own = cpuOf(row, 'stator')
  if (row.items !== tenThousand || row.connections !== 64 || own === undefined) return []
  const best = (names: readonly string[]): number => Math.min(...names.flatMap((name) => cpuOf(row, name) ?? []))
  const peers = ofKind(all, 'peer')
  const verdict = (times: number | undefined, names: readonly string[], what: string): readonly Verdict[] => {
    const other = best(names)
    if (times === undefined || !Number.isFinite(other)) return []
    const value = other / own
    return [{ goal: `${what} ≥ ${times} ×`, value, isMet: value >= times }]
  }
  const names = peers.map(({ name }) => name)
  const durable = peers.filter(({ keeps }) => keeps === 'durable').map(({ name }) => name)
  return [
    ...verdict(peerGoals[row.operation], names, 'best peer'),
    ...verdict(durablePeerGoals[row.operation], durable, 'best durable peer'),
  ]
}

export function startVerdicts({ name, firstAnswerMs, idleRssBytes }: StartRecord): readonly Verdict[] {
  const goal = startGoals[name]
  if (goal === undefined) return []
  const { idleRssMegabytes } = goal
  return [
    atMostVerdict(firstAnswerMs, goal.firstAnswerMs, 'ms'),
    ...(idleRssMegabytes === undefined ? [] : [atMostVerdict(idleRssBytes / 2 ** 20, idleRssMegabytes, 'MB')]),
  ]
}

export function loadVerdicts(record: LoadRecord): readonly Verdict[] {
  if (record.server !== 'stator' || record.itemBytes !== itemBytes) return []
  const value = Math.min(record.itemsPerSecond, record.lastTenthItemsPerSecond)
  return [{ goal: `≥ ${loadItemsPerSecond / 1000} k items/s to the last`, value, isMet: value >= loadItemsPerSecond }]
}

export function storageVerdicts({ operation, folder, postgres }: StorageRecord): readonly Verdict[] {
  const goal = storageGoals[operation]
  if (goal === undefined) return []
  const value = postgres.requestsPerSecond / folder.requestsPerSecond
  return [
    { goal: `≥ ${goal.share} × folder`, value, isMet: value >= goal.share },
    ...(goal.cpuMicros === undefined ? [] : [atMostVerdict(postgres.cpuMicros, goal.cpuMicros, 'µs of the node')]),
  ]
}

export function nodesVerdicts({ operation, figures }: NodesRecord): readonly Verdict[] {
  const micros = storageGoals[operation]?.cpuMicros
  return micros === undefined ? [] : [atMostVerdict(figures.cpuMicros, micros, 'µs of a node')]
}

export function meteringVerdicts(record: MeteringRecord): readonly Verdict[] {
  return [atMostVerdict(100 * meteringShareOf(record), 100 * meteringShare, '%')]
}

/** Of what a whole request would cost with nothing metered. */
export function meteringShareOf({ offMicros, observeMicros, wholeMicros }: MeteringRecord): number {
  const difference = observeMicros - offMicros
  return difference / (wholeMicros - difference)
}

/** Of verifying, then of asking the policies. */
export function authVerdicts({ unverifiedMicros, verifiedMicros, allowedMicros }: AuthRecord): readonly Verdict[] {
  return [
    atMostVerdict(verifiedMicros - unverifiedMicros, verifyingMicros, 'µs'),
    atMostVerdict(allowedMicros - verifiedMicros, allowingMicros, 'µs'),
  ]
}

/** `≤ 1.1 × bare met (1.05)`. */
export function verdictText({ goal, value, isMet }: Verdict): string {
  return `${goal} ${isMet ? 'met' : 'missed'} (${value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en-US')})`
}

function atMostVerdict(value: number, atMost: number, unit: string): Verdict {
  return { goal: `≤ ${atMost} ${unit}`, value, isMet: value <= atMost }
}

function cpuOf(row: RowRecord | undefined, server: string): number | undefined {
  const outcome = row?.servers[server]
  return outcome === undefined || 'refused' in outcome ? undefined : outcome.cpuMicros
}
