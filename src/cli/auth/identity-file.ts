/** The file of `--iam-file`, read again whenever it changes, and the secrets that it names. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { IdentityFile } from '../../server/start.ts'
import type { WatchedFiles } from '../watched-files.ts'

export function identityFile(path: string, environment: NodeJS.ProcessEnv, files: WatchedFiles): IdentityFile {
  return {
    follow: (use) =>
      files.useNowAndWhenChanged({ what: `The identities in ${path}`, paths: [path], secret: [path], use: ([text = '']) => use(text) }),
    // Beside the file that names it.
    textInFile: (name) => readFileSync(resolve(dirname(path), name), 'utf8'),
    secretInVariable: (name) => environment[name],
  }
}
