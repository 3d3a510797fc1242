/** Files that were given as infrastructure code. Programs among them are run where the user has allowed it, for what they export. */
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { diskFiles } from '../../infrastructure/documents/disk-files.ts'
import type { SourceFiles } from '../../infrastructure/documents/source-files.ts'
import type { GivenOptions } from '../command-options.ts'

/** `paths`: files and folders. */
export function givenFiles(paths: readonly string[], given: GivenOptions): SourceFiles {
  return { ...diskFiles(paths), ...(given.has('allow-code') && { run: runModule }) }
}

/** Of a module of any kind, also in TypeScript where Node.js strips types: its default export, or all of them. Throws what the module throws. */
function runModule(path: string): unknown {
  const file = resolve(path)
  const require = createRequire(file)
  // One that has changed since is run anew, as far as Node.js has it: modules of ECMAScript are run once in a process.
  delete require.cache[file]
  const exported: unknown = require(file)
  return typeof exported === 'object' && exported !== null && 'default' in exported ? exported.default : exported
}
