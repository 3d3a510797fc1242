/** The file of `--iam-file`, read again whenever it changes, and the secrets that it names. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Log } from '../../base/log.ts'
import type { IdentityFile } from '../../server/start.ts'
import { WatchedFile } from '../watched-file.ts'

export function identityFile(path: string, environment: NodeJS.ProcessEnv, log: Log): IdentityFile {
  return {
    follow: (use) => new WatchedFile(path, `The identities in ${path}`, log).useNowAndWhenChanged(use),
    // Beside the file that names it.
    secretInFile: (name) => readFileSync(resolve(dirname(path), name), 'utf8'),
    secretInVariable: (name) => environment[name],
  }
}
