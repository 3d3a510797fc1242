/** Files that were given as infrastructure code. Programs among them are run where the user has allowed it, for what they export. */
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { diskFiles } from '../../infrastructure/documents/disk-files.ts'
import type { SourceFiles } from '../../infrastructure/documents/source-files.ts'
import type { GivenOptions } from '../command-options.ts'

/** `paths`: files and folders. */
export function givenFiles(paths: readonly string[], given: GivenOptions): SourceFiles {
  return { ...diskFiles(paths), ...(given.has('allow-code') && { run: runModule }) }
}

/** By what a server remembers which files made a table: the stack, or all that was given, wherever it was given from. */
export function sourceOf(paths: readonly string[], stack?: string | undefined): string {
  return stack ?? [...new Set(paths.map((path) => (existsSync(path) ? realpathSync(path) : resolve(path))))].sort().join(' ')
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
