/** Replicas of a global table with eventual consistency come to what last writer wins says, whatever happens on the way. `REPLICA_SEEDS=1-500` tries more. */
import { test } from 'node:test'
import { dayMs } from '../../src/base/clock.ts'
import { ReplicaWorld } from './replica-world.ts'

const [firstSeed = 1, lastSeed = firstSeed] = (process.env.REPLICA_SEEDS ?? '1-24').split('-').map(Number)

for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
  test(`Replicas converge after cuts, lags, wrong clocks, crashes, and coming and going (seed ${seed})`, async () => {
    const world = new ReplicaWorld(seed)
    await world.start()
    for (let step = 0; step < 250; step += 1) {
      await doSomething(world)
      await world.noteAlone()
    }
    await world.heal()
    await world.noteAll()
    await world.agree()
  })
}

async function doSomething(world: ReplicaWorld): Promise<void> {
  const drawn = world.below(100)
  if (drawn < 50) await world.write()
  else if (drawn < 70) await world.jobs()
  else if (drawn < 78) world.clock.advance(world.below(3000))
  else if (drawn < 84) world.disturbLink()
  else if (drawn < 88) world.disturbClock()
  else if (drawn < 93) await world.changeMembers()
  else if (drawn < 94) world.clock.advance(dayMs)
  else if (drawn < 97) {
    await world.crashing(() => world.write())
    await world.noteAll()
  } else {
    await world.crashing(() => world.jobs())
    await world.noteAll()
  }
}
