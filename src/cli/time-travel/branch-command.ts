/** `stator branch TABLE@TIME NEW`: a table as it was in a second, beside the one that goes on. */
import type { NewBranch } from '../../server/control/time-travel-routes.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { readNamesAndOptions } from '../words-and-options.ts'
import { followJob } from './follow-job.ts'
import { parseTableAt, timeMsOf } from './table-at.ts'

const usage = 'stator branch TABLE@TIME NEW [options]'

export const options: readonly CommandOption[] = [
  endpointOption,
  { name: 'region', value: 'NAME', help: 'for which the request is signed, and with isolated regions whose tables' },
  profileOption,
  { name: 'wait', help: 'until it is filled and has its indexes' },
  { name: 'json', help: 'print the new table as JSON' },
  helpOption,
]

const helpText = `Makes a table that is what another was at the end of a second, on a running Stator: ready at once, filled while it is used.
The other one needs point-in-time recovery. TIME is such as 2026-11-22T10:04:59Z, or 30s, 15m, 2h or 7d before now.

Usage: ${usage}

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runBranchCommand(words: readonly string[]): Promise<number> {
  const { names, given } = readNamesAndOptions('stator branch', { options, usage, names: [2, 2] }, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const [from = '', as = ''] = names
  const source = parseTableAt(from)
  const endpoint = await controlEndpointOf(given)
  const region = given.get('region')
  const body = { as, at: await timeMsOf(endpoint, source), ...(region !== undefined && { region }) }
  const path = `/_stator/tables/${encodeURIComponent(source.table)}/branches`
  const made = (await askControl(endpoint, { method: 'POST', path, body, answerHas: 'branch' })) as NewBranch
  const ended = given.has('wait') ? await followJob(endpoint, made.job) : undefined
  const filled = given.has('wait') ? 'filled' : 'being filled while it is used'
  process.stdout.write(given.has('json') ? `${JSON.stringify(made)}\n` : `${as} is ${source.table} as of ${made.at}, ${filled}.\n`)
  return ended?.state === 'failed' || ended?.state === 'cancelled' ? exitCodes.failed : 0
}
