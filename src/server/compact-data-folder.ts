/** For the command line, which knows nothing of stores: a data folder that no server has open is made as small as what is in it. */
import { type Compacted, compactFolder } from '../storage/sqlite/compact-folder.ts'

/** Throws an error of one clear sentence when the folder is in use, damaged, or has no room. */
export function compactDataFolder(folder: string): Compacted {
  return compactFolder(folder)
}
