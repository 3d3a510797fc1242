/** Dropped files as those who read infrastructure code ask for them. Programs among them are not run: there is nothing to run them. */
import type { SourceFiles } from '../../../src/infrastructure/documents/source-files.ts'
import { droppedFileBytesMax } from '../../limits.ts'
import type { DroppedFile } from './dropped-files.ts'

export function droppedSources(files: readonly DroppedFile[]): SourceFiles {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const folders = foldersOf(files)
  return {
    kindOf: (path) => {
      if (path.startsWith('..') || path.startsWith('/')) return 'outside'
      if (byPath.has(path)) return 'file'
      return folders.has(path) ? 'folder' : undefined
    },
    list: (folder) => [...(folders.get(folder) ?? [])].sort(),
    read: (path) => {
      const file = byPath.get(path)
      if (file === undefined) throw new Error('it is not among the files that were dropped: drop its folder')
      if (file.bytes === undefined) throw new Error(`it is larger than ${droppedFileBytesMax / 1024 / 1024} MB`)
      return file.bytes
    },
  }
}

/** What each folder has, the one of all under the name `.`. */
function foldersOf(files: readonly DroppedFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['.', new Set()]])
  for (const { path } of files) {
    let folder = '.'
    for (const name of path.split('/')) {
      const inside = folders.get(folder) ?? new Set<string>()
      folders.set(folder, inside.add(name))
      folder = folder === '.' ? name : `${folder}/${name}`
    }
  }
  return folders
}
