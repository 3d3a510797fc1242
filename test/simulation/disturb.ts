/** What goes on beside those who ask: every node does its jobs, clocks go on and apart, nodes die and start again, or stand still for a while, and commits fail. */

import { ControlError } from '../../src/server/control/control-error.ts'
import type { Choices } from '../fuzz/choices.ts'
import type { Cluster } from './cluster.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000
/** So slow that a whole run is over before a token is too old. */
const heldStepMs = 60
/** More than that is more than a step; and all leaps together are little of the day for which records of streams are kept. */
const leapMs = 5000
const leapsMsMax = 4 * hourMs
/** How far clocks may be apart. */
const skewMsMax = 400

/** All nodes do all jobs, as nothing but the store keeps them from doing the same. */
export function runJobs(world: World, at: number): () => Promise<void> {
  return async () => {
    const choices = world.choices()
    while (!world.isOver) {
      for (let rest = 1 + choices.below(4); rest > 0; rest -= 1) await world.cluster.schedule.turn('jobs', `of ${at}`)
      const node = world.cluster.node(at)
      if (node !== undefined) await world.cluster.runJobs(node)
    }
  }
}

/** However long its jobs take, a node that lives says so. */
export function keepLeases(world: World, at: number): () => Promise<void> {
  return async () => {
    while (!world.isOver) {
      await world.cluster.schedule.turn('hearts', `of ${at}`)
      const node = world.cluster.node(at)
      if (node !== undefined) await world.cluster.keepLeases(node)
    }
  }
}

/** Mostly by moments, sometimes by minutes, and by an hour now and then; never alike, and sometimes one goes back a little. */
export function moveClocks(world: World): () => Promise<void> {
  return async () => {
    const choices = world.choices()
    let goneMs = 0
    while (!world.isOver) {
      for (let rest = 1 + choices.below(3); rest > 0; rest -= 1) await world.cluster.schedule.turn('clocks', 'moved')
      const drawnMs = choices.pick([100, 500, 1000, 1000, 2500, 2500, 61_000, choices.chance(10) ? hourMs : 5000])
      const byMs = world.isTimeHeld ? Math.min(drawnMs, heldStepMs) : goneMs + drawnMs > leapsMsMax ? Math.min(drawnMs, leapMs) : drawnMs
      if (byMs > leapMs) goneMs += byMs
      advance(world.cluster, choices, byMs)
    }
  }
}

function advance(cluster: Cluster, choices: Choices, byMs: number): void {
  const latestMs = cluster.latestMs
  for (const clock of cluster.clocks) {
    // Seen from the one that is ahead, which may stand still.
    const wantedMs = latestMs + byMs - choices.below(skewMsMax)
    const backMs = choices.chance(5) ? -choices.below(skewMsMax) : 0
    clock.advance(Math.max(wantedMs - clock.now(), backMs))
  }
}

export interface Faults {
  /** The next commit fails. */
  failCommit(): void
}

export function makeFaults(world: World, faults: Faults): () => Promise<void> {
  return async () => {
    const { cluster } = world
    const choices = world.choices()
    while (!world.isOver) {
      for (let rest = 5 + choices.below(25); rest > 0 && !world.isOver; rest -= 1) await cluster.schedule.turn('faults', 'none yet')
      if (world.isOver) return
      const at = choices.below(cluster.size)
      const roll = choices.below(100)
      if (roll < 40) faults.failCommit()
      else if (roll < 65) cluster.freeze(at, 50 + choices.below(400))
      else if (cluster.node(at) !== undefined) {
        cluster.crash(at)
        for (let rest = choices.below(10); rest > 0; rest -= 1) await cluster.schedule.turn('faults', `${at} is down`)
        await cluster.start(at)
      }
    }
  }
}

const actsMax = 5

/** Divides partitions and the shards of streams, and rotates shards, whatever else goes on. */
export function operate(world: World): () => Promise<void> {
  return async () => {
    const choices = world.choices()
    // Each doubles what there is of a table.
    for (let acts = 0; acts < actsMax && !world.isOver; acts += 1) {
      for (let rest = 4 + choices.below(40); rest > 0; rest -= 1) await world.cluster.schedule.turn('operator', 'waits')
      const life = choices.pick([undefined, ...world.tables.serving])
      const node = await world.cluster.any(choices)
      if (life === undefined) continue
      const { control } = node.service
      const act = choices.pick([control.splitShards, control.rotateShards, control.splitPartitions])
      await node.whileAlive(
        act({ table: life.name }).then(
          () => {},
          (error: unknown) => {
            // There may be no stream, no table any more, too many parts.
            if (!(error instanceof ControlError)) world.cluster.logged('an operator', error)
          },
        ),
      )
    }
  }
}
