/** The token of `--metrics-token-file`, read again whenever the file changes. */
import { BearerToken } from '../../server/auth/bearer-token.ts'
import type { WatchedFiles } from '../watched-files.ts'

/** Rejects with UsageError when the file can't be used. */
export async function metricsTokenOf(path: string, files: WatchedFiles): Promise<BearerToken> {
  const token = new BearerToken()
  await files.useNowAndWhenChanged({
    what: `The token in ${path}`,
    paths: [path],
    secret: [path],
    use: ([text = '']) => token.replace(text.trim()),
  })
  return token
}
