/** The keys of `--keys-file`, read again whenever the file changes. */
import type { Identities } from '../../policies/identities.ts'
import { FileIdentities, readKeys } from '../../server/auth/key-file.ts'
import type { WatchedFiles } from '../watched-files.ts'

/** For the server, which knows its account when it is open. Rejects with UsageError when the file can't be used. */
export function keysOf(path: string, files: WatchedFiles): (account: string) => Promise<Identities> {
  return async (account) => {
    const identities = new FileIdentities()
    await files.useNowAndWhenChanged({
      what: `The keys in ${path}`,
      paths: [path],
      secret: [path],
      use: ([text = '']) => identities.replace(readKeys(text, account)),
    })
    return identities
  }
}
