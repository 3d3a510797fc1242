/**
 * What one node costs and where the database becomes the limit: one, two and three nodes over one PostgreSQL, among which connections
 * are divided. All nodes run all the time and each count of them has its turn in each round, so that a busy machine disturbs all alike.
 *
 * On few processors more nodes give no more requests: what carries over to a larger machine is CPU time per request on each side. A node
 * decides on one core, so it serves at most a second's worth of its own time, and the database a second's worth for each of its cores.
 */
import { loadTable } from '../load/load-table.ts'
import { fromOldestRecord } from '../load/oldest-records.ts'
import { figuresInTurn, spreadOf } from '../load/rounds.ts'
import { placeNodes, places } from '../machine/processors.ts'
import { type Column, grouped, printLine, printTitles, round } from '../report/figures.ts'
import { nodesVerdicts, verdictText } from '../report/goals.ts'
import type { NodesRecord } from '../report/records.ts'
import { sizingOf } from '../report/sizing.ts'
import { ChildServer } from '../servers/child-server.ts'
import { Database } from '../servers/database.ts'
import type { StoragesBench } from './storages.ts'

const columns: readonly Column[] = [
  { title: 'operation', width: 19 },
  { title: 'nodes', width: 6 },
  { title: 'req/s', width: 8 },
  { title: 'node CPU µs', width: 12 },
  { title: 'min–max', width: 13 },
  { title: 'database CPU µs', width: 16 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'node at most/s', width: 15 },
  { title: 'database core/s', width: 16 },
  { title: 'cores a node', width: 13 },
  { title: ' goal', width: 0 },
]

export interface NodesBench extends StoragesBench {
  readonly nodes: readonly number[]
}

export async function printNodes({ nodes, operations, size, connections, rounds, records, watch }: NodesBench): Promise<void> {
  const count = Math.max(...nodes)
  const nodePlaces = placeNodes(places, count)
  const database = await Database.start(nodePlaces.database)
  const servers: ChildServer[] = []
  try {
    while (servers.length < count) {
      servers.push(
        await ChildServer.start('stator', {
          ...{ name: `node ${servers.length + 1}`, dataDir: database.url },
          processors: nodePlaces.nodes[servers.length],
        }),
      )
    }
    const [first] = servers
    if (first === undefined) throw new Error('no node')
    for (const table of new Set(operations.map((operation) => operation.table))) await loadTable(first, table, size)
    await database.settle()
    printTitles(columns)
    for (const operation of operations) {
      const asked = await fromOldestRecord(first, operation)
      const cases = nodes.map((some) => ({
        ...{ operation: asked, size, connections },
        server: database.behind(`${some} nodes`, servers.slice(0, some)),
      }))
      for (const [at, figures] of (await figuresInTurn(cases, rounds)).entries()) {
        watch.noteSpread(spreadOf(figures))
        const { items, itemBytes } = size
        const record = { kind: 'nodes', operation: operation.name, connections, items, itemBytes, nodes: nodes[at] ?? 0, figures } as const
        records.add(record)
        printRecord(record)
      }
    }
  } finally {
    for (const server of servers) await server.stop()
    await database.remove()
  }
}

function printRecord(record: NodesRecord): void {
  const { operation, nodes, figures } = record
  const { nodeAtMost, perDatabaseCore, databaseCoresPerNode } = sizingOf(record)
  printLine(columns, [
    ...[operation, nodes, Math.round(figures.requestsPerSecond), round(figures.cpuMicros)],
    ...[`${round(figures.cpuMicrosMin)}–${round(figures.cpuMicrosMax)}`, round(figures.databaseCpuMicros ?? Number.NaN)],
    ...[figures.p50Ms.toFixed(2), figures.p99Ms.toFixed(2), grouped(nodeAtMost), grouped(perDatabaseCore), databaseCoresPerNode.toFixed(2)],
    ` ${nodesVerdicts(record).map(verdictText).join(', ')}`,
  ])
}
