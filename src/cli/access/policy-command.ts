/** `stator policy`: the least policy that allows what somebody was seen to need of a running server. */
import { askControl, type ControlQuestion, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { UsageError } from '../read-arguments.ts'

export const options: readonly CommandOption[] = [
  { name: 'record', value: 'on|off', help: 'begin to look at what those who ask need, or end it' },
  { name: 'from-traffic', help: 'print the least policy that allows what was seen since' },
  { name: 'as', value: 'NAME', help: 'whose: ARN or name of a user or role (the only one that was seen)' },
  endpointOption,
  { name: 'region', value: 'NAME', help: 'for which the request is signed' },
  profileOption,
  helpOption,
]

const helpText = `Writes the least policy that allows what somebody did on a running Stator: actions, tables, keys and attributes.

Usage: stator policy --record on, then what your application does, then stator policy --from-traffic

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence when there is no answer. */
export async function runPolicyCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator policy', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const question = questionOf(given)
  const answer = await askControl(await controlEndpointOf(given), question)
  process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`)
  return 0
}

function questionOf(given: ReadonlyMap<string, string>): ControlQuestion {
  const record = given.get('record')
  if (record !== undefined) {
    if (record !== 'on' && record !== 'off') throw new UsageError(`--record must be on or off, not '${record}'.`)
    return { method: 'PUT', path: '/_stator/access', body: { recording: record === 'on' } }
  }
  if (!given.has('from-traffic')) throw new UsageError('stator policy needs --from-traffic or --record on.')
  const as = given.get('as')
  return { method: 'GET', path: `/_stator/access/policy${as === undefined ? '' : `?as=${encodeURIComponent(as)}`}` }
}
