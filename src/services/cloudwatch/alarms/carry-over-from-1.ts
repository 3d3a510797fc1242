/** From format 1 to 2: what happened to alarms is the log it nearly was. */
import { eachChunk } from '../../../engine/format/carry-over.ts'
import type { Store } from '../../../storage/store.ts'
import { alarmHistoryHeads, allAlarmsRange } from './alarm-keys.ts'

export async function carryAlarmHistory(store: Store): Promise<void> {
  const lastNumbers = new Map<string, ReturnType<typeof alarmHistoryHeads>[number]>()
  await eachChunk(store, allAlarmsRange(), async (entries) => {
    // In the order of their numbers, so that the last chunk knows the last one.
    for (const head of alarmHistoryHeads(entries.map(({ key }) => key))) lastNumbers.set(Buffer.from(head.log).toString('latin1'), head)
  })
  await store.write([], (turn) => {
    for (const { log, lastNumber } of lastNumbers.values()) turn.open(log, lastNumber)
  })
}
