/**
 * A run from a seed: one to three nodes over one store; keepers of tables, alarms and targets, writers and readers, clients who race,
 * consumers of streams; jobs, clocks and faults beside them. It is played in windows: at the end of each everything comes to rest, all of
 * it is looked at, and what was looked at is forgotten. So a long run needs no more memory than a short one.
 */
import { openMemoryStore } from '../../src/storage/memory/open-memory-store.ts'
import type { Store } from '../../src/storage/store.ts'
import { Choices } from '../fuzz/choices.ts'
import { Cluster, loadEverything } from './cluster.ts'
import { Play } from './play.ts'
import { Schedule } from './schedule.ts'
import { World } from './world.ts'

export interface RunOptions {
  readonly seed: number
  /** Drawn from the seed if it is left out. */
  readonly nodes?: number | undefined
  /** How much everybody does in a window. */
  readonly rounds?: number | undefined
  /** How many requests there are, at the least: windows follow one another until there were so many. Default: one window. */
  readonly operations?: number | undefined
  /** Whether nodes die and stand still, commits fail, and a store does all that its contract allows. Default true. */
  readonly hasFaults?: boolean | undefined
  /** For the store as the nodes have it: what is wrong with it must show. */
  readonly spoil?: (store: Store) => Store
  /** Hears of everything that is asked and answered, to find out what went wrong. */
  readonly tell?: ((line: string) => void) | undefined
  /** Asked after each window, when all is well so far. */
  readonly isEnough?: (progress: Progress) => boolean
}

export interface Progress {
  readonly nodes: number
  readonly windows: number
  readonly operations: number
  readonly turns: number
}

export interface Run extends Progress {
  /** Of the order in which everything happened. */
  readonly digest: number
}

/** What went wrong, and how far the run had come. */
export class RunFailed extends Error {
  readonly progress: Progress

  constructor(message: string, progress: Progress, cause: unknown) {
    super(message, { cause })
    this.progress = progress
  }
}

/** Enough to see what led to a failure. */
const traceShown = 25

/** Rejects with RunFailed. */
export async function simulate({ seed, nodes, spoil = (store) => store, tell, isEnough, ...extent }: RunOptions): Promise<Run> {
  await loadEverything()
  const { hasFaults = true, rounds = 12, operations } = extent
  const choices = new Choices(seed)
  const schedule = new Schedule(seed)
  let isToFail = false
  const failCommit = (): void => {
    if (!isToFail) return
    isToFail = false
    // None came while there were faults.
    if (!cluster.isDisturbed) return
    throw new Error('the simulation fails a commit')
  }
  const shared = openMemoryStore({ failCommit })
  const size = nodes ?? 1 + choices.below(3)
  const cluster = new Cluster({ schedule, choices, seed, nodes: size, shared: spoil(shared), hasFaults, tell })
  const world = new World(cluster, seed, operations)
  let windows = 0
  const progress = (): Progress => ({ nodes: size, windows, operations: world.operations, turns: schedule.now })
  const failNextCommit = (): void => {
    isToFail = true
  }
  schedule.begin(async () => {
    const play = new Play(world, { rounds, shared, hasFaults, failNextCommit })
    await play.begin()
    for (;;) {
      await play.window()
      windows += 1
      const isLast = operations === undefined || world.isSpent
      if (isEnough?.(progress()) === true || isLast) return
    }
  })
  try {
    await schedule.run()
  } catch (error) {
    const trace = schedule.trace.slice(-traceShown).join('\n    ')
    throw new RunFailed(`seed ${seed}, ${size} nodes, turn ${schedule.now}: ${told(error)}\n  before it:\n    ${trace}`, progress(), error)
  }
  return { ...progress(), digest: schedule.digest }
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
