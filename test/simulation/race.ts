/**
 * Clients who are after the same few items, through whatever node: everything they were told is recorded, and must be explained by one
 * order of all of it (test/consistency).
 */
import assert from 'node:assert/strict'
import { accountsOf, askAccounts, checkSums, openAccounts } from '../consistency/account-asker.ts'
import { checkHistory, type OperationHistory } from '../consistency/check-history.ts'
import { Recorder } from '../consistency/history.ts'
import { askItems } from '../consistency/item-asker.ts'
import { type Database, keysOf, type Operation } from '../consistency/model.ts'
import { answerOf, createTable, requestOf } from '../consistency/requests.ts'
import type { Asker, OperationRecorder } from '../consistency/run-clients.ts'
import type { Choices } from '../fuzz/choices.ts'
import type { World } from './world.ts'

const tableName = 'Race'
const keys: readonly string[] = ['item-0/only', 'item-1/only']
const group = 0

export class Race {
  readonly #world: World
  #recorder: OperationRecorder = new Recorder()
  /** What stood there before. */
  #initial: Database = {}
  #windows = 0

  constructor(world: World) {
    this.#world = world
  }

  /** Makes the table, and all the money there is. */
  async open(): Promise<void> {
    const choices = this.#world.choices()
    const { operation, input } = createTable(tableName, { hasIndexes: true })
    await this.#world.until(`${tableName} is there`, async () => {
      await this.#world.ask(choices, operation, input)
      const { body } = await this.#world.learn(choices, 'DescribeTable', { TableName: tableName })
      return (body.Table as { readonly TableStatus?: string } | undefined)?.TableStatus === 'ACTIVE' ? true : undefined
    })
    await this.#ask(choices, 'bank', openAccounts(group))
  }

  /** One client's operations, one after the other. */
  async run(client: number, count: number): Promise<void> {
    // The model knows nothing of tokens that are too old.
    this.#world.timeHolders += 1
    const choices = this.#world.choices()
    const asker: Asker = client % 2 === 0 ? askAccounts(group) : askItems({ keys, queries: !this.#world.cluster.hasLag })
    for (let turn = 0; turn < count && !this.#world.isSpent; turn += 1) {
      const operation = asker.draw(choices, `${this.#windows}.${client}.${turn}`)
      const answer = await this.#ask(choices, `client ${client}`, operation)
      if (answer !== undefined) asker.told(operation, answer)
    }
    this.#world.timeHolders -= 1
  }

  /** What stands in the end must be explained, too. */
  async end(): Promise<void> {
    const choices = this.#world.choices()
    for (const key of [...keys, ...accountsOf(group)]) await this.#ask(choices, 'end', { kind: 'get', key })
  }

  /** Of all since it was begun anew, when it has ended. */
  check(): void {
    const { history } = this.#recorder
    assert.equal(checkSums(history), undefined)
    assert.equal(checkHistory(history, this.#initial), undefined)
  }

  /** Goes by what stood in the end, of which the past says nothing more: what has not happened by then never will. */
  beginAnew(): void {
    this.#initial = endOf(this.#recorder.history)
    this.#recorder = new Recorder()
    this.#windows += 1
  }

  async #ask(choices: Choices, client: string, operation: Operation): Promise<ReturnType<typeof answerOf>> {
    const { operation: name, input } = requestOf(tableName, operation)
    const call = this.#recorder.begin(client, operation)
    const outcome = await this.#world.ask(choices, name, input)
    const answer = outcome && answerOf(operation, outcome.status, JSON.stringify(outcome.body))
    this.#recorder.end(call, answer)
    return answer
  }
}

/** What the last reads of a history have shown. */
function endOf(history: OperationHistory): Database {
  const found = history.slice(-(keys.length + accountsOf(group).length)).flatMap(({ operation, outcome }) => {
    const item = outcome?.answer.kind === 'items' ? outcome.answer.items[0] : undefined
    return item === undefined || item === null ? [] : keysOf(operation).map((key) => [key, item] as const)
  })
  return Object.fromEntries(found.sort(([left], [right]) => (left < right ? -1 : 1)))
}
