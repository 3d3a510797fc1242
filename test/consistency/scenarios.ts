/** The scenarios as recorded histories: which table, which clients, and what goes on beside them, once for the tests and their controls. */
import { accountsOf, askAccounts, openAccounts } from './account-asker.ts'
import type { OperationHistory } from './check-history.ts'
import { Recorder } from './history.ts'
import { askItems, colors } from './item-asker.ts'
import type { Operation } from './model.ts'
import { type Asker, askAlone, makeTable, type OperationRecorder, runClients } from './run-clients.ts'

export interface Scenario {
  readonly endpoints: readonly string[]
  readonly operations: number
  /** What somebody does to the server while the clients are at it; it ends when the recorder says that they are done. */
  readonly beside?: (recorder: OperationRecorder) => Promise<void>
}

export const tableName = 'Consistency'

/** So few that four clients are at each of them at a time. */
const itemKeys: readonly string[] = Array.from({ length: 8 }, (_, number) => `item-${number}/only`)

/** Eight clients share four accounts: what is under way at one time stays little enough to be searched. */
const groups: readonly number[] = [0, 1, 2, 3]
const accountKeys: readonly string[] = groups.flatMap(accountsOf)

/** One in so many operations is never answered, for its client hangs up. */
const hangsUpEvery = 300
/**
 * A transfer of which nobody knows whether it happened may happen at any time until the end: the search has to try each everywhere, so
 * there are not more of them in longer histories.
 */
const hangUpsOfAccounts = 16

/** Registers, conditional registers and counters. */
export async function recordItems({ endpoints, operations }: Scenario): Promise<OperationHistory> {
  const load = { endpoints, operations, table: tableName, hangsUpEvery, makeAsker: () => askItems({ keys: itemKeys }) }
  await makeTable(endpoints, tableName)
  const recorder: OperationRecorder = new Recorder()
  await runClients(load, recorder)
  await askAlone(load, recorder, readsOf(itemKeys))
  return recorder.history
}

/** The same, and half of the reads go through a global and a local index. `prepare` finds the table empty. */
export async function recordIndexedItems(
  { endpoints, operations }: Scenario,
  prepare: () => Promise<unknown> = async () => {},
): Promise<OperationHistory> {
  const makeAsker = (): Asker => askItems({ keys: itemKeys, queries: true })
  const load = { endpoints, operations, table: tableName, hangsUpEvery, makeAsker }
  await makeTable(endpoints, tableName, { hasIndexes: true })
  await prepare()
  const recorder: OperationRecorder = new Recorder()
  await runClients(load, recorder)
  await askAlone(load, recorder, [...readsOf(itemKeys), ...itemKeys.flatMap(queriesOf)])
  return recorder.history
}

/** Transfers between accounts. */
export async function recordAccounts({ endpoints, operations, beside }: Scenario): Promise<OperationHistory> {
  const makeAsker = (client: number): Asker => askAccounts(groupOf(client))
  const rarely = Math.max(hangsUpEvery, Math.ceil(operations / hangUpsOfAccounts))
  const load = { endpoints, operations, table: tableName, hangsUpEvery: rarely, makeAsker }
  await makeTable(endpoints, tableName)
  const recorder: OperationRecorder = new Recorder()
  await askAlone(load, recorder, groups.map(openAccounts))
  await runClients(load, recorder, beside)
  await askAlone(load, recorder, readsOf(accountKeys))
  return recorder.history
}

/** Items and accounts in one table with a stream, which is there already. No client hangs up: every change must be in the stream. */
export async function recordStreamed({ endpoints, operations, beside }: Scenario): Promise<OperationHistory> {
  const makeAsker = (client: number): Asker => (client % 2 === 0 ? askAccounts(groupOf(client / 2)) : askItems({ keys: itemKeys }))
  const load = { endpoints, operations, table: tableName, makeAsker }
  const recorder: OperationRecorder = new Recorder()
  await askAlone(load, recorder, groups.map(openAccounts))
  await runClients(load, recorder, beside)
  await askAlone(load, recorder, readsOf([...itemKeys, ...accountKeys]))
  return recorder.history
}

function queriesOf(key: string): readonly Operation[] {
  return colors.map((value) => ({ kind: 'query', index: 'color', key, value }))
}

function groupOf(client: number): number {
  return client % groups.length
}

/** What stands in the end must be explained, too. */
function readsOf(keys: readonly string[]): readonly Operation[] {
  return keys.map((key) => ({ kind: 'get', key }))
}
