/** Folders that are gone when the bench ends, however it ends. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folders = new Set<string>()

process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
// Servers end with the bench: those of a killed terminal, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-bench-'))
  removeAtExit(folder)
  return folder
}

export function removeAtExit(folder: string): void {
  folders.add(folder)
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  folders.delete(folder)
}

/** What the files of a folder take of the disk, in bytes: blocks, not lengths. */
export function diskBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce(
    (total, { parentPath, name }) => total + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512,
    0,
  )
}
