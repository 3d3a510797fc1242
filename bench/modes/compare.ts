/** What one request costs Stator, beside bare servers that carry the same bytes, and beside its peers: the bench's main measurement. */
import { Connection } from '../load/connection.ts'
import { loaders, loadTable } from '../load/load-table.ts'
import { fromOldestRecord } from '../load/oldest-records.ts'
import { requestsOf } from '../load/request-bytes.ts'
import { measureInTurn, type Outcome, spreadOf } from '../load/rounds.ts'
import type { BenchTable, Operation, TableSize } from '../load/workload.ts'
import type { QuietWatch } from '../machine/quiet.ts'
import type { Plan, Stage } from '../plans.ts'
import { CompareTable } from '../report/compare-table.ts'
import { round } from '../report/figures.ts'
import { loadVerdicts, startVerdicts, verdictText } from '../report/goals.ts'
import type { LoadRecord, Records } from '../report/records.ts'
import { ChildServer } from '../servers/child-server.ts'
import { measureStart, startingCommands } from '../servers/cold-start.ts'
import { startPeers } from '../servers/peers.ts'
import { portOf, type Server } from '../servers/server.ts'
import { diskBytes, makeFolder, removeFolder } from '../servers/temporary-folders.ts'

/** Of these an error ends the run. */
const ours: ReadonlySet<string> = new Set(['stator', 'bare', 'spinning'])

export interface Compared {
  readonly plan: Plan
  readonly withPeers: boolean
  readonly records: Records
  readonly watch: QuietWatch
}

export async function compare(compared: Compared): Promise<void> {
  await printStarts(compared)
  for (const stage of compared.plan.stages) await compareStage(compared, stage)
}

async function printStarts({ plan, records }: Compared): Promise<void> {
  for (const command of startingCommands()) {
    const record = await measureStart(command, plan.starts)
    records.add(record)
    const verdicts = startVerdicts(record).map(verdictText).join(', ')
    console.log(
      `${record.name}: first answer after ${round(record.firstAnswerMs)} ms, ${round(record.idleRssBytes / 2 ** 20)} MB when idle. ${verdicts}`.trim(),
    )
  }
  console.log()
}

/** A server that holds tables, and which of them it has. */
interface Loaded {
  readonly server: Server
  readonly dataFolder?: string
  readonly isPeer: boolean
  /** Why a table is not there. */
  readonly refusals: Map<BenchTable, string>
}

async function compareStage(compared: Compared, stage: Stage): Promise<void> {
  const { size, isAlone, cases } = stage
  const folder = makeFolder()
  const bare = isAlone ? [] : [await ChildServer.start('bare'), await ChildServer.start('spinning')]
  const stator = await ChildServer.start('stator', { dataDir: folder })
  const loaded: Loaded[] = [{ server: stator, dataFolder: folder, isPeer: false, refusals: new Map() }]
  if (compared.withPeers && !isAlone) loaded.push(...(await startLoadedPeers(compared)))
  try {
    for (const each of loaded) {
      for (const table of new Set(cases.map(({ operation }) => operation.table))) await fill(compared, each, table, size)
    }
    console.log()
    const table = new CompareTable([...bare, ...loaded.map(({ server }) => server)].map(({ name }) => name))
    for (const { operation, connections } of cases) {
      const prepared: Prepared[] = []
      for (const each of loaded) prepared.push(await prepare(each, operation, size, bare))
      for (const count of connections) {
        const row = await compareCase(compared, { bare, prepared, operation, size, connections: count })
        table.print(row, compared.records.all)
      }
    }
    console.log()
  } finally {
    for (const server of [...bare, ...loaded.map((each) => each.server)]) await server.stop()
    for (const { dataFolder } of loaded) if (dataFolder !== undefined) removeFolder(dataFolder)
  }
}

async function startLoadedPeers({ records }: Compared): Promise<readonly Loaded[]> {
  const started = await startPeers()
  for (const { record } of started) {
    if (record.refused !== undefined) console.log(`${record.name} is not measured: ${record.refused}`)
    records.add(record)
  }
  return started.flatMap(({ server, dataFolder }) =>
    server === undefined ? [] : [{ server, isPeer: true, refusals: new Map(), ...(dataFolder !== undefined && { dataFolder }) }],
  )
}

/** Of a peer's tables some may fail; of Stator's none. The first of them says how fast a table is filled, and what it takes of the disk. */
async function fill(
  { records }: Compared,
  { server, dataFolder, isPeer, refusals }: Loaded,
  table: BenchTable,
  size: TableSize,
): Promise<void> {
  try {
    const before = dataFolder === undefined ? 0 : diskBytes(dataFolder)
    const loaded = await loadTable(server, table, size)
    if (table !== 'Bench0') return
    const record: LoadRecord = {
      ...{ kind: 'load', server: server.name, items: size.items, itemBytes: size.itemBytes, clients: loaders },
      ...loaded,
      ...(dataFolder !== undefined && { diskBytesPerItemByte: (diskBytes(dataFolder) - before) / (size.items * size.itemBytes) }),
    }
    records.add(record)
    const verdicts = loadVerdicts(record).map(verdictText)
    if (verdicts.length > 0) console.log(`  ${verdicts.join(', ')}`)
  } catch (error) {
    if (!isPeer) throw error
    refusals.set(table, (error as Error).message)
    console.log(`${server.name} cannot fill ${table}: ${(error as Error).message}`)
  }
}

/** An operation as one server can be asked for it. */
interface Prepared {
  readonly server: Server
  readonly operation: Operation
  readonly refused?: string
}

async function prepare(
  { server, isPeer, refusals }: Loaded,
  operation: Operation,
  size: TableSize,
  bare: readonly ChildServer[],
): Promise<Prepared> {
  const noTable = refusals.get(operation.table)
  if (noTable !== undefined) return { server, operation, refused: noTable }
  try {
    const asked = await fromOldestRecord(server, operation)
    const { mixedWith } = asked
    const targets = [asked, ...(mixedWith === undefined ? [] : [{ name: asked.name, ...mixedWith.request }])]
    for (const each of targets) {
      const [headers, body] = await answerOf(server, { ...asked, ...each }, size)
      if (!isPeer) for (const one of bare) await one.answerWith(`DynamoDB_20120810.${each.target}`, headers, body)
    }
    return { server, operation: asked }
  } catch (error) {
    if (!isPeer) throw error
    return { server, operation, refused: (error as Error).message }
  }
}

interface ComparedCase {
  readonly bare: readonly ChildServer[]
  readonly prepared: readonly Prepared[]
  readonly operation: Operation
  readonly size: TableSize
  readonly connections: number
}

async function compareCase({ plan, records, watch }: Compared, { bare, prepared, operation, size, connections }: ComparedCase) {
  const fit = prepared.filter(({ refused }) => refused === undefined)
  const asked: readonly Prepared[] = [...bare.map((server) => ({ server, operation: fit[0]?.operation ?? operation })), ...fit]
  const outcomes = await measureInTurn(
    asked.map((each) => ({ server: each.server, operation: each.operation, size, connections })),
    plan,
  )
  const measured = new Map(asked.map(({ server: { name } }, at) => [name, outcomes[at]] as const))
  const servers: { [name: string]: Outcome } = {}
  for (const name of [...bare.map((server) => server.name), ...prepared.map(({ server }) => server.name)]) {
    const refused = prepared.find(({ server }) => server.name === name)?.refused
    const outcome = measured.get(name) ?? { refused: refused ?? 'it was not asked' }
    servers[name] = outcome
    if (!('refused' in outcome)) watch.noteSpread(spreadOf(outcome))
    else if (ours.has(name)) throw new Error(`${name}: ${outcome.refused}`)
  }
  const row = { kind: 'row', operation: operation.name, connections, items: size.items, itemBytes: size.itemBytes, servers } as const
  records.add(row)
  return row
}

/** Headers and body of an answer, for bare servers to repeat. */
async function answerOf(server: Server, operation: Operation, size: TableSize): Promise<readonly [{ [name: string]: string }, string]> {
  const connection = await Connection.open(portOf(server))
  const { mixedWith: _, ...single } = operation
  const { ok, head, body } = await connection.ask(requestsOf(single, size, server.checksSignatures).next())
  connection.close()
  if (!ok) throw new Error(`${operation.name} was answered with ${head.split('\r\n')[0]} ${body}`)
  const lines = head.split('\r\n').slice(1).filter(Boolean)
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const)
  return [Object.fromEntries(headers.filter(([name]) => !/^(date|content-length|connection|keep-alive)$/i.test(name))), body]
}
