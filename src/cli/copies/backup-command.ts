/** `stator backup FILE`: a copy of a data folder of one moment, in one file. */
import { systemClock } from '../../base/clock.ts'
import { backUp, backUpSnapshot } from '../../storage/sqlite/backup.ts'
import { controlEndpointOf, profileOption } from '../asking/ask-control.ts'
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { snapshotByServer } from './snapshot-by-server.ts'
import { summaryLine } from './summary-line.ts'

const usage = 'stator backup FILE [options]'

export const options: readonly CommandOption[] = [
  { name: 'data-dir', value: 'FOLDER', help: 'the data folder ($STATOR_DATA_DIR, else ./.stator)' },
  { name: 'endpoint', value: 'URL', help: 'the server of this machine that has the folder open, which goes on serving' },
  profileOption,
  { name: 'incremental', value: 'BASE', help: 'keep only what has changed since this full backup' },
  { name: 'json', help: 'print what it holds as JSON' },
  helpOption,
]

const helpText = `Copies a data folder, as it is at one moment, into one file. A server that has it open is named, and goes on.

Usage: ${usage}

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runBackupCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator backup', { options, usage, names: [1, 1] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [file = ''] = names
  const endpoint = given.get('endpoint')
  const base = given.get('incremental')
  const folder = given.get('data-dir') ?? (process.env['STATOR_DATA_DIR'] || '.stator')
  const takenMs = systemClock.now()
  const summary =
    endpoint === undefined
      ? backUp({ folder, file, base, takenMs })
      : backUpSnapshot(await snapshotByServer(await controlEndpointOf(given), file), { file, base, takenMs })
  process.stdout.write(given.has('json') ? `${JSON.stringify(summary)}\n` : `${file}: ${summaryLine(summary)}\n`)
  return 0
}
