import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFaultyStore } from '../../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../../storage/memory/open-memory-store.ts'
import { type Alarms, loadAlarms } from './alarms.ts'

const definition = { AlarmName: 'a', EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' } as const
const state = { value: 'OK', reason: '', reasonData: '{}', updatedMs: 0, transitionedMs: 0 } as const

/** Puts the alarm anew, which the history tells by this number. */
function put(alarms: Alarms, number: number): Promise<void> {
  const item = { alarmName: 'a', timeMs: number, type: 'StateUpdate', summary: '', data: '{}' } as const
  return alarms.change('', 'a', () => ({ alarm: { definition, configuredMs: number, state }, history: [item] }))
}

test('A commit that fails leaves alarms and history in memory as they are on disk, and the history as short', async () => {
  let isFailing = false
  const nextFault = () => (isFailing ? 'commit-fails' : 'none')
  const store = openFaultyStore({ open: (observer) => openMemoryStore({ observer }), nextFault })
  const alarms = await loadAlarms(store)
  for (let number = 0; number < 2100; number += 1) {
    isFailing = number % 7 === 0
    const change = put(alarms, number)
    if (isFailing) await assert.rejects(change)
    else await change
  }
  const kept = await loadAlarms(store)
  assert.equal((await kept.historyOf('')).length, 1000)
  assert.deepEqual(await kept.historyOf(''), await alarms.historyOf(''))
  assert.deepEqual(kept.find('', 'a'), alarms.find('', 'a'))
  await store.close()
})

test('Changes at the same time leave the history in memory as it is on disk', async () => {
  const store = openMemoryStore({})
  const alarms = await loadAlarms(store)
  for (let round = 0; round < 30; round += 1) await Promise.all(Array.from({ length: 50 }, (_, index) => put(alarms, round * 50 + index)))
  await put(alarms, 1500)
  const kept = await loadAlarms(store)
  assert.equal((await kept.historyOf('')).length, 1000)
  assert.deepEqual(await kept.historyOf(''), await alarms.historyOf(''))
  assert.equal((await kept.historyOf('')).at(-1)?.timeMs, 1500)
  await store.close()
})

test('A turn that adds an alarm knows how many there are by then, also of those that are not durable yet', async () => {
  let isFailing = false
  const nextFault = () => (isFailing ? 'commit-fails' : 'none')
  const store = openFaultyStore({ open: (observer) => openMemoryStore({ observer }), nextFault })
  const alarms = await loadAlarms(store)
  const add = (region: string, name: string): Promise<void> =>
    alarms.change(region, name, (known, count) => {
      if (known === undefined && count >= 3) throw new Error('too many')
      return { alarm: { definition: { ...definition, AlarmName: name }, configuredMs: 0, state }, history: [] }
    })
  const remove = (name: string): Promise<void> => alarms.change('', name, () => ({ alarm: undefined, history: [] }))
  const added = await Promise.allSettled([...['a', 'b', 'a', 'c', 'd', 'b'].map((name) => add('', name)), add('other', 'd')])
  assert.deepEqual(
    added.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  isFailing = true
  await assert.rejects(remove('a'))
  isFailing = false
  await assert.rejects(add('', 'd'), { message: 'too many' })
  const replaced = await Promise.allSettled([remove('a'), remove('a'), add('', 'd'), add('', 'e')])
  assert.deepEqual(
    replaced.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  )
  assert.deepEqual(
    (await loadAlarms(store)).of('').map((alarm) => alarm.definition.AlarmName),
    ['b', 'c', 'd'],
  )
  await store.close()
})
