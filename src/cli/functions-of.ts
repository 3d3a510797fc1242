/** The functions of `--functions`, read again whenever the file changes. */
import { functionEnvironment } from '../functions/function-environment.ts'
import { Functions } from '../functions/functions.ts'
import { readFunctionsFile } from '../functions/read-functions-file.ts'
import type { WatchedFiles } from './watched-files.ts'

/** Rejects with UsageError when the file can't be used. */
export async function functionsOf(path: string, files: WatchedFiles): Promise<Functions> {
  const environment = functionEnvironment()
  const functions = new Functions({ functions: new Map(), destinations: new Map() }, environment)
  await files.useNowAndWhenChanged({
    what: `The functions in ${path}`,
    paths: [path],
    use: async () => functions.replace(await readFunctionsFile(path, environment)),
  })
  return functions
}
