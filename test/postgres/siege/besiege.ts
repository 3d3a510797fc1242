/**
 * Several servers on one PostgreSQL under fire: clients ask random operations of random nodes while these are killed, frozen and cut off,
 * backends are terminated and answers to COMMIT are lost. In windows, as the simulation: at the end of each nobody does anything to
 * anybody, and all that was told is held against models. What is asked and which faults there are comes from the seed; when, from the
 * machine.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { accountsOf, askAccounts, checkSums, openAccounts } from '../../consistency/account-asker.ts'
import { checkHistory, type OperationHistory } from '../../consistency/check-history.ts'
import { Recorder } from '../../consistency/history.ts'
import { askItems } from '../../consistency/item-asker.ts'
import type { Answer, Database, Operation } from '../../consistency/model.ts'
import { answerOf, createTable, requestOf } from '../../consistency/requests.ts'
import type { Asker, OperationRecorder } from '../../consistency/run-clients.ts'
import { Choices } from '../../fuzz/choices.ts'
import { type Postgres, startPostgres } from '../../harness/postgres.ts'
import { type Progress, type Run, RunFailed } from '../../simulation/simulate.ts'
import { checkTable, type Streamed } from './agree-on-table.ts'
import { ConsumerProcess } from './consumer-process.ts'
import { Faults } from './faults.ts'
import { IndexKeeper } from './index-keeper.ts'
import { ServerNode } from './server-node.ts'

export interface SiegeOptions {
  readonly seed: number
  readonly nodes?: number | undefined
  readonly operations: number
  readonly hasFaults?: boolean | undefined
  /** Asked after each window, when all is well so far. */
  readonly isEnough?: (progress: Progress) => boolean
  /** Ends it in the middle of whatever it does. */
  readonly signal?: AbortSignal
}

export const tableName = 'Besieged'
const keys: readonly string[] = Array.from({ length: 6 }, (_, number) => `item-${number}/only`)
const groups: readonly number[] = [0, 1]
const clientsOfGroup = 2
const clientsOfItems = 4
/** More, with what nobody knows of it, can be explained in too many ways to try. */
const windowOperations = 600
const retryMs = 50

/** Rejects with RunFailed; nothing that it started is left. */
export async function besiege({ seed, nodes: size = 3, operations, hasFaults = true, isEnough, signal }: SiegeOptions): Promise<Run> {
  const postgres = await startPostgres()
  const siege = new Siege(postgres, seed, hasFaults)
  let windows = 0
  const progress = (): Progress => ({ nodes: size, windows, operations: siege.operations, turns: 0 })
  const run = async (): Promise<void> => {
    signal?.throwIfAborted()
    await siege.open(size)
    while (siege.operations < operations) {
      await siege.window(Math.min(windowOperations, operations - siege.operations))
      windows += 1
      if (isEnough?.(progress()) === true) return
    }
  }
  const aborted = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
  try {
    await Promise.race([run(), aborted])
    return { ...progress(), digest: 0 }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new RunFailed(`seed ${seed}, ${size} nodes on PostgreSQL, window ${windows + 1}: ${message}`, progress(), error)
  } finally {
    await siege.close()
    await postgres.remove()
  }
}

class Siege {
  readonly #postgres: Postgres
  readonly #seed: number
  readonly #faults: Faults
  readonly #choices: Choices
  readonly #nodes: ServerNode[] = []
  readonly #streamed: Streamed = { images: new Map() }
  readonly #indexes: IndexKeeper
  #consumer: ConsumerProcess | undefined
  #initial: Database = {}
  #windows = 0
  #isClosed = false
  operations = 0

  constructor(postgres: Postgres, seed: number, hasFaults: boolean) {
    this.#postgres = postgres
    this.#seed = seed
    this.#choices = new Choices(seed)
    this.#faults = new Faults({ postgres, choices: new Choices(seed + 1), hasFaults })
    this.#indexes = new IndexKeeper(tableName, new Choices(seed + 2), () => this.#anyNode(this.#choices))
  }

  async open(size: number): Promise<void> {
    const url = await this.#postgres.newUrl()
    for (let at = 0; at < size && !this.#isClosed; at += 1) {
      const node = await ServerNode.make(this.#postgres, url, () => this.#faults.nextFate())
      // Known before it is started, so that whoever ends all ends it, too.
      this.#nodes.push(node)
      if (this.#isClosed) await node.end()
      else await node.start()
    }
    const [first] = this.#nodes
    assert.ok(first !== undefined)
    const { operation, input } = createTable(tableName, { hasIndexes: true, hasStream: true })
    await first.succeed(operation, input)
    const { Table } = await first.succeed('DescribeTable', { TableName: tableName })
    assert.ok(!this.#isClosed)
    this.#consumer = new ConsumerProcess(
      (Table as { readonly LatestStreamArn: string }).LatestStreamArn,
      this.#nodes.map(({ endpoint }) => endpoint),
    )
  }

  async window(count: number): Promise<void> {
    const recorder: OperationRecorder = new Recorder()
    if (this.#windows === 0) for (const group of groups) await this.#ask(recorder, 'bank', openAccounts(group), this.#choices)
    const ofGroups = groups.flatMap((group) => Array.from({ length: clientsOfGroup }, () => askAccounts(group)))
    const ofItems = Array.from({ length: clientsOfItems }, () => askItems({ keys, queries: true }))
    const clients = [...ofGroups, ...ofItems].map((asker, client) => this.#run(recorder, { asker, client, count }))
    const faults = this.#faults.make(this.#nodes, () => recorder.isOver)
    const indexes = this.#indexes.change(() => recorder.isOver)
    await Promise.all([Promise.all(clients).finally(() => recorder.finish()), faults, indexes])
    await this.#quieten()
    await this.#check(recorder)
    this.#windows += 1
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#consumer?.end()
    for (const node of this.#nodes) await node.end()
  }

  async #run(
    recorder: OperationRecorder,
    { asker, client, count }: { readonly asker: Asker; readonly client: number; readonly count: number },
  ): Promise<void> {
    const choices = new Choices(this.#seed * 1000 + this.#windows * 100 + client)
    for (let turn = 0; recorder.startedCount < count; turn += 1) {
      const operation = asker.draw(choices, `${this.#windows}.${client}.${turn}`)
      const answer = await this.#ask(recorder, `client ${client}`, operation, choices)
      if (answer !== undefined) asker.told(operation, answer)
    }
  }

  async #ask(recorder: OperationRecorder, client: string, operation: Operation, choices: Choices): Promise<Answer | undefined> {
    const request = requestOf(tableName, operation)
    const node = await this.#anyNode(choices)
    const call = recorder.begin(client, operation)
    this.operations += 1
    const answer = await node.send(request.operation, request.input)
    const told = answer && answerOf(operation, answer.status, answer.text)
    recorder.end(call, told)
    return told
  }

  async #anyNode(choices: Choices): Promise<ServerNode> {
    for (;;) {
      assert.ok(!this.#isClosed, 'there are nodes to ask')
      const inUse = this.#nodes.filter(({ isInUse }) => isInUse)
      if (inUse.length > 0) return choices.pick(inUse)
      await sleep(retryMs)
    }
  }

  /** Requests whose clients have hung up may still be on their way: what a node is asked now is written behind them. */
  async #quieten(): Promise<void> {
    const Item = { pk: { S: 'quiet' }, sk: { S: 'only' }, tag: { S: `${this.#windows}` } }
    for (const node of [...this.#nodes, ...this.#nodes]) await node.succeed('PutItem', { TableName: tableName, Item })
  }

  /** What stands in the end must be explained, too, and is all that the next window knows. */
  async #check(recorder: OperationRecorder): Promise<void> {
    const items = new Map<string, Answer | undefined>()
    for (const key of [...keys, ...groups.flatMap(accountsOf)]) {
      items.set(key, await this.#ask(recorder, 'end', { kind: 'get', key }, this.#choices))
    }
    const { history } = recorder
    assert.equal(checkSums(history), undefined)
    assert.equal(checkHistory(history, this.#initial), undefined)
    this.#initial = databaseOf(items)
    const records = (await this.#consumer?.readToTheEnd()) ?? []
    await checkTable({ nodes: this.#nodes, tableName, records, tags: acknowledgedTags(history), streamed: this.#streamed })
  }
}

function databaseOf(items: ReadonlyMap<string, Answer | undefined>): Database {
  const found = [...items].flatMap(([key, answer]) => {
    assert.equal(answer?.kind, 'items', `${key} is read when nothing is in the way`)
    const [item] = answer.items
    return item === undefined || item === null ? [] : [[key, item] as const]
  })
  return Object.fromEntries(found.sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** Every write that was acknowledged has given its items a tag that no other has. */
function acknowledgedTags(history: OperationHistory): ReadonlySet<string> {
  const tags = history.flatMap(({ operation, outcome }) => {
    if (outcome?.answer.kind !== 'done') return []
    const actions =
      operation.kind === 'transactWrite' ? operation.actions : operation.kind === 'put' || operation.kind === 'update' ? [operation] : []
    return actions.flatMap((action) => {
      const item = action.kind === 'put' ? action.item : action.kind === 'update' ? action.set : {}
      return item['tag'] === undefined ? [] : [`${action.key} ${item['tag']}`]
    })
  })
  return new Set(tags)
}
