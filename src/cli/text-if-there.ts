/** Files that need not be there. */
import { readFileSync } from 'node:fs'

/** What a file says; undefined when there is none. Throws Node's error when it cannot be read. */
export function textIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
