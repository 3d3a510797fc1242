/** Reads a file of JSON that a flag names: prices, faults. What is in it is checked by the server. */
import { readFileSync } from 'node:fs'
import { UsageError } from './read-arguments.ts'

/** `what` it holds, for sentences: prices. Throws UsageError when there is no such file, or no JSON in it. */
export function readJsonFile(what: string, path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`The ${what} in ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`The ${what} in ${path} are not JSON.`)
  }
}
