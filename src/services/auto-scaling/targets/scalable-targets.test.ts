import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestStore } from '../../../../test/harness/test-storage.ts'
import { seededRandom } from '../../../base/random.ts'
import { openFaultyStore } from '../../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../../storage/memory/open-memory-store.ts'
import type { ScalableTarget, ScalingActivity } from './scalable-target.ts'
import { loadScalableTargets, type ScalableTargets, type ScalingState } from './scalable-targets.ts'
import type { ScalingPlace } from './scaling-keys.ts'

function placeOf(table: string, region = ''): ScalingPlace {
  return { region, resourceId: `table/${table}`, dimension: 'dynamodb:table:ReadCapacityUnits' }
}

function targetAt(place: ScalingPlace): ScalableTarget {
  const suspended = { scalingIn: false, scalingOut: false, scheduled: false }
  const lists = { tags: [], policies: [], scheduledActions: [] }
  return { place, id: place.resourceId, uuid: '', minCapacity: 1, maxCapacity: 2, creationMs: 0, suspended, ...lists }
}

function add(targets: ScalableTargets, place: ScalingPlace): Promise<ScalingState> {
  return targets.change(place, (before, count) => {
    if (before.target === undefined && count >= 2) throw new Error('too many')
    return { ...before, target: targetAt(place) }
  })
}

test('A turn that adds a target knows how many there are by then, also of those that are not durable yet', async () => {
  const store = await openTestStore()
  const targets = await loadScalableTargets(store)
  const places = [placeOf('a'), placeOf('b'), placeOf('a'), placeOf('c'), placeOf('c', 'eu-west-3')]
  const added = await Promise.allSettled(places.map((place) => add(targets, place)))
  assert.deepEqual(
    added.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
  const remove = targets.change(placeOf('a'), (before) => ({ ...before, target: undefined }))
  await Promise.all([remove, add(targets, placeOf('c'))])
  await assert.rejects(add(targets, placeOf('d')), { message: 'too many' })
  const kept = await loadScalableTargets(store)
  for (const region of ['', 'eu-west-3']) assert.deepEqual(kept.ofRegion(region), targets.ofRegion(region))
  assert.deepEqual(
    kept.ofRegion('').map(({ id }) => id),
    ['table/b', 'table/c'],
  )
  await store.close()
})

test('The limit holds among several processes, and each sees what the others did', async () => {
  const disturbances = { random: seededRandom(5), repeatedAtOnce: 50, repeatedLater: 50, guardsChanged: 50, viewsEnded: 50 }
  const store = openFaultyStore({ open: () => openMemoryStore(), nextFault: () => 'none', disturbances })
  const processes = [await loadScalableTargets(store), await loadScalableTargets(store)]
  const gone: string[] = []
  processes[1]?.onGone(({ id }) => gone.push(id))
  const added = await Promise.allSettled(
    processes.flatMap((targets, at) => ['a', 'b'].map((name) => add(targets, placeOf(`${name}${at}`)))),
  )
  assert.equal(added.filter(({ status }) => status === 'fulfilled').length, 2)
  for (const targets of processes) await targets.catchUp()
  const [one, other] = processes.map((targets) => targets.ofRegion(''))
  assert.equal(one?.length, 2)
  assert.deepEqual(one, other)
  for (const { place } of one) await processes[0]?.change(place, (before) => ({ ...before, target: undefined }))
  await processes[1]?.catchUp()
  assert.deepEqual(
    gone,
    one.map(({ id }) => id),
  )
  await store.close()
})

test('What was done for a place is forgotten when all of it is old, but not while the place is scaled, nor when it is scaled again meanwhile', async () => {
  const store = await openTestStore()
  const activityAt = (startMs: number): ScalingActivity => ({
    id: String(startMs),
    description: '',
    cause: '',
    status: 'Successful',
    startMs,
  })
  const [one, other] = [await loadScalableTargets(store), await loadScalableTargets(store)]
  const [scaled, again, left, recent] = ['scaled', 'again', 'left', 'recent'].map((name) => placeOf(name))
  assert.ok(scaled && again && left && recent)
  const activitiesAt: readonly (readonly [ScalingPlace, readonly number[]])[] = [
    [scaled, [1]],
    [again, [1]],
    [left, [2, 1]],
    [recent, [9, 1]],
  ]
  for (const [place, times] of activitiesAt) {
    const target = place === scaled ? targetAt(place) : undefined
    await one.change(place, () => ({ target, activities: times.map(activityAt) }))
  }
  await other.catchUp()
  await one.change(again, (before) => ({ ...before, target: targetAt(again) }))
  await other.forgetActivities(5)
  await one.catchUp()
  for (const targets of [one, other, await loadScalableTargets(store)]) {
    assert.deepEqual(
      [scaled, again, left, recent].map((place) => targets.activitiesOf(place).map(({ startMs }) => startMs)),
      [[1], [1], [], [9, 1]],
    )
  }
  await store.close()
})
