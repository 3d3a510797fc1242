import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hourMs, ManualClock } from '../../base/clock.ts'
import { clockLookEveryMs, clockOffMsMax, clockUnheldMsMax } from '../limits.ts'
import { StoreClock } from './store-clock.ts'

const startMs = 1_795_341_600_000

/** A machine whose clock is off, and a store that takes its time to answer: as long on the way there as back, unless it is said. */
class World {
  readonly machine: ManualClock
  readonly steady = new ManualClock(1000)
  readonly store = new ManualClock(startMs)
  wayThereMs = 2
  wayBackMs = 2
  asked = 0
  readonly clock: StoreClock

  constructor(machineAheadMs = 0) {
    this.machine = new ManualClock(startMs + machineAheadMs)
    const ask = async (): Promise<number> => {
      this.asked += 1
      this.pass(this.wayThereMs)
      const answer = this.store.now()
      this.pass(this.wayBackMs)
      return answer
    }
    this.clock = new StoreClock({ ask, machine: this.machine, steady: this.steady })
  }

  pass(byMs: number): void {
    for (const clock of [this.machine, this.steady, this.store]) clock.advance(byMs)
  }

  /** How far it is from the store's. */
  get offMs(): number {
    return this.clock.now() - this.store.now()
  }
}

test('The clock is that of the store, whatever the machine shows, and goes on with the steady one', async () => {
  for (const aheadMs of [0, hourMs, -hourMs, 700]) {
    const world = new World(aheadMs)
    await world.clock.look()
    assert.deepEqual([world.offMs, world.clock.machineAheadMs, world.clock.doubt], [0, aheadMs, undefined])
    world.pass(1500)
    assert.equal(world.offMs, 0)
  }
})

test('It is held against the store every two seconds and not more often', async () => {
  const world = new World()
  for (let at = 0; at < 10; at += 1) {
    await world.clock.look()
    world.pass(clockLookEveryMs / 4)
  }
  assert.equal(world.asked, 3)
})

test('It never goes back while the store does not, and is right within half the time that an answer takes', async () => {
  const wayMs = fc.integer({ min: 0, max: 400 })
  const moves = fc.array(fc.record({ passMs: fc.integer({ min: 0, max: 3000 }), wayThereMs: wayMs, wayBackMs: wayMs }), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(moves, fc.integer({ min: -hourMs, max: hourMs }), async (all, aheadMs) => {
      const world = new World(aheadMs)
      await world.clock.look()
      let errorMs = (world.wayThereMs + world.wayBackMs) / 2
      let beforeMs = world.clock.now()
      for (const { passMs, ...ways } of all) {
        Object.assign(world, ways)
        world.pass(passMs)
        const { asked } = world
        await world.clock.look()
        if (world.asked > asked) errorMs = Math.max(errorMs, (ways.wayThereMs + ways.wayBackMs) / 2)
        const nowMs = world.clock.now()
        assert.ok(nowMs >= beforeMs && Math.abs(world.offMs) <= errorMs + 1)
        beforeMs = nowMs
      }
    }),
  )
})

test('A steady clock that goes too fast is held back without time going back', async () => {
  const world = new World()
  await world.clock.look()
  world.steady.advance(40)
  const beforeMs = world.clock.now()
  world.pass(clockLookEveryMs)
  await world.clock.look()
  assert.equal(world.offMs, 0)
  assert.ok(world.clock.now() >= beforeMs)
})

test('A clock of the machine that is set while the node runs is of no importance, once the store was asked again', async () => {
  const world = new World()
  await world.clock.look()
  world.machine.advance(hourMs)
  assert.equal(world.offMs, 0)
  assert.equal(world.clock.doubt, 'The clock of this machine moved by 3600.0 s, and is to be held against that of the database again')
  // At once, though it is not time for it.
  await world.clock.look()
  assert.deepEqual([world.offMs, world.clock.machineAheadMs, world.clock.doubt], [0, hourMs, undefined])
})

test('A machine that was suspended is behind and says so, until the store was asked again', async () => {
  const world = new World()
  await world.clock.look()
  for (const clock of [world.machine, world.store]) clock.advance(61_000)
  assert.equal(world.offMs, -61_000)
  assert.match(world.clock.doubt ?? '', /^The clock of this machine moved by 61\.0 s/)
  await world.clock.look()
  assert.deepEqual([world.offMs, world.clock.doubt], [0, undefined])
})

test('Answers that are long on their way leave the clock as it is, and after ten seconds of them it is not relied on', async () => {
  const world = new World()
  await world.clock.look()
  world.wayThereMs = 0
  world.wayBackMs = 2 * clockOffMsMax + 100
  while (world.clock.doubt === undefined) {
    world.pass(clockLookEveryMs)
    await world.clock.look()
    assert.equal(world.offMs, 0)
  }
  assert.match(world.clock.doubt, /^The database has not said what time it is for 1\d s$/)
  world.wayBackMs = 3
  await world.clock.look()
  assert.equal(world.clock.doubt, undefined)
})

test('A first answer that is long on its way is the best there is, and is not relied on', async () => {
  const world = new World(hourMs)
  world.wayBackMs = 3000
  await world.clock.look()
  assert.ok(Math.abs(world.offMs) <= 1501)
  assert.equal(world.clock.doubt, 'The database has not said yet what time it is')
  world.wayBackMs = 2
  await world.clock.look()
  assert.deepEqual([world.clock.doubt, Math.abs(world.offMs) <= clockOffMsMax], [undefined, true])
})

test('A store that cannot be asked is told of, and the clock goes on and is relied on for ten seconds', async () => {
  const world = new World()
  await world.clock.look()
  const failing = new StoreClock({ ask: () => Promise.reject(new Error('away')), machine: world.machine, steady: world.steady })
  await assert.rejects(failing.look(), /^Error: away$/)
  assert.ok(failing.doubt !== undefined)
  world.pass(clockUnheldMsMax)
  assert.deepEqual([world.offMs, world.clock.doubt], [0, undefined])
  world.pass(1)
  assert.equal(world.clock.doubt, 'The database has not said what time it is for 10 s')
})

test('When the clock of the store is set back by more than half a second, this one is', async () => {
  const world = new World()
  await world.clock.look()
  assert.equal(world.offMs, 0)
  world.store.advance(-hourMs)
  world.pass(clockLookEveryMs)
  await world.clock.look()
  assert.equal(world.offMs, 0)
})
