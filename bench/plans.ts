/** What a run measures: which tables, how large, and which operations over how many connections. */
import { headlines, type Operation, operations, type TableSize, tableSize } from './load/workload.ts'
import type { Options } from './options.ts'

export interface Stage {
  readonly size: TableSize
  readonly cases: readonly { readonly operation: Operation; readonly connections: readonly number[] }[]
  /** Without bare servers and peers. */
  readonly isAlone: boolean
}

export interface Plan {
  readonly stages: readonly Stage[]
  readonly rounds: number
  readonly seconds: number
  /** Of each command that starts a server. */
  readonly starts: number
}

const singles = new Set(['GetItem', 'PutItem', 'UpdateItem if', 'Query 20', 'Mixed 80/20'])
const usualConnections = 64
const allConnections = [1, 16, 64, 256]
const large = 1_000_000
const largest = 10_000_000
const bigItemBytes = 4096
/** GetRecords is asked for a thousand records of one shard, and a new table has four. */
const recordsItemsMin = 5000

export function planOf({ quick, full, items, itemBytes, connections, only, seconds, rounds }: Options): Plan {
  const chosen = operations.filter(({ name }) => only.some((part) => name.toLowerCase().includes(part)))
  if (chosen.length === 0)
    throw new Error(`no operation is called ${only.join(' or ')}; there are ${operations.map(({ name }) => name).join(', ')}`)
  const stageOf = (size: TableSize, names: ReadonlySet<string> | undefined, isAlone = false): Stage => ({
    size,
    isAlone,
    cases: chosen
      .filter(({ name, target }) => (names === undefined || names.has(name)) && (target !== 'GetRecords' || size.items >= recordsItemsMin))
      .map((operation) => ({
        operation,
        connections: connections ?? (names === undefined && singles.has(operation.name) ? allConnections : [usualConnections]),
      })),
  })
  const isChosen = items !== undefined || itemBytes !== undefined
  const stages = isChosen
    ? (items ?? [10_000]).flatMap((count) =>
        (itemBytes ?? [undefined]).map((bytes) => stageOf(tableSize(count, bytes), quick ? headlines : undefined)),
      )
    : [stageOf(tableSize(10_000), quick ? headlines : undefined)]
  if (full) {
    stages.push(
      stageOf(tableSize(10_000, bigItemBytes), headlines),
      stageOf(tableSize(large), headlines),
      stageOf(tableSize(large, bigItemBytes), headlines),
      stageOf(tableSize(largest), singles, true),
    )
  }
  return {
    stages: stages.filter(({ cases }) => cases.length > 0),
    rounds: rounds ?? 3,
    seconds: seconds ?? (quick ? 0.5 : 2),
    starts: quick ? 3 : 5,
  }
}
