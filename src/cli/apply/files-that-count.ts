/**
 * Which changes of files make `stator apply --watch` look again: of files that were read, or looked for, and of those that would be read of a
 * folder that was given. Not of its own output, which may go into that folder, too.
 */
import { fstatSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { SourceFiles } from '../../infrastructure/documents/source-files.ts'
import { isReadOfFolders } from '../../infrastructure/read-infrastructure.ts'

type FileId = Pick<Stats, 'dev' | 'ino'>

export class FilesThatCount {
  /** Whole paths. */
  readonly #read = new Set<string>()
  readonly #given: readonly string[]
  readonly #outputs: readonly FileId[]

  /** `outputs`: where lines are printed. */
  constructor(paths: readonly string[], outputs: readonly FileId[] = [fstatSync(1), fstatSync(2)]) {
    this.#given = paths.map((path) => resolve(path))
    this.#outputs = outputs
  }

  /** The same files, and what is asked of them is remembered. */
  noting(files: SourceFiles): SourceFiles {
    const note = (path: string): void => {
      this.#read.add(resolve(path))
    }
    return {
      ...files,
      kindOf: (path) => {
        const kind = files.kindOf(path)
        // What is not there was looked for, and may come.
        if (kind === undefined) note(path)
        return kind
      },
      read: (path) => {
        note(path)
        return files.read(path)
      },
    }
  }

  /** Those that they lie in, and those that were given. */
  get folders(): ReadonlySet<string> {
    return new Set([...this.#read, ...this.#given].flatMap((path) => (isFolder(path) ? path : dirname(path))))
  }

  /** `path`: something that changed, came or went. */
  has(path: string): boolean {
    const whole = resolve(path)
    const found = statSync(whole, { throwIfNoEntry: false })
    if (found !== undefined && this.#outputs.some(({ dev, ino }) => dev === found.dev && ino === found.ino)) return false
    if (this.#read.has(whole) || this.#given.includes(whole)) return true
    if (!this.#given.some((folder) => whole.startsWith(`${folder}/`))) return false
    return found?.isDirectory() === true || isReadOfFolders(basename(whole))
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
