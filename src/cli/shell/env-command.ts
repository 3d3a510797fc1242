/** `eval "$(stator env)"`: from then on every SDK and the AWS CLI of that shell find the server. */

import { printable } from '../../base/printable.ts'
import { readWanted } from '../../infrastructure/apply-infrastructure.ts'
import { placeText, SourceFault } from '../../infrastructure/documents/tree.ts'
import { tableVariables } from '../../infrastructure/table-variables.ts'
import { importOptions, importOptionsOf } from '../apply/apply-options.ts'
import { givenFiles } from '../apply/given-files.ts'
import { endpointOption } from '../asking/ask-control.ts'
import { findControlEndpoint } from '../asking/endpoint.ts'
import {
  type CommandOption,
  type GivenOptions,
  helpOption,
  optionRows,
  readOptions,
  readValue,
  repeated,
  type ValueKind,
} from '../command-options.ts'
import { unknownAccount } from '../limits.ts'
import { UsageError } from '../read-arguments.ts'

type Shell = 'sh' | 'fish' | 'powershell'

export const options: readonly CommandOption[] = [
  endpointOption,
  { name: 'region', value: 'NAME', help: 'of those who name none ($AWS_REGION, $AWS_DEFAULT_REGION, the profile, else us-east-1)' },
  { name: 'shell', value: 'NAME', help: 'sh (also for bash and zsh), fish or powershell (sh)' },
  {
    name: 'tables',
    value: 'PATH',
    repeats: true,
    help: 'names of the tables of infrastructure code, too (docs/infrastructure.md); again for others',
  },
  ...importOptions,
  helpOption,
]

const helpText = `Prints the variables by which SDKs and the AWS CLI find a server, and on this machine made-up keys, unless AWS_ACCESS_KEY_ID is set.

Usage: stator env [options]

       eval "$(stator env)"
       eval "$(stator env --tables template.yaml)"
       stator env --shell fish | source
       stator env --shell powershell | Out-String | Invoke-Expression

${optionRows(options)}

The AWS CLI takes the endpoint from a variable since versions 2.13 and 1.29; an older one needs --endpoint-url.
`

const shellName: ValueKind<Shell> = {
  expected: 'sh, fish or powershell',
  parse: (text) => (text === 'sh' || text === 'fish' || text === 'powershell' ? text : undefined),
}

/** Resolves with the exit code. Rejects with UsageError, or with one clear sentence. */
export async function runEnvCommand(words: readonly string[]): Promise<number> {
  const given = readOptions('stator env', options, words)
  if (given.has('help')) {
    process.stdout.write(helpText)
    return 0
  }
  const shell = readValue(given, 'shell', shellName) ?? 'sh'
  const found = await findControlEndpoint({ endpoint: given.get('endpoint'), region: given.get('region') }, process.env)
  const { url, region, isLoopback } = found
  // Keys that are there stay, and are shown to nobody; a profile's are not to go anywhere by mistake.
  const needsKeys = isLoopback && !process.env.AWS_ACCESS_KEY_ID
  const variables = {
    AWS_ENDPOINT_URL_DYNAMODB: url.origin,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: url.origin,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(needsKeys && { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }),
  }
  const ofTables = given.has('tables') ? await variablesOfTables(repeated(given, 'tables'), given, region) : []
  process.stdout.write([...Object.entries(variables), ...ofTables].map(([name, value]) => assignments[shell](name, value)).join(''))
  return 0
}

/** Tables that cannot be named are told of. Rejects with UsageError. */
async function variablesOfTables(
  paths: readonly string[],
  given: GivenOptions,
  region: string,
): Promise<readonly (readonly [name: string, value: string])[]> {
  const options = importOptionsOf(given, { region, account: unknownAccount })
  const { reading } = await readWanted({ paths, files: givenFiles(paths, given), options }).catch((error: unknown) => {
    throw error instanceof SourceFault ? new UsageError(printable(error.message)) : error
  })
  for (const { id, place, reason } of reading.refused) {
    process.stderr.write(`stator: ${printable(`${id} (${placeText(place)}) is left out: ${reason.replace(/\.?$/, '.')}`)}\n`)
  }
  return tableVariables(reading)
}

const assignments: { readonly [Name in Shell]: (name: string, value: string) => string } = {
  sh: (name, value) => `export ${name}=${/^[\w:/.+=@-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`}\n`,
  fish: (name, value) => `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'\n`,
  powershell: (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'\n`,
}
