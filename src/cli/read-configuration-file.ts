/** Reads a file of JSON, or a JavaScript or TypeScript module with a default export, that a person names: what is in it is checked by whoever uses it. */
import { createRequire } from 'node:module'
import { extname, resolve } from 'node:path'
import { UsageError } from './read-arguments.ts'
import { readJsonFile } from './read-json-file.ts'

const modules: readonly string[] = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']

/** `what` it holds, for sentences: views. Throws UsageError. */
export function readConfigurationFile(what: string, path: string): unknown {
  if (!modules.includes(extname(path))) return readJsonFile(what, path)
  const file = resolve(path)
  try {
    const loaded: unknown = createRequire(file)(file)
    return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded
  } catch (error) {
    throw new UsageError(`The ${what} in ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
