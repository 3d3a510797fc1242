/**
 * From format 1 to 2: the history of alarms was numbered by what was in memory, and is a log now, whose head says what its last number
 * is. Its entries, and alarms, stay as they are.
 */
import { eachChunk } from '../../../engine/format/carry-over-from-1.ts'
import type { Store } from '../../../storage/store.ts'
import { alarmHistoryHeads, allAlarmsRange } from './alarm-keys.ts'

/** May be done again: the entries of a log come in the order of their numbers, so the last chunk that has some of it has its last. */
export function carryOverHistory(store: Store): Promise<void> {
  return eachChunk(store, allAlarmsRange(), (entries) => {
    const heads = alarmHistoryHeads(entries.map(({ key }) => key))
    return store.write([], (turn) => {
      for (const { log, lastNumber } of heads) turn.open(log, lastNumber)
    })
  })
}
