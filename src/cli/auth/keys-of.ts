/** The keys of `--keys-file`, read again whenever the file changes. */
import type { Log } from '../../base/log.ts'
import type { Identities } from '../../policies/identities.ts'
import { FileIdentities, readKeys } from '../../server/auth/key-file.ts'
import { WatchedFile } from '../watched-file.ts'

/** For the server, which knows its account when it is open. Throws UsageError when the file can't be used. */
export function keysOf(path: string, log: Log): (account: string) => Identities {
  const identities = new FileIdentities()
  return (account) => {
    new WatchedFile(path, `The keys in ${path}`, log).useNowAndWhenChanged((text) => identities.replace(readKeys(text, account)))
    return identities
  }
}
