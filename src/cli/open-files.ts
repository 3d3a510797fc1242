/** How many descriptors this process has open. */
import { readdirSync } from 'node:fs'

/** Undefined where the system does not tell (Linux does). */
export function openFiles(): number | undefined {
  try {
    // Less the one that it is counted by.
    return readdirSync('/proc/self/fd').length - 1
  } catch {
    return undefined
  }
}
