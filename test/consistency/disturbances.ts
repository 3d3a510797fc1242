/** What is done to a server while clients are at it, through its control endpoint: conflicts of transactions, and shards that end. */
import { Choices } from '../fuzz/choices.ts'
import { askControl } from '../harness/control-endpoint.ts'
import type { DescribedShard } from '../harness/stream-consumer.ts'
import type { OperationRecorder } from './run-clients.ts'
import { seed } from './settings.ts'

const callsBetweenHolds = 180
/** A transaction is held for so many calls of others. */
const heldCallsMax = 20
/** Without so many calls to come nothing is held: those of others have to end while it is. */
const callsLeftMin = 100
/** Of the clock, which stands still or is much slower: transactions are released, not waited for. */
const holdMs = 600_000

/** Cancels transactions for no reason, and holds others open in the middle, so that whatever touches their items conflicts. */
export async function makeConflicts(endpoint: string, operations: number, recorder: OperationRecorder): Promise<void> {
  for (;;) {
    await recorder.afterMore(callsBetweenHolds)
    if (recorder.startedCount > operations - callsLeftMin) return
    await askControl(endpoint, 'POST', 'transactions/conflict-next', { count: 1 })
    await askControl(endpoint, 'POST', 'transactions/hold-next', { forMs: holdMs })
    await recorder.afterMore(heldCallsMax)
    await askControl(endpoint, 'POST', 'transactions/release', {})
  }
}

export interface ShardDisturbance {
  readonly endpoint: string
  readonly table: string
  readonly operations: number
  readonly rounds: number
  readonly describeShards: () => Promise<readonly DescribedShard[]>
}

/** Splits and rotates single shards, rotates all, and once splits the partitions, whose shards follow. */
export async function endShards(disturbance: ShardDisturbance, recorder: OperationRecorder): Promise<void> {
  const { endpoint, table, operations, rounds } = disturbance
  const choices = new Choices(seed)
  for (let round = 0; round < rounds; round += 1) {
    await recorder.afterMore(Math.floor(operations / (rounds + 1)))
    if (recorder.isOver) return
    const all = await disturbance.describeShards()
    const open = all.filter(({ SequenceNumberRange }) => SequenceNumberRange.EndingSequenceNumber === undefined)
    const shard = choices.pick(open).ShardId
    if (round === 2) await askControl(endpoint, 'POST', `tables/${table}/partitions/split`, {})
    else if (round % 4 === 3) await askControl(endpoint, 'POST', `tables/${table}/stream/rotate`, {})
    else await askControl(endpoint, 'POST', `tables/${table}/stream/${choices.pick(['split', 'split', 'rotate'])}`, { shard })
  }
}
