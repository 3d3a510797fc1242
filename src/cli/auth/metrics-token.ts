/** The token of `--metrics-token-file`, read again whenever the file changes. */
import { MetricsToken } from '../../server/auth/metrics-token.ts'
import type { WatchedFiles } from '../watched-files.ts'

/** Rejects with UsageError when the file can't be used. */
export async function metricsTokenOf(path: string, files: WatchedFiles): Promise<MetricsToken> {
  const token = new MetricsToken()
  await files.useNowAndWhenChanged({
    what: `The token in ${path}`,
    paths: [path],
    secret: [path],
    use: ([text = '']) => token.replace(text.trim()),
  })
  return token
}
