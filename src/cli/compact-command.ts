/** `stator compact`: writes the database of a folder that no server has open anew, without what was deleted. */
import { compactFolder } from '../storage/sqlite/compact-folder.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from './command-options.ts'

export const options: readonly CommandOption[] = [
  { name: 'data-dir', value: 'FOLDER', help: 'where the data is kept ($STATOR_DATA_DIR, else ./.stator)' },
  helpOption,
]

const helpText = `Gives the disk back what was deleted: writes the database of a folder anew. No server may have it open; a running server does it
by itself, unless the folder was made by an older version. It needs room for another database as large as what is in it, and leaves
the folder as it was when anything goes wrong.

Usage: stator compact [options]

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence when it cannot be done. */
export async function runCompactCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator compact', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const folder = given.get('data-dir') ?? (process.env.STATOR_DATA_DIR || './.stator')
  const { bytesBefore, bytesAfter } = compactFolder(folder)
  process.stdout.write(`${folder}: ${mib(bytesBefore)} before, ${mib(bytesAfter)} now\n`)
  return 0
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
