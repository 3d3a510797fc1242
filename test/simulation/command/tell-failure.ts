/** What is said of a seed that failed: what went wrong, and the line that shows it again. */

import type { RunFailed } from '../simulate.ts'
import { commandLine, type SimulateOptions } from './options.ts'
import type { Prefix } from './smallest-prefix.ts'

export interface Failure {
  readonly error: RunFailed
  /** The least of it that was seen to fail; undefined: it did not fail again, or was not tried. */
  readonly prefix: Prefix | undefined
}

export function tellFailure(options: SimulateOptions, seed: number, { error, prefix }: Failure): string {
  const all = error.progress.operations
  if (options.storage === 'postgres') {
    return `${error.message}\n\nSeed ${seed}: it failed within ${all} requests. With the same requests and faults, at other moments:\n  ${commandLine(options, seed, all)}\n`
  }
  if (prefix === undefined) {
    return `${error.message}\n\nIt did not fail again with the same ${all} requests: something is not drawn from the seed.\n  ${commandLine(options, seed, all)}\n`
  }
  const fewer =
    prefix.operations < all ? `${prefix.operations} requests are enough, of ${all}` : `no fewer than ${all} requests were seen to fail`
  return `${prefix.error.message}\n\nSeed ${seed}: ${fewer}. To see it again:\n  ${commandLine(options, seed, prefix.operations)}\n`
}
