/** What happens in a run: who takes part, what goes on beside them, and how a window ends. */
import type { Store } from '../../src/storage/store.ts'
import type { Choices } from '../fuzz/choices.ts'
import { checkTables } from './agree.ts'
import { checkMetrics } from './agree-on-metrics.ts'
import { checkStreams } from './agree-on-streams.ts'
import { startMs } from './cluster.ts'
import { keepLeases, makeFaults, moveClocks, operate, runJobs } from './disturb.ts'
import { flicker } from './flicker.ts'
import { AbroadKeeper } from './keep-abroad.ts'
import { AlarmKeeper } from './keep-alarms.ts'
import { TableKeeper } from './keep-tables.ts'
import { TargetKeeper } from './keep-targets.ts'
import { checkLeftovers } from './leftovers.ts'
import { Race } from './race.ts'
import { Reader } from './read-items.ts'
import { StreamWatch } from './watch-streams.ts'
import type { World } from './world.ts'
import { Writer } from './write-items.ts'

export interface PlayOptions {
  readonly rounds: number
  /** As no node has it. */
  readonly shared: Store
  readonly hasFaults: boolean
  /** The next commit of the store fails. */
  readonly failNextCommit: () => void
}

const writers: readonly string[] = ['w0', 'w1', 'w2']
const racers = 4
/** More of it, with what nobody knows of it, can be explained in too many ways to try. */
const raceRoundsMax = 15
const minuteMs = 60_000
/** Several times what windows take: 20,000 most of them, 166,000 one of 1,400, in which tables of long histories are swept in small steps. */
const turnsMax = 100_000
const turnsPerRoundMax = 20_000
/** Where jobs wait for the leases of the dead. */
const slownessWithLeases = 2

export class Play {
  readonly #world: World
  readonly #options: PlayOptions
  readonly #race: Race
  readonly #alarms: AlarmKeeper
  readonly #targets: TargetKeeper
  readonly #tables: readonly TableKeeper[]
  /** Undefined: regions share their tables. */
  readonly #abroad: AbroadKeeper | undefined
  readonly #streams: StreamWatch
  #sinceMs = startMs
  readonly #choices: Choices
  #windows = 0

  constructor(world: World, options: PlayOptions) {
    this.#world = world
    this.#options = options
    this.#race = new Race(world)
    this.#alarms = new AlarmKeeper(world)
    this.#targets = new TargetKeeper(world)
    this.#tables = ['Table-0', 'Table-1'].map((name) => new TableKeeper(world, name))
    this.#abroad = world.cluster.isIsolated ? new AbroadKeeper(world) : undefined
    this.#streams = new StreamWatch(world)
    this.#choices = world.choices()
  }

  /** Starts the nodes. */
  async begin(): Promise<void> {
    const { cluster } = this.#world
    this.#allowTurns()
    await Promise.all(cluster.clocks.map((_, at) => cluster.start(at)))
  }

  /** Resolves when all is at rest and what had to hold did. */
  async window(): Promise<void> {
    this.#allowTurns()
    if (this.#windows > 0) await this.#unsettle()
    const besides = await this.#world.work(() => this.#act())
    await Promise.all(besides)
    await this.#settle()
    // A table that lived for long has a stream of hundreds of shards, each of which is read through every node.
    this.#allowTurns()
    await this.#check()
    this.#world.tables.forgetChanges()
    this.#windows += 1
  }

  #allowTurns(): void {
    const { schedule, hasLeases } = this.#world.cluster
    schedule.allow((hasLeases ? slownessWithLeases : 1) * (turnsMax + this.#options.rounds * turnsPerRoundMax))
  }

  /** Resolves when all who work are done, with those who go on beside them and end by themselves. */
  async #act(): Promise<readonly Promise<void>[]> {
    const world = this.#world
    const { rounds, hasFaults, failNextCommit } = this.#options
    const { schedule, clocks, hasLeases } = world.cluster
    const nodes = [...clocks.keys()]
    const besides = [...nodes.map((at) => runJobs(world, at)), ...(hasLeases ? nodes.map((at) => keepLeases(world, at)) : [])]
    const begun = [...besides, moveClocks(world)].map((act) => schedule.begin(act))
    const keepers = [this.#race, this.#alarms, this.#targets, this.#abroad, ...this.#tables]
    if (this.#windows === 0) await Promise.all(keepers.map((keeper) => keeper?.open()))
    begun.push(schedule.begin(operate(world)))
    if (hasFaults) begun.push(schedule.begin(makeFaults(world, { failCommit: failNextCommit })))
    await Promise.all([
      ...Array.from({ length: racers }, (_, client) => this.#race.run(client, Math.min(rounds, raceRoundsMax))),
      this.#repeat(rounds, () => this.#alarms.change()),
      this.#repeat(rounds, () => this.#targets.change()),
      ...this.#tables.map((keeper) => this.#repeat(Math.ceil(rounds / 2), () => keeper.change())),
      ...writers.map((name) => this.#writeAndRead(name, rounds * 2)),
      this.#repeat(rounds, () => this.#streams.read()),
      this.#repeat(rounds, async () => this.#abroad?.change()),
      flicker(world),
    ])
    return begun
  }

  async #writeAndRead(name: string, count: number): Promise<void> {
    const world = this.#world
    const [writer, reader] = [new Writer(world, name), new Reader(world, name)]
    const choices = world.choices()
    await this.#repeat(count, async () => {
      await world.pause(name)
      if (choices.chance(50)) await writer.write()
      else if (choices.chance(55)) await reader.read()
      else if (choices.chance(80)) await reader.peek(writers)
      else await reader.knock()
    })
  }

  async #repeat(count: number, act: () => Promise<void>): Promise<void> {
    for (let done = 0; done < count && !this.#world.isSpent; done += 1) await act()
  }

  /** No more faults; all clocks agree; half an hour passes, and all that is due is done by all. */
  async #settle(): Promise<void> {
    const { cluster } = this.#world
    cluster.isDisturbed = false
    await this.#world.until('nobody disturbs', async () => (cluster.up.length === cluster.size ? true : undefined))
    for (const { service } of cluster.up) {
      await service.control.changeSettings({ indexLagMs: 0, ttlSweepIntervalMs: 0, shardRotationMs: 0 })
    }
    for (let round = 0; round < 4; round += 1) {
      cluster.agreeOnTime(11 * minuteMs)
      await cluster.runAllJobs()
    }
  }

  /** What comes is later than all that was, and by other settings. */
  async #unsettle(): Promise<void> {
    const { cluster } = this.#world
    cluster.agreeOnTime(2 * minuteMs)
    this.#sinceMs = cluster.latestMs - minuteMs
    cluster.forgetRequests()
    cluster.isDisturbed = this.#options.hasFaults
    for (const keeper of [this.#race, this.#alarms]) keeper.beginAnew()
    for (const node of cluster.up) {
      const changed = node.service.control.changeSettings(cluster.drawSettings(this.#choices))
      await changed.then(
        () => {},
        (error: unknown) => cluster.logged('settings', error),
      )
    }
  }

  async #check(): Promise<void> {
    const world = this.#world
    const { cluster } = world
    // Before anybody asks again: what is measured in this minute is with each node alone.
    await checkMetrics(cluster, 'Race', this.#sinceMs)
    await this.#race.end()
    await this.#streams.readToTheEnd()
    await checkTables(world)
    await checkStreams(world, this.#streams)
    await this.#alarms.checkAgreement(cluster)
    await this.#targets.checkAgreement(cluster)
    await this.#abroad?.checkAgreement(cluster)
    for (const { engine } of cluster.up) await checkLeftovers(this.#options.shared, engine)
    this.#race.check()
  }
}
