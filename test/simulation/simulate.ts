/**
 * One run from a seed: one to three nodes over one store; keepers of tables, alarms and targets, writers and readers, clients who race,
 * consumers of streams; jobs, clocks and faults beside them. When they are done everything comes to rest, and is looked at.
 */
import assert from 'node:assert/strict'
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { checkSums } from '../consistency/account-asker.ts'
import { checkHistory } from '../consistency/check-history.ts'
import { Choices } from '../fuzz/choices.ts'
import { StreamConsumer } from '../harness/stream-consumer.ts'
import { checkTables } from './agree.ts'
import { checkStreams } from './agree-on-streams.ts'
import { Cluster, loadEverything } from './cluster.ts'
import { keepLeases, makeFaults, moveClocks, operate, runJobs } from './disturb.ts'
import { flicker } from './flicker.ts'
import { AlarmKeeper } from './keep-alarms.ts'
import { TableKeeper } from './keep-tables.ts'
import { TargetKeeper } from './keep-targets.ts'
import { checkLeftovers } from './leftovers.ts'
import { Race } from './race.ts'
import { Reader } from './read-items.ts'
import { Schedule } from './schedule.ts'
import { World } from './world.ts'
import { Writer } from './write-items.ts'

export interface RunOptions {
  readonly seed: number
  /** Drawn from the seed if it is left out. */
  readonly nodes?: number
  /** How much everybody does. */
  readonly rounds?: number
  /** For the store as the nodes have it: what is wrong with it must show. */
  readonly spoil?: (store: Store) => Store
  /** Hears of everything that is asked and answered, to find out what went wrong. */
  readonly tell?: (line: string) => void
}

export interface Run {
  readonly nodes: number
  readonly turns: number
  /** Of the order in which everything happened. */
  readonly digest: number
}

const writers: readonly string[] = ['w0', 'w1', 'w2']
const minuteMs = 60_000
/** More of it, with what nobody knows of it, can be explained in too many ways to try. */
const raceRoundsMax = 15
/** Several times what runs take. */
/** Twice as many where jobs wait for the leases of the dead. */
const turnsMax = 30_000
const turnsPerRoundMax = 4000

/** Rejects with what went wrong, and when. */
export async function simulate({ seed, nodes, rounds = 12, spoil = (store) => store, tell }: RunOptions): Promise<Run> {
  await loadEverything()
  const choices = new Choices(seed)
  const schedule = new Schedule(seed)
  let isToFail = false
  const failCommit = (): void => {
    if (!isToFail) return
    isToFail = false
    throw new Error('the simulation fails a commit')
  }
  const shared = openMemoryStore({ failCommit })
  const size = nodes ?? 1 + choices.below(3)
  const cluster = new Cluster({ schedule, choices, seed, nodes: size, shared: spoil(shared), tell })
  const world = new World(cluster, seed)
  schedule.begin(async () => {
    await Promise.all(cluster.clocks.map((_, at) => cluster.start(at)))
    await play(world, rounds, shared, () => {
      isToFail = true
    })
  })
  try {
    await schedule.run((cluster.hasLeases ? 2 : 1) * (turnsMax + rounds * turnsPerRoundMax))
  } catch (error) {
    const trace = schedule.trace.slice(-25).join('\n    ')
    throw new Error(`seed ${seed}, ${size} nodes, turn ${schedule.now}: ${told(error)}\n  before it:\n    ${trace}`, { cause: error })
  }
  return { nodes: size, turns: schedule.now, digest: schedule.digest }
}

async function play(world: World, rounds: number, shared: Store, failNext: () => void): Promise<void> {
  const { cluster } = world
  const { schedule } = cluster
  const race = new Race(world)
  const alarms = new AlarmKeeper(world)
  const targets = new TargetKeeper(world)
  const tables = ['Table-0', 'Table-1'].map((name) => new TableKeeper(world, name))
  const consumers = new Map<string, StreamConsumer>()
  let ended: () => void = () => {}
  const end = new Promise<void>((resolve) => (ended = resolve))
  world.work(async () => {
    for (const at of cluster.clocks.keys()) schedule.begin(runJobs(world, at))
    if (cluster.hasLeases) for (const at of cluster.clocks.keys()) schedule.begin(keepLeases(world, at))
    schedule.begin(moveClocks(world))
    await Promise.all([race, alarms, targets, ...tables].map((each) => each.open()))
    schedule.begin(operate(world))
    schedule.begin(makeFaults(world, { failCommit: failNext }))
    await Promise.all([
      ...Array.from({ length: 4 }, (_, client) => race.run(client, Math.min(rounds, raceRoundsMax))),
      repeat(rounds, () => alarms.change()),
      repeat(rounds, () => targets.change()),
      ...tables.map((keeper) => repeat(Math.ceil(rounds / 2), () => keeper.change())),
      ...writers.map((name) => writeAndRead(world, name, rounds * 2)),
      consume(world, consumers, rounds),
      flicker(world),
    ])
    ended()
  })
  await end
  await settle(world)
  await race.end()
  for (const consumer of consumers.values()) await poll(world, consumer)
  await checkTables(world)
  await checkStreams(world, consumers)
  await alarms.checkAgreement(cluster)
  await targets.checkAgreement(cluster)
  for (const { engine } of cluster.up) await checkLeftovers(shared, engine)
  assert.equal(checkSums(race.history), undefined)
  assert.equal(checkHistory(race.history), undefined)
}

async function writeAndRead(world: World, name: string, count: number): Promise<void> {
  const [writer, reader] = [new Writer(world, name), new Reader(world, name)]
  const choices = world.choices()
  await repeat(count, async () => {
    await world.pause(name)
    if (choices.chance(50)) await writer.write()
    else if (choices.chance(55)) await reader.read()
    else if (choices.chance(80)) await reader.peek(writers)
    else await reader.knock()
  })
}

/** Reads each stream on and on, from whichever node. */
async function consume(world: World, consumers: Map<string, StreamConsumer>, rounds: number): Promise<void> {
  const choices = world.choices()
  await repeat(rounds, async () => {
    await world.pause('a consumer')
    const { streams } = world.tables
    if (streams.length === 0) return
    const { arn } = choices.pick(streams).period
    const consumer = consumers.get(arn) ?? new StreamConsumer(arn, { recordsMax: 1 + choices.below(5) })
    consumers.set(arn, consumer)
    await poll(world, consumer)
  })
}

/** An iterator is good for a quarter of an hour, which may pass before it is used: then the consumer goes on where it was. */
async function poll(world: World, consumer: StreamConsumer): Promise<void> {
  const ask = world.asker(world.choices())
  for (;;) {
    try {
      await consumer.poll(ask)
      return
    } catch (error) {
      if (!String(error).includes('ExpiredIteratorException')) throw error
    }
  }
}

async function repeat(count: number, act: () => Promise<void>): Promise<void> {
  for (let done = 0; done < count; done += 1) await act()
}

/** No more faults; all clocks agree; half an hour passes, and all that is due is done by all. */
async function settle(world: World): Promise<void> {
  const { cluster } = world
  cluster.isDisturbed = false
  await world.until('nobody disturbs', async () => (cluster.up.length === cluster.size ? true : undefined))
  for (const { service } of cluster.up) await service.control.changeSettings({ indexLagMs: 0, ttlSweepIntervalMs: 0, shardRotationMs: 0 })
  for (let round = 0; round < 4; round += 1) {
    const nowMs = cluster.latestMs + 11 * minuteMs
    for (const clock of cluster.clocks) clock.advance(nowMs - clock.now())
    await cluster.runAllJobs()
  }
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
