/**
 * Processes of functions in groups of their own: what a terminal sends to the server (Ctrl+C) is not for them, as an invocation that it ended
 * would have failed; and whatever they started themselves ends with them.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process'

/** Windows has no such groups. */
const hasGroups = process.platform !== 'win32'

export const ownGroup: Pick<SpawnOptions, 'detached'> = { detached: hasGroups }

/** Ends it at once, with all of its group. */
export function killGroup(child: ChildProcess): void {
  const { pid } = child
  try {
    if (pid !== undefined && hasGroups) process.kill(-pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has ended.
  }
}
