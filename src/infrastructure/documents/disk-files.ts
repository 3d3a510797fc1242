/** Files of infrastructure code on a disk: those below the folders that were given, wherever links lead. */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, relative } from 'node:path'
import { sourceBytesMax } from '../limits.ts'
import type { SourceFiles } from './source-files.ts'

/** `paths`: what was given. Of a file its folder counts. */
export function diskFiles(paths: readonly string[]): SourceFiles {
  const roots = paths.flatMap((path) => {
    const real = realPath(path)
    if (real === undefined) return []
    return [statSync(real).isDirectory() ? real : dirname(real)]
  })
  const isInside = (real: string): boolean =>
    roots.some((root) => {
      const way = relative(root, real)
      return way === '' || (!/^\.\.([/\\]|$)/.test(way) && !isAbsolute(way))
    })
  return {
    kindOf: (path) => {
      const real = realPath(path)
      if (real === undefined) return undefined
      if (!isInside(real)) return 'outside'
      const found = statSync(real)
      if (found.isDirectory()) return 'folder'
      return found.isFile() ? 'file' : undefined
    },
    list: (folder) => readdirSync(folder).sort(),
    read: (path) => {
      const real = realPath(path)
      if (real === undefined) throw new Error('there is no such file')
      const found = statSync(real)
      if (!isInside(real) || !found.isFile()) throw new Error('it is no file')
      if (found.size > sourceBytesMax) throw new Error(`it is larger than ${sourceBytesMax / 1024 / 1024} MB`)
      return readFileSync(real)
    },
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
