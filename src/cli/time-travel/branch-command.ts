/** `stator branch TABLE@TIME NEW`: a table as it was in a second, beside the one that goes on. */
import type { NewBranch } from '../../server/control/time-travel-routes.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { type CommandOption, helpOption, optionRows } from '../command-options.ts'
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
  const why = given.has('wait') ? await whyNotFilled(endpoint, made, region) : undefined
  const state = why !== undefined ? `not filled: ${why}` : given.has('wait') ? 'filled' : 'being filled while it is used'
  if (given.has('json')) process.stdout.write(`${JSON.stringify(made)}\n`)
  else if (why === undefined) process.stdout.write(`${as} is ${source.table} as of ${made.at}, ${state}.\n`)
  if (why === undefined) return 0
  throw new Error(`${as} is ${state}.`)
}

/** Resolves when the work is over: with nothing when the table is filled. A work that is gone has ended, well if its table is there. */
async function whyNotFilled(
  endpoint: ControlEndpoint,
  { branch, job }: NewBranch,
  region: string | undefined,
): Promise<string | undefined> {
  const ended = await followJob(endpoint, job)
  if (ended?.state === 'failed' || ended?.state === 'cancelled') return ended.reason ?? `it was ${ended.state}`
  const query = region === undefined ? '' : `?region=${encodeURIComponent(region)}`
  const path = `/_stator/tables/${encodeURIComponent(branch.name)}${query}`
  return askControl(endpoint, { method: 'GET', path }).then(
    () => undefined,
    (error: unknown) => (error as Error).message.replace(/\.$/, ''),
  )
}
