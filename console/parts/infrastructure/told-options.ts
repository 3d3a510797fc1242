/** What is said besides the files, a line each as the command takes it: `--parameter Stage=dev`. Pure. */
import type { ImportOptions } from '../../../src/infrastructure/import-options.ts'

export interface ToldOptions {
  readonly options: Partial<ImportOptions>
  /** As words of the command. */
  readonly words: readonly string[]
}

const pairOptions = { parameter: 'parameters', 'import-value': 'importValues', resolve: 'resolutions', name: 'names' } as const
const textOptions = { stack: 'stack', stage: 'stage', format: 'format' } as const

/** `NAME=VALUE` alone is a parameter. Throws an error of one sentence. */
export function optionsIn(text: string): ToldOptions {
  const pairs = new Map<string, Map<string, string>>()
  const texts: { [name: string]: string | ReadonlySet<string> } = {}
  const words: string[] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue
    const [, name = 'parameter', value = ''] = /^(?:--([a-z-]+)(?:[ =]|$))?\s*(.*)$/.exec(line) ?? []
    words.push(`--${name}`, value)
    if (isName(name, pairOptions)) {
      const [, left, right] = /^([^=]+)=(.*)$/.exec(value) ?? []
      if (left === undefined || right === undefined) throw new Error(`--${name} takes NAME=VALUE, not ${JSON.stringify(value)}.`)
      const member = pairOptions[name]
      pairs.set(member, (pairs.get(member) ?? new Map<string, string>()).set(left, right))
    } else if (isName(name, textOptions) && value !== '') texts[textOptions[name]] = value
    else if (name === 'seed-sets' && value !== '') texts['seedSets'] = new Set(value.split(','))
    else if (name === 'names' && (value === 'logical' || value === 'stack')) texts['namesBy'] = value
    else throw new Error(`The page does not take ${JSON.stringify(line)}: ${known}.`)
  }
  return { options: { ...Object.fromEntries(pairs), ...texts } as Partial<ImportOptions>, words }
}

const known = `it takes ${[...Object.keys(pairOptions), ...Object.keys(textOptions), 'names', 'seed-sets'].map((name) => `--${name}`).join(', ')}`

function isName<Names extends object>(name: string, names: Names): name is Extract<keyof Names, string> {
  return Object.hasOwn(names, name)
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
