/** `stator verify-backup FILE`: whether a backup is what was written, every row of it. */
import { verifyBackup } from '../../storage/sqlite/restore.ts'
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { summaryLine } from './summary-line.ts'

const usage = 'stator verify-backup FILE [options]'

export const options: readonly CommandOption[] = [{ name: 'json', help: 'print what was found as JSON' }, helpOption]

const helpText = `Reads all of a backup and holds every record against its checksum. Ends with 5 when something is damaged.

Usage: ${usage}

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runVerifyCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator verify-backup', { options, usage, names: [1, 1] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [file = ''] = names
  const verified = verifyBackup(file)
  const { damage } = verified
  const found = damage.length === 0 ? 'whole' : `damaged:\n${damage.map((sentence) => `  ${sentence}`).join('\n')}`
  process.stdout.write(given.has('json') ? `${JSON.stringify(verified)}\n` : `${file}: ${summaryLine(verified)}; ${found}\n`)
  return damage.length === 0 ? 0 : exitCodes.found
}
