/**
 * From what was typed, and the environment, to settings. Written by hand because no parser takes `-dbPath` for one word.
 *
 *     stator [start | serve] [flag | flag value | flag=value]…
 *     flag = --name | -localName | --localName
 *
 * A flag wins over an environment variable, which wins over the default. Of a flag given twice the last one counts.
 */
import { type CliOption, cliOptions, type LocalOnlyFlag, localOnlyFlags, type OptionName } from './options.ts'

/** Something typed wrong. Its message is one clear sentence that names it. */
export class UsageError extends Error {}

export interface Arguments {
  /** The options that were given, by flag or variable. */
  readonly given: ReadonlyMap<OptionName, GivenText>
  readonly localOnly: ReadonlySet<LocalOnlyFlag>
  /** True when a flag was written the way only DynamoDB Local writes it. */
  readonly likeLocal: boolean
}

export interface GivenText {
  /** The value as it was written; `true` for a switch without one. */
  readonly text: string
  /** How it was written, for messages: `--port`, `-port`, `STATOR_PORT`. */
  readonly source: string
  readonly isFlag: boolean
}

export interface Environment {
  readonly [name: string]: string | undefined
}

type Flag = { readonly option: CliOption } | { readonly localOnly: LocalOnlyFlag }

/** Throws UsageError. */
export function readArguments(words: readonly string[], environment: Environment): Arguments {
  const given = new Map<OptionName, GivenText>()
  const localOnly = new Set<LocalOnlyFlag>()
  let likeLocal = false
  for (let at = words[0] === 'start' || words[0] === 'serve' ? 1 : 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const equals = word.indexOf('=')
    const written = equals < 0 ? word : word.slice(0, equals)
    const assigned = equals < 0 ? undefined : word.slice(equals + 1)
    const flag = findFlag(written)
    if (flag === undefined) throw new UsageError(unknownWord(written))
    if ('localOnly' in flag) {
      if (assigned !== undefined) throw new UsageError(`${written} takes no value.`)
      localOnly.add(flag.localOnly)
      likeLocal = true
      continue
    }
    const { option } = flag
    if (written !== `--${option.name}` && written !== '-h') likeLocal = true
    const next = words[at + 1]
    const takesNext = option.value !== undefined && assigned === undefined && next !== undefined && !looksLikeFlag(next)
    given.set(option.name, { text: flagText(option, written, takesNext ? next : assigned), source: written, isFlag: true })
    if (takesNext) at += 1
  }
  addVariables(given, environment)
  return { given, localOnly, likeLocal }
}

/** Our names take two dashes, DynamoDB Local's one or two; `-h` is what everyone tries. */
function findFlag(written: string): Flag | undefined {
  const name = written === '-h' ? '--help' : written
  const localName = name.replace(/^--?/, '')
  if (localName === name) return undefined
  const option = cliOptions.find((each) => name === `--${each.name}` || localName === each.localName)
  if (option !== undefined) return { option }
  const flag = localOnlyFlags.find((each) => localName === each.localName)
  return flag && { localOnly: flag.localName }
}

/** `-` and `-1` are values; so is the empty text. */
function looksLikeFlag(word: string): boolean {
  return /^--?[A-Za-z]/.test(word)
}

function flagText(option: CliOption, written: string, value: string | undefined): string {
  if (option.value === undefined) return value ?? 'true'
  const text = value ?? option.valueIfBare
  if (text === undefined) throw new UsageError(`${written} needs a value: ${written} ${option.value}.`)
  return text
}

function unknownWord(word: string): string {
  const kind = word.startsWith('-') ? 'an option' : 'a command'
  return `${word === '' ? 'The empty word' : word} is not ${kind} of stator: see stator --help.`
}

function addVariables(given: Map<OptionName, GivenText>, environment: Environment): void {
  for (const { name, variables } of cliOptions) {
    if (given.has(name)) continue
    for (const variable of variables) {
      const text = environment[variable]
      if (text === undefined || text === '') continue
      given.set(name, { text, source: variable, isFlag: false })
      break
    }
  }
}
