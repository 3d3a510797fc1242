/**
 * Options of the commands besides serving, as tables: parsing and `--help` derive from them. Simpler than the server's (no variables,
 * no words of DynamoDB Local).
 *
 *     (--name | --name value | --name=value)…
 */
import { adviceOn } from './advice-on.ts'
import { columns } from './options.ts'
import { UsageError } from './read-arguments.ts'

export interface CommandOption {
  readonly name: string
  /** What help calls its value. Without one, it is a switch. */
  readonly value?: string
  /** It may be given several times: `repeated` has all its values. */
  readonly repeats?: true
  readonly help: string
}

/** What was typed behind `command` for each option: the value as it was written, `true` for a switch. Of an option given twice the last one counts, unless it repeats. */
export type GivenOptions = ReadonlyMap<string, string>

export const helpOption: CommandOption = { name: 'help', help: 'print this' }

/** Throws UsageError. `-h` stands for `--help`. */
export function readOptions(command: string, options: readonly CommandOption[], words: readonly string[]): GivenOptions {
  const given = new Map<string, string>()
  for (let at = 0; at < words.length; at += 1) {
    const typed = words[at] === '-h' ? '--help' : (words[at] ?? '')
    const equals = typed.indexOf('=')
    const written = equals < 0 ? typed : typed.slice(0, equals)
    const assigned = equals < 0 ? undefined : typed.slice(equals + 1)
    const option = options.find(({ name }) => written === `--${name}`)
    if (option === undefined) {
      const names = options.map(({ name }) => `--${name}`)
      const word = written === '' ? 'The empty word' : written
      throw new UsageError(`${word} is not an option of ${command}: ${adviceOn(written, names, command)}`)
    }
    if (option.value === undefined) {
      if (assigned !== undefined) throw new UsageError(`${written} takes no value.`)
      given.set(option.name, 'true')
      continue
    }
    const next = words[at + 1]
    const takesNext = assigned === undefined && next !== undefined && !next.startsWith('--')
    const text = takesNext ? next : assigned
    if (text === undefined || text === '') throw new UsageError(`${written} needs a value: ${written} ${option.value}.`)
    const before = option.repeats ? given.get(option.name) : undefined
    given.set(option.name, before === undefined ? text : `${before}${between}${text}`)
    if (takesNext) at += 1
  }
  return given
}

/** No argument of a process can hold it. */
const between = '\0'

/** All values of an option that may be given several times. */
export function repeated(given: GivenOptions, name: string): readonly string[] {
  return given.get(name)?.split(between) ?? []
}

/** The rows of options as `--help` shows them. */
export function optionRows(options: readonly CommandOption[]): string {
  return columns(options.map(({ name, value, help }) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const))
}

/** `parse` returns undefined for a text that is none of its kind, which `expected` describes. */
export interface ValueKind<T> {
  readonly expected: string
  parse(text: string): T | undefined
}

/** The checked value of an option, undefined when it was not given. Throws UsageError. */
export function readValue<T>(given: GivenOptions, name: string, { expected, parse }: ValueKind<T>): T | undefined {
  const text = given.get(name)
  if (text === undefined) return undefined
  const value = parse(text)
  if (value === undefined) throw new UsageError(`--${name} must be ${expected}, not '${text}'.`)
  return value
}
