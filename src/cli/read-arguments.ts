/**
 * From what was typed, and the environment, to settings. Written by hand because no parser takes `-dbPath` for one word.
 *
 *     stator [start | serve] [flag | flag value | flag=value]…
 *     flag = --name | -p | -localName | --localName
 *
 * Words for Java are left out, wherever they stand: whatever starts DynamoDB Local can start Stator instead.
 *
 * A flag wins over an environment variable, which wins over the default. Of a flag given twice the last one counts.
 */
import { nearest } from '../base/nearest.ts'
import { adviceOn } from './advice-on.ts'
import { commands } from './commands.ts'
import { type CliOption, cliOptions, type LocalOnlyFlag, localOnlyFlags, type OptionName } from './options.ts'

/** Something typed wrong. Its message is one clear sentence that names it. */
export class UsageError extends Error {}

export interface Arguments {
  /** The options that were given, by flag or variable. */
  readonly given: ReadonlyMap<OptionName, GivenText>
  readonly localOnly: ReadonlySet<LocalOnlyFlag>
  /** True when a flag was written the way only DynamoDB Local writes it. */
  readonly likeLocal: boolean
  /** What Stator is to be like, besides, for those who expect it. */
  readonly compat: 'dynamodb-local' | undefined
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

/** What tests are told, and what Kubernetes says of a service that is called stator. */
const foreignVariable = /^STATOR_(DISK_|MUTANT$|REQUIRE_CLIENTS$|TEST_|PORT_|SERVICE_)/
/** What has no flag. */
const otherVariables: readonly string[] = [
  'STATOR_COMPAT',
  'STATOR_CONTROL_TOKEN',
  'STATOR_ROOT_ACCESS_KEY_ID',
  'STATOR_ROOT_SECRET_ACCESS_KEY',
  'STATOR_KINESIS_ACCESS_KEY_ID',
  'STATOR_KINESIS_SECRET_ACCESS_KEY',
  'STATOR_S3_ACCESS_KEY_ID',
  'STATOR_S3_SECRET_ACCESS_KEY',
  'STATOR_SECRET_KEY',
]

type Flag = { readonly option: CliOption } | { readonly localOnly: LocalOnlyFlag }

/** Throws UsageError. */
export function readArguments(words: readonly string[], environment: Environment): Arguments {
  const given = new Map<OptionName, GivenText>()
  const localOnly = new Set<LocalOnlyFlag>()
  let likeLocal = false
  for (let at = words[0] === 'start' || words[0] === 'serve' ? 1 : 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const wordsOfJava = countWordsOfJava(word)
    if (wordsOfJava > 0) {
      likeLocal = true
      at += wordsOfJava - 1
      continue
    }
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
    if (written !== `--${option.name}` && written !== `-${option.short}`) likeLocal = true
    const next = words[at + 1]
    const takesNext = option.value !== undefined && assigned === undefined && next !== undefined && !looksLikeFlag(next)
    given.set(option.name, { text: flagText(option, written, takesNext ? next : assigned), source: written, isFlag: true })
    if (takesNext) at += 1
  }
  addVariables(given, environment)
  return { given, localOnly, likeLocal, compat: compatIn(environment) }
}

/** `-Dname=value`, `-Xmx1g`, `-XX:…`; `-jar FILE` and `-cp PATHS` are two. */
function countWordsOfJava(word: string): number {
  if (/^-(jar|cp|classpath)$/.test(word)) return 2
  return /^-(D.|X.)|^com\.amazonaws\.services\.dynamodbv2\.local\./.test(word) ? 1 : 0
}

function compatIn({ STATOR_COMPAT: compat }: Environment): Arguments['compat'] {
  if (compat === undefined || compat === '') return undefined
  if (compat === 'dynamodb-local') return compat
  throw new UsageError(`STATOR_COMPAT must be dynamodb-local, not ${compat}.`)
}

/** Our names take two dashes, DynamoDB Local's one or two, a letter one. */
function findFlag(written: string): Flag | undefined {
  const localName = written.replace(/^--?/, '')
  if (localName === written) return undefined
  const option = cliOptions.find(
    ({ name, short, localName: local }) => written === `--${name}` || written === `-${short}` || localName === local,
  )
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
  if (!word.startsWith('-')) return unknownCommand(word)
  const flags = [...cliOptions.map(({ name }) => `--${name}`), ...localOnlyFlags.map(({ localName }) => `-${localName}`)]
  return `${word} is not an option of stator: ${adviceOn(word, flags, 'stator')}`
}

export function unknownCommand(word: string): string {
  const names = ['start', ...commands.map(({ name }) => name)]
  return `${word === '' ? 'The empty word' : word} is not a command of stator: ${adviceOn(word, names, 'stator')}`
}

/** What is meant for Stator and says nothing to it, a sentence for each. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = new Set([...otherVariables, ...cliOptions.flatMap(({ variables }) => variables)])
  return Object.keys(environment)
    .filter((name) => name.startsWith('STATOR_') && !known.has(name) && !foreignVariable.test(name))
    .sort()
    .map((name) => {
      const meant = nearest(name, known)
      return `${name} is no variable that Stator knows${meant === undefined ? '' : `: did you mean ${meant}?`}`
    })
}

function addVariables(given: Map<OptionName, GivenText>, environment: Environment): void {
  for (const { name, variables } of cliOptions) {
    if (given.has(name)) continue
    for (const variable of variables) {
      const text = environment[variable]
      if (text === undefined || text === '' || isOfKubernetes(variable, text)) continue
      given.set(name, { text, source: variable, isFlag: false })
      break
    }
  }
}

/** STATOR_PORT is `tcp://10.0.0.1:8000` in the pods beside a service that is called stator. */
function isOfKubernetes(variable: string, text: string): boolean {
  return variable === 'STATOR_PORT' && text.startsWith('tcp://')
}
