/** `stator restore FILE [INCREMENT]`: a data folder out of a backup, once that was found whole. */
import { restore } from '../../storage/sqlite/restore.ts'
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
import { UsageError } from '../read-arguments.ts'
import { readNamesAndOptions } from '../words-and-options.ts'

const usage = 'stator restore FILE [INCREMENT] --data-dir FOLDER'

export const options: readonly CommandOption[] = [
  { name: 'data-dir', value: 'FOLDER', help: 'made, or empty: what Stator is started with then' },
  helpOption,
]

const helpText = `Makes a data folder of a backup, or of a full backup and an increment that rests on it. Both are read and held against their checksums first.

Usage: ${usage}

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runRestoreCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator restore', { options, usage, names: [1, 2] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [file = '', increment] = names
  const folder = given.get('data-dir')
  if (folder === undefined) throw new UsageError('--data-dir says where to restore to: an empty folder, or one to be made.')
  restore({ file, increment, folder })
  process.stdout.write(`${folder} holds what ${increment ?? file} was made of: stator --data-dir ${folder}\n`)
  return 0
}
