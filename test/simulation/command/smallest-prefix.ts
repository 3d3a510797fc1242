/** Of a run that failed, few requests that fail as well: what came before is then looked at all the sooner. */
import type { RunFailed } from '../simulate.ts'

export interface Prefix {
  readonly operations: number
  readonly error: RunFailed
}

export interface Found {
  /** After so many all was well. */
  readonly checked: number
  /** After so many it failed. */
  readonly failed: number
  readonly isTimeOver: () => boolean
}

/**
 * By halves, for whatever is wrong is mostly seen whenever somebody looks. `failureOf` runs so many requests and looks at all. Undefined
 * when not even all of them fail again.
 */
export async function findSmallestPrefix(
  { checked, failed, isTimeOver }: Found,
  failureOf: (operations: number) => Promise<RunFailed | undefined>,
): Promise<Prefix | undefined> {
  const error = await failureOf(failed)
  if (error === undefined) return undefined
  let [least, prefix] = [checked, { operations: failed, error }]
  while (prefix.operations - least > 1 && !isTimeOver()) {
    const operations = Math.floor((least + prefix.operations) / 2)
    const sooner = await failureOf(operations)
    if (sooner === undefined) least = operations
    else prefix = { operations, error: sooner }
  }
  return prefix
}
