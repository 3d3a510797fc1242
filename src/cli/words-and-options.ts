/** Commands that take words before or between their options, such as the names of files. */
import { type CommandOption, type GivenOptions, readOptions } from './command-options.ts'
import { UsageError } from './read-arguments.ts'

export interface Typed {
  readonly names: readonly string[]
  readonly given: GivenOptions
}

/** What stands first is names, up to the first option. Throws UsageError. */
export function readNamesAndOptions(
  command: string,
  {
    options,
    usage,
    names: [least, most],
  }: { readonly options: readonly CommandOption[]; readonly usage: string; readonly names: readonly [number, number] },
  words: readonly string[],
): Typed {
  const first = words.findIndex((word) => word.startsWith('-'))
  const names = first < 0 ? words : words.slice(0, first)
  const given = readOptions(command, options, words.slice(names.length))
  if (!given.has('help') && (names.length < least || names.length > most)) throw new UsageError(`Usage: ${usage}: see ${command} --help.`)
  return { names, given }
}
