/** The options of `stator apply`, and what is made of them. */
import { readFileSync } from 'node:fs'
import type { ImportOptions } from '../../infrastructure/import-options.ts'
import { formats } from '../../infrastructure/recognise.ts'
import type { ApplyOptions } from '../../infrastructure/server/apply-table.ts'
import { profileOption } from '../asking/ask-control.ts'
import { type CommandOption, type GivenOptions, helpOption, readValue, repeated, type ValueKind } from '../command-options.ts'
import { UsageError } from '../read-arguments.ts'

/** What an import is told besides the files. */
export const importOptions: readonly CommandOption[] = [
  { name: 'format', value: 'FORMAT', help: `of files that do not look like what they are: ${formats.join(', ')}` },
  { name: 'stack', value: 'NAME', help: 'the name of the stack (of samconfig.toml, the file or its folder)' },
  { name: 'parameter', value: 'NAME=VALUE', repeats: true, help: 'a parameter of the template; again for others' },
  { name: 'parameters', value: 'FILE', help: 'parameters in JSON, as the AWS CLI takes them' },
  { name: 'import-value', value: 'NAME=VALUE', repeats: true, help: 'what another stack exports' },
  { name: 'resolve', value: 'REFERENCE=VALUE', repeats: true, help: 'a dynamic reference, such as ssm:/path=VALUE' },
  { name: 'name', value: 'ID=NAME', repeats: true, help: 'what a table is to be called' },
  { name: 'names', value: 'HOW', help: 'names where the file has none: logical, stack (STACK-ID) (logical)' },
  { name: 'stage', value: 'NAME', help: 'the stage, where a format has stages; the environment of samconfig.toml' },
  { name: 'allow-code', help: 'run what is a program: serverless.js and .ts, and files that a service names' },
]

export const options: readonly CommandOption[] = [
  { name: 'only', value: 'TABLE', repeats: true, help: 'this table only, by its name or what the file calls it; again for others' },
  { name: 'dry-run', help: 'say what would be done, and do nothing' },
  { name: 'replace', value: 'HOW', help: 'tables with another key: none, leave them; drop, make them anew; copy, with their items (none)' },
  { name: 'prune', help: 'remove tables that these files made before and have no more' },
  { name: 'data', value: 'WHEN', help: 'put items that files bring: new, into tables made now; always; never (new)' },
  { name: 'seed-sets', value: 'NAMES', help: 'which sets of items, where files have several, separated by commas (all)' },
  ...importOptions,
  { name: 'watch', help: 'do it again whenever a file changes' },
  { name: 'json', help: 'print what was done as JSON' },
  { name: 'endpoint', value: 'URL', help: 'where tables are made ($AWS_ENDPOINT_URL_DYNAMODB, else http://127.0.0.1:8000)' },
  { name: 'region', value: 'NAME', help: 'of that endpoint, and of the templates ($AWS_REGION, $AWS_DEFAULT_REGION, else us-east-1)' },
  profileOption,
  helpOption,
]

/** Throws UsageError. */
export function applyOptionsOf(given: GivenOptions): ApplyOptions {
  return {
    isDryRun: given.has('dry-run'),
    isPruned: given.has('prune'),
    replace: readValue(given, 'replace', replacement) ?? 'none',
    data: readValue(given, 'data', oneOf('new', 'always', 'never')) ?? 'new',
  }
}

/** Throws UsageError. */
export function importOptionsOf(given: GivenOptions, { region, account }: Pick<ImportOptions, 'region' | 'account'>): ImportOptions {
  const file = given.get('parameters')
  const format = readValue(given, 'format', formatName)
  const stack = given.get('stack')
  const stage = given.get('stage')
  const seedSets = given.get('seed-sets')
  return {
    region,
    account,
    parameters: new Map([...(file === undefined ? [] : parametersIn(file)), ...pairs(given, 'parameter')]),
    importValues: pairs(given, 'import-value'),
    resolutions: pairs(given, 'resolve'),
    names: pairs(given, 'name'),
    namesBy: readValue(given, 'names', namesKind) ?? 'logical',
    environment: process.env,
    ...(format !== undefined && { format }),
    ...(stack !== undefined && { stack }),
    ...(stage !== undefined && { stage }),
    ...(seedSets !== undefined && { seedSets: new Set(seedSets.split(',')) }),
  }
}

function oneOf<const Word extends string>(...words: readonly Word[]): ValueKind<Word> {
  return { expected: words.join(', ').replace(/, ([^,]*)$/, ' or $1'), parse: (text) => words.find((word) => word === text) }
}

const replacement = oneOf('none', 'drop', 'copy')
const namesKind = oneOf('logical', 'stack')
const formatName = oneOf(...formats)

/** The first `=` ends the name: values may have more. */
function pairs(given: GivenOptions, name: string): ReadonlyMap<string, string> {
  return new Map(repeated(given, name).map((text) => pairIn(text, `--${name}`)))
}

function pairIn(text: string, where: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals <= 0) throw new UsageError(`${where} takes NAME=VALUE, not '${text}'.`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

/** `[{ParameterKey, ParameterValue}]`, `{Parameters: {}}`, `["NAME=VALUE"]` or `{NAME: VALUE}`. */
function parametersIn(file: string): readonly (readonly [string, string])[] {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`The parameters in ${file} cannot be read: ${(error as Error).message}.`)
  }
  const none = new UsageError(`The parameters in ${file} are none: a list of ParameterKey and ParameterValue is expected, or NAME=VALUE.`)
  if (Array.isArray(value)) {
    return value.map((each: unknown) => {
      if (typeof each === 'string') return pairIn(each, file)
      const { ParameterKey: key, ParameterValue: text } = (each ?? {}) as {
        readonly ParameterKey?: unknown
        readonly ParameterValue?: unknown
      }
      if (typeof key !== 'string' || typeof text !== 'string') throw none
      return [key, text]
    })
  }
  if (typeof value !== 'object' || value === null) throw none
  const { Parameters: inside = value } = value as { readonly Parameters?: object }
  return Object.entries(inside ?? {}).map(([name, text]) => [name, String(text)])
}
