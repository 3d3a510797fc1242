/** `stator check`: looks at all that is stored, in a folder, on a database, or by way of the server that has it open. */
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkDatabase } from '../../server/check-folder.ts'
import { checkFile, goOnWithoutLost } from '../../storage/sqlite/check-file.ts'
import { controlEndpointOf, profileOption } from '../asking/ask-control.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { ProgressLine } from '../progress-line.ts'
import { checkByServer } from './check-by-server.ts'
import { checkLine, checkText, type FoundByCheck } from './check-text.ts'

export const options: readonly CommandOption[] = [
  { name: 'data-dir', value: 'FOLDER', help: 'a folder that no server has open ($STATOR_DATA_DIR, else ./.stator)' },
  { name: 'endpoint', value: 'URL', help: 'the server that has it open, which goes on serving' },
  profileOption,
  { name: 'storage', value: 'URL', help: 'a PostgreSQL, whose servers go on serving' },
  { name: 'fix', help: 'mend what follows from items: indexes, counts, sizes of collections, order of expiry' },
  { name: 'discard-damaged', help: 'with --fix: delete damaged items and records that nothing can mend' },
  { name: 'json', help: 'print all that was found as JSON' },
  helpOption,
]

const helpText = `Looks whether all that is stored is what was written, and agrees: records, indexes, counts, sizes, streams, order of expiry.
Ends with 5 when something is found and not mended.

Usage: stator check [options]

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runCheckCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator check', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const how = { fix: given.has('fix'), discard: given.has('fix') && given.has('discard-damaged') }
  const progress = new ProgressLine()
  const endpoint = given.get('endpoint')
  const url = given.get('storage')
  const folder = given.get('data-dir') ?? (process.env['STATOR_DATA_DIR'] || '.stator')
  const found =
    endpoint !== undefined
      ? await checkByServer(await controlEndpointOf(given), how, progress)
      : url !== undefined
        ? await checkDatabase({ kind: 'postgres', url }, how, (report) => progress.show(() => checkLine(report)))
        : await checkOfFolder(folder, how, progress)
  progress.end()
  const { rows, found: count, mended, findings, skipped } = found
  process.stdout.write(given.has('json') ? `${JSON.stringify({ rows, found: count, mended, findings, skipped })}\n` : checkText(found))
  return count > mended ? exitCodes.found : 0
}

async function checkOfFolder(
  folder: string,
  how: { readonly fix: boolean; readonly discard: boolean },
  progress: ProgressLine,
): Promise<FoundByCheck> {
  requireFolder(folder)
  const { isInUse, lost, damage } = checkFile(folder)
  if (isInUse) throw new Error(`${folder} is in use by a Stator process: ask that one with --endpoint.`)
  // A database that is lost is told of as such; where none ever was there is nothing to look at, and none is made.
  if (lost === undefined && !holdsSomething(join(folder, 'stator.db'))) throw noDatabase(folder)
  if (lost !== undefined && !how.fix) return unmended([lost])
  const kept = lost === undefined ? undefined : goOnWithoutLost(folder)
  // A file whose pages are in disorder may give anything: it is not opened to be written.
  if (damage.length > 0) return unmended(damage.map((sentence) => `the database file is damaged: ${sentence}`))
  const report = await checkDatabase({ kind: 'disk', folder }, how, (each) => progress.show(() => checkLine(each)))
  if (lost === undefined) return report
  const says = `${lost}; it was gone on without${kept === undefined ? '' : `, and the log as it was is ${kept}`}`
  const { rows, found, mended, findings, skipped } = report
  return { rows, found: found + 1, mended: mended + 1, findings: [{ kind: 'unreadable', says, isMended: true }, ...findings], skipped }
}

function requireFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found === undefined) throw noDatabase(folder)
  if (!found.isDirectory()) throw new Error(`${resolve(folder)} is not a folder: name the one that holds the database with --data-dir.`)
}

function holdsSomething(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0
}

function noDatabase(folder: string): Error {
  return new Error(`${resolve(folder)} holds no database: name the folder of yours with --data-dir.`)
}

function unmended(sentences: readonly string[]): FoundByCheck {
  const findings = sentences.map((says) => ({ kind: 'unreadable' as const, says, isMended: false }))
  return { rows: 0, found: findings.length, mended: 0, findings, skipped: [] }
}
