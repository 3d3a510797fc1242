/**
 * Who has a folder open, for whoever is refused for it: a file beside the lock, written by a process that serves, and by nobody else. It
 * says nothing when the lock is free: a process that was killed leaves it behind.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Holder {
  readonly processId: number
  /** Where it answers. */
  readonly endpoint: string
}

const nameOfFile = 'stator.holder'

/** Does nothing where it cannot be written: the folder is in use all the same. */
export function noteHolder(folder: string, { processId, endpoint }: Holder): void {
  try {
    writeFileSync(join(folder, nameOfFile), `${processId} ${endpoint}\n`, { mode: 0o600 })
  } catch {
    // Nobody will be told.
  }
}

export function forgetHolder(folder: string): void {
  try {
    rmSync(join(folder, nameOfFile), { force: true })
  } catch {
    // It is of no meaning once the lock is free.
  }
}

/** The rest of a sentence that says that the folder is in use: by whom, and what to do. */
export function inUseBy(folder: string): string {
  const [, processId, endpoint] = /^(\d+) (\S+)\n$/.exec(textOf(folder)) ?? []
  if (processId === undefined) return ''
  return ` (process ${processId}, at ${endpoint}): use that one, stop it (kill ${processId}), or choose another --data-dir`
}

function textOf(folder: string): string {
  try {
    return readFileSync(join(folder, nameOfFile), 'utf8')
  } catch {
    return ''
  }
}
