/** Does something again when one of some files changes, and files of the same folders that come. */
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { watchQuietMs } from '../limits.ts'

/** `act` resolves with further files that matter. Never resolves: a signal ends it. */
export async function watchFiles(paths: readonly string[], act: () => Promise<readonly string[]>): Promise<never> {
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
      for (const path of paths) follow(folderToWatch(path))
      for (const file of await act()) follow(dirname(file))
    }
    isRunning = false
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(run, watchQuietMs)
  }
  const follow = (folder: string): void => {
    if (watchers.has(folder) || !existsSync(folder)) return
    const watcher = watch(folder, soon)
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

/** Editors put files in the place of others, which only their folder tells. */
function folderToWatch(path: string): string {
  return existsSync(path) && statSync(path).isDirectory() ? path : dirname(path)
}
