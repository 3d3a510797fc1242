/** From format 1 to 2: what happened to alarms is the log it nearly was. */
import { latin1 } from '../../../base/bytes.ts'
import { eachChunk } from '../../../engine/format/carry-over.ts'
import type { Store } from '../../../storage/store.ts'
import { alarmHistoryHeads, allAlarmsRange } from './alarm-keys.ts'

/** May be done again, and does nothing then. */
export async function carryAlarmHistory(store: Store): Promise<void> {
  const lastNumbers = new Map<string, ReturnType<typeof alarmHistoryHeads>[number]>()
  await eachChunk(store, allAlarmsRange(), async (entries) => {
    // In the order of their numbers, so that the last chunk knows the last one.
    for (const head of alarmHistoryHeads(entries.map(({ key }) => key))) lastNumbers.set(latin1(head.log), head)
  })
  const heads = [...lastNumbers.values()]
  await store.write(
    heads.map(({ log }) => log),
    (turn) => {
      // What was opened before is not opened again: an opening that begins anew must come further than the last one.
      for (const { log, lastNumber } of heads) if (turn.last(log) < lastNumber) turn.open(log, lastNumber)
    },
  )
}
