/** `stator apply PATH…`: tables from infrastructure code, on a running server. */
import { systemClock } from '../../base/clock.ts'
import { printable } from '../../base/printable.ts'
import { type Applied, applyInfrastructure } from '../../infrastructure/apply-infrastructure.ts'
import type { SourceFiles } from '../../infrastructure/documents/source-files.ts'
import { SourceFault } from '../../infrastructure/documents/tree.ts'
import type { ImportOptions } from '../../infrastructure/import-options.ts'
import { type Ending, endingOf, reportLines, reportValue } from '../../infrastructure/report.ts'
import type { ApplyOptions } from '../../infrastructure/server/apply-table.ts'
import type { Sender } from '../../infrastructure/server/sender.ts'
import { findEndpoint } from '../asking/endpoint.ts'
import { optionRows, repeated } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { copyConnections, unknownAccount } from '../limits.ts'
import { HttpClient } from '../load/http-client.ts'
import { UsageError } from '../read-arguments.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { applyOptionsOf, importOptionsOf, options } from './apply-options.ts'
import { FilesThatCount } from './files-that-count.ts'
import { givenFiles, sourceOf } from './given-files.ts'
import { httpSender, type StatorInfo } from './http-sender.ts'
import { watchFiles } from './watch-files.ts'

export { options }

const usage = 'stator apply PATH… [options]'

const helpText = `Makes tables, indexes and what belongs to them of infrastructure code (docs/infrastructure.md): files, or folders that hold some.
Ends with 0 when all was done, 2 when a file cannot be read, 3 when something was not done, 4 when a table would have to be replaced.

Usage: ${usage}

${optionRows(options)}
`

interface Asked {
  readonly paths: readonly string[]
  /** As they are now. */
  readonly files: () => SourceFiles
  readonly options: ImportOptions
  readonly only: readonly string[]
  readonly applying: ApplyOptions
  readonly isJson: boolean
}

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runApplyCommand(words: readonly string[]): Promise<number> {
  const { names: paths, given } = readNamesAndOptions('stator apply', { options, usage, names: [1, Number.POSITIVE_INFINITY] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  if (given.has('prune') && given.has('only')) throw new UsageError('--prune goes with all tables of the files, not with --only.')
  const applying = { ...applyOptionsOf(given), source: sourceOf(paths, given.get('stack')) }
  const [address, region, profile] = ['endpoint', 'region', 'profile'].map((name) => given.get(name))
  const endpoint = await findEndpoint({ endpoint: address, region, profile }, process.env)
  const client = await HttpClient.open(endpoint, copyConnections, systemClock)
  await client.signForReal()
  try {
    const stator = await infoOf(client)
    if (stator === undefined && given.has('prune')) throw new Error(noOrigins)
    const home = { region: endpoint.region, account: stator?.account ?? unknownAccount }
    const counting = new FilesThatCount(paths)
    const asked = {
      paths,
      files: () => counting.noting(givenFiles(paths, given)),
      options: importOptionsOf(given, home),
      only: repeated(given, 'only'),
      applying,
      isJson: given.has('json'),
    }
    const sender = httpSender(client, { stator })
    if (!given.has('watch')) return exitOf(endingOf(await applyOnce(sender, asked)))
    await watchFiles(counting, () => applyAndTell(sender, asked))
    return 0
  } finally {
    client.close()
  }
}

async function applyOnce(sender: Sender, { paths, files, options, only, applying, isJson }: Asked): Promise<Applied> {
  const wanted = { paths, files: files(), options, ...(only.length > 0 && { only: new Set(only) }) }
  const applied = await applyInfrastructure(sender, wanted, applying).catch((error: unknown) => {
    throw error instanceof SourceFault ? new UsageError(printable(error.message)) : error
  })
  const text = isJson
    ? JSON.stringify(reportValue(applied, applying.isDryRun))
    : reportLines(applied, applying.isDryRun).map(printable).join('\n')
  process.stdout.write(`${text}\n`)
  return applied
}

/** While files are watched, nothing ends it but a signal: the last good state stays. */
async function applyAndTell(sender: Sender, asked: Asked): Promise<void> {
  try {
    await applyOnce(sender, asked)
  } catch (error) {
    process.stderr.write(`stator: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}

function exitOf(ending: Ending): number {
  if (ending === 'would replace') return exitCodes.replacement
  return ending === 'in part' ? exitCodes.part : 0
}

const noOrigins =
  '--prune needs a Stator whose control endpoint answers: nobody else remembers which tables files have made (docs/infrastructure.md).'

/** Undefined: it is no Stator, or does not let us ask. */
async function infoOf(client: HttpClient): Promise<StatorInfo | undefined> {
  try {
    const { account, regions } = JSON.parse((await client.get('/_stator/info')).body) as {
      readonly account?: unknown
      readonly regions?: unknown
    }
    return typeof account === 'string' && typeof regions === 'string' ? { account, regions } : undefined
  } catch {
    return undefined
  }
}
