/** Files that somebody dropped on the page or chose there, with all that lies in folders among them, read whole: whoever reads infrastructure code cannot wait. */
import { droppedBytesMax, droppedFileBytesMax, droppedFilesMax } from '../../limits.ts'

export interface DroppedFile {
  /** With `/` between names, as it was dropped: `infra/template.yaml`. */
  readonly path: string
  /** Left out where it is larger than such a file may be. */
  readonly bytes?: Uint8Array
}

export interface Dropped {
  readonly files: readonly DroppedFile[]
  /** What was given, as a command would be: one file or folder, or the folder of several. */
  readonly path: string
}

/** Must be called while the event is: the browser forgets what was dropped. Rejects with one sentence. */
export function droppedIn({ items, files }: DataTransfer): Promise<Dropped> {
  const entries = [...items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null)).filter((entry) => entry !== null)
  return entries.length > 0 ? droppedEntries(entries) : readAll([...files].map((file) => ({ path: file.name, file })))
}

/** Rejects with one sentence. */
export function chosenIn(files: FileList): Promise<Dropped> {
  return readAll([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })))
}

interface Found {
  readonly path: string
  readonly file: File
}

async function droppedEntries(entries: readonly FileSystemEntry[]): Promise<Dropped> {
  const found: Found[] = []
  for (const entry of entries) await walk(entry, entry.name, found)
  return readAll(found)
}

async function walk(entry: FileSystemEntry, path: string, found: Found[]): Promise<void> {
  if (isFile(entry)) {
    found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) })
    if (found.length > droppedFilesMax) throw new Error(tooMany)
  } else if (isFolder(entry)) {
    const reader = entry.createReader()
    for (;;) {
      // A piece at a time, until there is none.
      const inside = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
      if (inside.length === 0) return
      for (const each of inside) if (each.name !== 'node_modules' && each.name !== '.git') await walk(each, `${path}/${each.name}`, found)
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

const tooMany = `There are more than ${droppedFilesMax} files: drop the folder that has the infrastructure code, or use stator apply.`

async function readAll(found: readonly Found[]): Promise<Dropped> {
  if (found.length === 0) throw new Error('Nothing was dropped that is a file.')
  if (found.length > droppedFilesMax) throw new Error(tooMany)
  const bytes = found.reduce((sum, { file: { size } }) => sum + (size > droppedFileBytesMax ? 0 : size), 0)
  if (bytes > droppedBytesMax) throw new Error('That is more than the page reads at once: use stator apply.')
  const files: DroppedFile[] = []
  for (const { path, file } of found) {
    files.push(file.size > droppedFileBytesMax ? { path } : { path, bytes: new Uint8Array(await file.arrayBuffer()) })
  }
  const roots = [...new Set(files.map(({ path }) => path.replace(/\/.*/, '')))]
  return { files, path: roots.length === 1 ? (roots[0] ?? '.') : '.' }
}
