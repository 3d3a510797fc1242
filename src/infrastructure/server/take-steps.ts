/** Steps as they are taken: which of them are refused before anything is done, which of them were done, and what to call them. */
import type { TableSpec } from '../tables/table-spec.ts'
import { whenReady } from './current-table.ts'
import { Refused, type Sender } from './sender.ts'
import type { Step } from './step.ts'

/**
 * Without those of indexes that would be refused: an index is not dropped for one that cannot be made. Only what is wrong with the index
 * counts; whoever may not ask is not kept from trying.
 */
export async function withoutRefused(
  sender: Sender,
  steps: readonly Step[],
): Promise<{ readonly steps: readonly Step[]; readonly refused: readonly string[] }> {
  const names = new Set<string>()
  const refused: string[] = []
  for (const { index } of steps) {
    if (index?.check === undefined) continue
    const reason = await wrongWith(sender, index.check)
    if (reason === undefined) continue
    names.add(index.name)
    refused.push(`${whatOf(steps.filter((each) => each.index?.name === index.name)).join(', ')}: not done: ${reason}`)
  }
  return { steps: steps.filter(({ index }) => index === undefined || !names.has(index.name)), refused }
}

/** With the creation of a table that is there. Undefined: nothing, as far as anybody says. */
export async function wrongWith(sender: Sender, creation: object): Promise<string | undefined> {
  try {
    await sender.ask('dynamodb', 'CreateTable', creation)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (error.type === 'ValidationException') return error.message.replace(/^CreateTable: /, '')
  }
  return undefined
}

export interface Taken {
  readonly done: readonly Step[]
  /** What was not done, and why. */
  readonly refused: readonly string[]
}

/** Step by step. What is refused is told, and the next one is taken all the same, unless it goes on with what was refused. */
export async function take(sender: Sender, spec: TableSpec, steps: readonly Step[]): Promise<Taken> {
  const { TableName } = spec.input
  const done: Step[] = []
  const refused: string[] = []
  const left = new Set<string>()
  for (const step of steps) {
    const { what, service, operation, input, waits, index } = step
    const subject = index === undefined ? what : `index ${index.name}`
    if (left.has(subject)) continue
    try {
      const asked = typeof input === 'function' ? input(await whenReady(sender, TableName)) : input
      await sender.ask(service, operation, asked)
      done.push(step)
      if (waits) await whenReady(sender, TableName)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      left.add(subject)
      refused.push(`${what}: not done: ${error.message}`)
    }
  }
  return { done, refused }
}

/** Each once. An index that is dropped and made is rebuilt. */
export function whatOf(steps: readonly Step[]): readonly string[] {
  const of = (isMade: boolean): ReadonlySet<string> =>
    new Set(steps.flatMap(({ index }) => (index !== undefined && (index.check !== undefined) === isMade ? [index.name] : [])))
  const [made, dropped] = [of(true), of(false)]
  const words = steps.map(({ what, index }) =>
    index !== undefined && made.has(index.name) && dropped.has(index.name) ? `index ${index.name} rebuilt, unreadable meanwhile` : what,
  )
  return [...new Set(words)]
}
