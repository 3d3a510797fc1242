/** `stator explain-access`: asks a running server whether somebody may do something, and prints why. */
import type { AccessExplanation, AccessQuestion } from '../../server/control/access-routes.ts'
import { askControl, controlEndpointOf, endpointOption, profileOption } from '../asking/ask-control.ts'
import { type CommandOption, helpOption, optionRows, readOptions } from '../command-options.ts'
import { exitCodes } from '../exit-codes.ts'
import { UsageError } from '../read-arguments.ts'
import { explanationText } from './explanation-text.ts'

export const options: readonly CommandOption[] = [
  { name: 'as', value: 'NAME', help: 'whose access: the ARN of a user or role, its name, or root' },
  { name: 'action', value: 'ACTION', help: 'such as dynamodb:GetItem' },
  { name: 'resource', value: 'ARN', help: 'on which table, index or stream (none in particular)' },
  { name: 'keys', value: 'JSON', help: 'condition keys of the request: {"dynamodb:LeadingKeys":["a"]}' },
  endpointOption,
  { name: 'region', value: 'NAME', help: 'for which the request is signed, and with isolated regions whose tables' },
  profileOption,
  { name: 'json', help: 'print all that is known, as JSON' },
  helpOption,
]

const helpText = `Says why somebody may or may not do something on a running Stator with --auth iam. Ends with 5 when they may not.

Usage: stator explain-access --as NAME --action ACTION [options]

${optionRows(options)}
`

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence when there is no answer. */
export async function runExplainAccessCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator explain-access', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const as = required(given.get('as'), 'as', 'NAME')
  const action = required(given.get('action'), 'action', 'ACTION')
  const [resource, region] = ['resource', 'region'].map((name) => given.get(name))
  const question: AccessQuestion = {
    as,
    action,
    ...(resource !== undefined && { resource }),
    ...(region !== undefined && { region }),
    keys: readKeys(given.get('keys')),
  }
  const asked = { method: 'POST', path: '/_stator/authorize', body: question, answerHas: 'allowed' } as const
  const answer = await askControl(await controlEndpointOf(given), asked)
  const explanation = answer as AccessExplanation
  process.stdout.write(given.has('json') ? `${JSON.stringify(explanation, undefined, 2)}\n` : explanationText(question, explanation))
  return explanation.allowed ? 0 : exitCodes.denied
}

function required(text: string | undefined, name: string, value: string): string {
  if (text === undefined) throw new UsageError(`stator explain-access needs --${name} ${value}.`)
  return text
}

function readKeys(text: string | undefined): NonNullable<AccessQuestion['keys']> {
  if (text === undefined) return {}
  try {
    const keys: unknown = JSON.parse(text)
    if (typeof keys === 'object' && keys !== null && !Array.isArray(keys)) return keys as NonNullable<AccessQuestion['keys']>
  } catch {
    // Said below.
  }
  throw new UsageError(`--keys must be a JSON object such as {"dynamodb:LeadingKeys":["a"]}, not '${text}'.`)
}
