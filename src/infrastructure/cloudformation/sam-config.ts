/** `samconfig.toml`, in which the SAM CLI keeps what it is told: of a template beside it, the name of its stack and its parameters. */
import { joined, type Sources } from '../documents/source-files.ts'
import { SourceFault } from '../documents/tree.ts'
import type { Collected } from '../tables/collected.ts'

export interface SamConfig {
  readonly stackName?: string
  readonly parameters: ReadonlyMap<string, string>
}

const environmentByDefault = 'default'

/** Of the template's folder; the stage is the environment, `default` when it is left out. Undefined where none is kept. Throws SourceFault. */
export function readSamConfig(folder: string, sources: Sources, collected: Collected): SamConfig | undefined {
  const path = joined(folder, 'samconfig.toml')
  if (sources.files.kindOf(path) !== 'file') return undefined
  const { stage } = collected.options
  const environment = membersOf(sources.toml(path), stage ?? environmentByDefault)
  if (environment === undefined) {
    if (stage !== undefined) collected.note({ place: { file: path, line: 0 } }, 'samconfig.toml', `it has no environment ${stage}`)
    return undefined
  }
  const said = { ...membersOf(environment, 'global', 'parameters'), ...membersOf(environment, 'deploy', 'parameters') }
  const { stack_name: stackName, parameter_overrides: overrides } = said
  return { ...(typeof stackName === 'string' && { stackName }), parameters: new Map(pairsIn(overrides, path)) }
}

type Members = { readonly [name: string]: unknown }

function membersOf(value: unknown, ...path: readonly string[]): Members | undefined {
  let at = value
  for (const name of path) at = isMembers(at) && Object.hasOwn(at, name) ? at[name] : undefined
  return isMembers(at) ? at : undefined
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Pair = readonly [name: string, value: string]

/** A text or a list of `NAME=VALUE` or `ParameterKey=NAME,ParameterValue=VALUE`, or a table. */
function pairsIn(overrides: unknown, path: string): readonly Pair[] {
  if (overrides === undefined) return []
  if (isMembers(overrides))
    return Object.entries(overrides).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)])
  const words = typeof overrides === 'string' ? wordsIn(overrides) : overrides
  if (Array.isArray(words)) return words.map((word: unknown) => pairIn(String(word), path))
  throw new SourceFault({ file: path, line: 0 }, 'its parameter_overrides are neither a text, nor a list, nor a table.')
}

/** As a shell would cut them: blanks divide, but for those in quotes, or behind a backslash. */
function wordsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs)].map(([word]) =>
    word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/gs, (_, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? '') : double.replaceAll(/\\(.)/gs, '$1'),
    ),
  )
}

function pairIn(word: string, path: string): Pair {
  const [, key, value] = /^ParameterKey=(.+?),ParameterValue=(.*)$/s.exec(word) ?? /^([^=]+)=(.*)$/s.exec(word) ?? []
  if (key === undefined || value === undefined)
    throw new SourceFault({ file: path, line: 0 }, `its parameter_overrides have ${word}, which is no NAME=VALUE.`)
  // Quotes around the value alone, in a list.
  return [key, /^"(.*)"$/s.exec(value)?.[1] ?? value]
}
