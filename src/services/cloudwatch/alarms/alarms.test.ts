import assert from 'node:assert/strict'
import { test } from 'node:test'
import { notOnPostgres, openTestStore } from '../../../../test/harness/test-storage.ts'
import { seededRandom } from '../../../base/random.ts'
import { openFaultyStore } from '../../../storage/faulty/open-faulty-store.ts'
import { openMemoryStore } from '../../../storage/memory/open-memory-store.ts'
import { logEntryKey, logRange } from '../../../storage/store.ts'
import { alarmHistoryLog, alarmKey } from './alarm-keys.ts'
import { type Alarms, loadAlarms } from './alarms.ts'
import { carryAlarmHistory } from './carry-over-from-1.ts'

const manyCommits = 'many thousand commits, one after the other'

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
  const store = openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault })
  const alarms = await loadAlarms(store)
  for (let number = 0; number < 2100; number += 1) {
    isFailing = number % 7 === 0
    const change = put(alarms, number)
    if (isFailing) await assert.rejects(change, { name: 'StoreUnavailable' })
    else await change
  }
  const kept = await loadAlarms(store)
  assert.equal((await kept.historyOf('')).length, 1000)
  assert.deepEqual(await kept.historyOf(''), await alarms.historyOf(''))
  assert.deepEqual(kept.find('', 'a'), alarms.find('', 'a'))
  await store.close()
})

test('Changes at the same time leave the history in memory as it is on disk', { skip: notOnPostgres(manyCommits) }, async () => {
  const store = await openTestStore()
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
  const store = openFaultyStore({ open: ({ failCommit }) => openMemoryStore({ failCommit }), nextFault })
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
  await assert.rejects(remove('a'), { name: 'StoreUnavailable' })
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

test('Limits hold among several processes, and each sees what the others did', async () => {
  const disturbances = { random: seededRandom(3), repeatedAtOnce: 50, repeatedLater: 50, guardsChanged: 50, viewsEnded: 50 }
  const store = openFaultyStore({ open: () => openMemoryStore(), nextFault: () => 'none', disturbances })
  const processes = [await loadAlarms(store), await loadAlarms(store), await loadAlarms(store)]
  const add = (alarms: Alarms, name: string): Promise<void> =>
    alarms.change('', name, (known, count) => {
      if (known === undefined && count >= 10) throw new Error('too many')
      const item = { alarmName: name, timeMs: 0, type: 'ConfigurationUpdate', summary: '', data: '{}' } as const
      return { alarm: { definition: { ...definition, AlarmName: name }, configuredMs: 0, state }, history: [item] }
    })
  const asked = processes.flatMap((alarms, at) => ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => add(alarms, `${name}${at}`)))
  const answers = await Promise.allSettled(asked)
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 10)
  for (const alarms of processes) {
    await alarms.catchUp()
    assert.equal(alarms.of('').length, 10)
    const told = (await alarms.historyOf('')).map(({ alarmName }) => alarmName)
    assert.deepEqual(
      told.toSorted(),
      alarms.of('').map((alarm) => alarm.definition.AlarmName),
    )
  }
  await store.close()
})

test('What the history has too much is dropped by and by, and is not told meanwhile', { skip: notOnPostgres(manyCommits) }, async () => {
  const store = await openTestStore()
  const alarms = await loadAlarms(store)
  for (let number = 0; number < 3500; number += 1) await put(alarms, number)
  await put(alarms, 3500)
  const told = await alarms.historyOf('')
  assert.deepEqual([told.length, told[0]?.timeMs, told.at(-1)?.timeMs], [1000, 2501, 3500])
  const steps: boolean[] = []
  do steps.push(await alarms.trimHistory())
  while (steps.at(-1))
  assert.ok(steps.length > 2)
  const kept = await store.view(async (view) => view.scan(logRange(alarmHistoryLog('')), { entries: 5000, bytes: 1 << 30 }))
  assert.equal(kept.entries.length, 1000)
  assert.deepEqual(await alarms.historyOf(''), told)
  assert.equal(await alarms.trimHistory(), false)
  await store.close()
})

test('A history of format 1 goes on behind its last number, in every region', async () => {
  let commits = 0
  const store = openMemoryStore({
    failCommit: () => {
      commits += 1
    },
  })
  const item = (timeMs: number): string => JSON.stringify({ alarmName: 'a', timeMs, type: 'StateUpdate', summary: '', data: '{}' })
  await store.write([], (turn) => {
    for (let number = 0; number < 3; number += 1) turn.put(logEntryKey(alarmHistoryLog(''), number), item(number))
    turn.put(logEntryKey(alarmHistoryLog('eu-west-3'), 1_000_000), item(7))
    turn.put(alarmKey('', 'a'), JSON.stringify({ definition, configuredMs: 0, state }))
  })
  await carryAlarmHistory(store)
  const commitsBefore = commits
  await carryAlarmHistory(store)
  assert.equal(commits, commitsBefore)
  const alarms = await loadAlarms(store)
  assert.deepEqual(alarms.regions(), [''])
  await put(alarms, 3)
  await alarms.change('eu-west-3', 'a', () => ({ alarm: undefined, history: [JSON.parse(item(8))] }))
  const times = async (region: string): Promise<readonly number[]> => (await alarms.historyOf(region)).map(({ timeMs }) => timeMs)
  assert.deepEqual(await times(''), [0, 1, 2, 3])
  assert.deepEqual(await times('eu-west-3'), [7, 8])
  await store.close()
})
