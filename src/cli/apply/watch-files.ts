/** Does something again when one of some files changes, and files of the same folders that come. */
import { existsSync, type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { watchQuietMs } from '../limits.ts'
import type { FilesThatCount } from './files-that-count.ts'

/** Which files count may be known better with each time. Never resolves: a signal ends it. */
export async function watchFiles(files: FilesThatCount, act: () => Promise<void>): Promise<never> {
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  let isWanted = false
  const run = async (): Promise<void> => {
    isWanted = true
    if (isRunning) return
    isRunning = true
    while (isWanted) {
      isWanted = false
      // Followed first: what changes while they are read is read again.
      for (const folder of files.folders) follow(folder)
      await act()
      for (const folder of files.folders) follow(folder)
    }
    isRunning = false
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(run, watchQuietMs)
  }
  const follow = (folder: string): void => {
    if (watchers.has(folder) || !existsSync(folder)) return
    // Not every system tells what it was.
    const watcher = watch(folder, (_kind, name) => {
      if (name === null || files.has(join(folder, name))) soon()
    })
    // A folder that goes away is followed again when it is there.
    watcher.on('error', () => {
      watcher.close()
      watchers.delete(folder)
    })
    watchers.set(folder, watcher)
  }
  await run()
  return new Promise<never>(() => {})
}
