/** For the command line, which knows nothing of engines and stores. */
import { type Compacted, compactDataFolder } from '../engine/format/compact-data-folder.ts'

/** Makes a data folder that no server has open as small as what is in it. Throws an error of one clear sentence. */
export function compactClosedFolder(folder: string): Compacted {
  return compactDataFolder(folder)
}
