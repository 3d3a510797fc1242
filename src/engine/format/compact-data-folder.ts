/** A data folder that no engine has open is made as small as what is in it. Apart from the engine, which needs the folder open. */
import { type Compacted, compactFolder } from '../../storage/sqlite/compact-folder.ts'

export type { Compacted }

/** Throws StoreOpenError (one clear sentence) when the folder is in use, damaged, or has no room for another as large as what is in it. */
export function compactDataFolder(folder: string): Compacted {
  return compactFolder(folder)
}
