/** Many clients at once over HTTP: each draws its operations from a seed of its own, and everything is recorded. */
import { Choices } from '../fuzz/choices.ts'
import type { Recorder } from './history.ts'
import { HttpClient } from './http-client.ts'
import type { Answer, Operation } from './model.ts'
import { answerOf, createTable, requestOf, type TableOptions } from './requests.ts'
import { clientCount, seed } from './settings.ts'

export type OperationRecorder = Recorder<Operation, Answer>

/** What one client asks next. It may remember what it was told: programs do, and their conditions are about it. */
export interface Asker {
  draw(choices: Choices, tag: string): Operation
  told(operation: Operation, answer: Answer): void
}

export interface Load {
  readonly endpoints: readonly string[]
  readonly table: string
  readonly operations: number
  /** Every so many operations a client hangs up instead of waiting for the answer; never when it is left out. */
  readonly hangsUpEvery?: number
  makeAsker(client: number): Asker
}

/** The table as new. */
export async function makeTable(endpoints: readonly string[], table: string, options: TableOptions = {}): Promise<void> {
  const client = new HttpClient()
  const [endpoint = ''] = endpoints
  await client.send(endpoint, { operation: 'DeleteTable', input: { TableName: table } })
  await client.succeed(endpoint, createTable(table, options))
  client.close()
}

/** Resolves when all clients are done, and so is what goes on `beside` them. */
export async function runClients(
  load: Load,
  recorder: OperationRecorder,
  beside: (recorder: OperationRecorder) => Promise<void> = async () => {},
): Promise<void> {
  const last = recorder.startedCount + load.operations
  const clients = Array.from({ length: clientCount }, (_, number) => runClient(load, recorder, number, last))
  await Promise.all([Promise.all(clients).finally(() => recorder.finish()), beside(recorder)])
}

async function runClient(load: Load, recorder: OperationRecorder, number: number, last: number): Promise<void> {
  const { endpoints, table } = load
  const client = new HttpClient()
  const choices = new Choices(seed * 1000 + number)
  const asker = load.makeAsker(number)
  const name = `client ${number}`
  for (let turn = 0; recorder.startedCount < last; turn += 1) {
    const operation = asker.draw(choices, `${number}.${turn}`)
    const endpoint = choices.pick(endpoints)
    const hangsUp = load.hangsUpEvery !== undefined && choices.below(load.hangsUpEvery) === 0
    const call = recorder.begin(name, operation)
    const request = requestOf(table, operation)
    if (hangsUp) await client.sendAndHangUp(endpoint, request)
    const answer = hangsUp ? undefined : await client.send(endpoint, request)
    const told = answer && answerOf(operation, answer.status, answer.text)
    recorder.end(call, told)
    if (told !== undefined) asker.told(operation, told)
    // So that clients don't march in step.
    for (let pause = choices.below(3); pause > 0; pause -= 1) await new Promise(setImmediate)
  }
  client.close()
}

/** One request after the other, of every endpoint in turn, while nobody else is there. */
export async function askAlone(
  { endpoints, table }: Pick<Load, 'endpoints' | 'table'>,
  recorder: OperationRecorder,
  operations: readonly Operation[],
): Promise<void> {
  const client = new HttpClient()
  for (const [at, operation] of operations.entries()) {
    const call = recorder.begin('alone', operation)
    const answer = await client.send(endpoints[at % endpoints.length] ?? '', requestOf(table, operation))
    recorder.end(call, answer && answerOf(operation, answer.status, answer.text))
  }
  client.close()
}
