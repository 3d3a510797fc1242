/** A recorded history held against the model, partition by partition, and what to say when no order explains it. */
import type { Call, History } from './history.ts'
import { type Answer, apply, type Database, isIn, isWithoutEffect, type Operation, partitionOf } from './model.ts'
import { searchOrder, type Unexplained } from './search-order.ts'
import { seed } from './settings.ts'

type OperationCall = Call<Operation, Answer>
export type OperationHistory = History<Operation, Answer>

/** What is shown of a window that never became certain. */
const callsShownMax = 40

/** Undefined when the database, beginning as `initial`, could have done everything it answered one thing after the other; else why not, for people. */
export function checkHistory(history: OperationHistory, initial: Database = {}): string | undefined {
  // A conflict did nothing and tells nothing, so it fits everywhere.
  const telling = history.filter(({ outcome }) => outcome?.answer.kind !== 'conflict')
  for (const [partition, calls] of Map.groupBy(telling, ({ operation }) => partitionOf(operation))) {
    const ofPartition = Object.fromEntries(Object.entries(initial).filter(([key]) => isIn(partition, key)))
    const unexplained = searchOrder({ initial: ofPartition, apply, isWithoutEffect }, calls)
    if (unexplained !== undefined) return explanation(partition, unexplained)
  }
  return undefined
}

function explanation(partition: string, { call, since, window }: Unexplained<Database, Operation, Answer>): string {
  const shown = window.slice(-callsShownMax)
  return [
    `seed ${seed}, ${partition}: no order of these calls explains the answer to #${call.number}.`,
    `Before them the items were ${JSON.stringify(since.state)}`,
    ...(shown.length < window.length ? [`(${window.length - shown.length} earlier calls are left out)`] : []),
    ...shown.map((each) => `${each === call ? '>' : since.happened.includes(each.number) ? '+' : ' '} ${described(each)}`),
    '(+ had happened by then; [called … answered] by the common counter)',
  ].join('\n')
}

function described({ number, client, operation, calledAt, outcome }: OperationCall): string {
  const answer = outcome === undefined ? 'nobody knows' : JSON.stringify(outcome.answer)
  return `#${number} ${client} [${calledAt} … ${outcome?.doneAt ?? ''}] ${JSON.stringify(operation)} → ${answer}`
}
