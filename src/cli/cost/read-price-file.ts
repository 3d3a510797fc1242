/** Reads a file of prices, for the server's flag and for `stator cost`. What is in it is checked by the server. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../read-arguments.ts'

/** Throws UsageError when there is no such file, or no JSON in it. */
export function readPriceFile(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`The prices in ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(`The prices in ${path} are not JSON.`)
  }
}
