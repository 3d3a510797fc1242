/** What can be typed behind `npm run simulate --`: the table of options, its help, and the same command line again. */
import { type CommandOption, helpOption, optionRows, readOptions, readValue, type ValueKind } from '../../../src/cli/command-options.ts'
import { duration, wholeNumber } from '../../../src/cli/load/load-options.ts'
import { UsageError } from '../../../src/cli/read-arguments.ts'

const nodesMax = 9
const seedMax = 2 ** 32 - 1
const operationsMax = 1e12
const operationsDefault = 10_000

export interface SimulateOptions {
  readonly storage: 'memory' | 'postgres'
  /** Drawn from the seed if it is left out. */
  readonly nodes: number | undefined
  readonly firstSeed: number
  readonly lastSeed: number
  /** With each seed. */
  readonly operations: number
  readonly timeMs: number | undefined
  readonly hasFaults: boolean
  /** What is asked and answered is printed if it matches. */
  readonly trace: RegExp | undefined
}

const options: readonly CommandOption[] = [
  { name: 'nodes', value: 'NUMBER', help: 'how many nodes there are (one to three, by the seed; 3 on postgres)' },
  { name: 'seed', value: 'NUMBER', help: 'what everything is drawn from; 1-500 runs all of these, one after the other (1)' },
  { name: 'ops', value: 'NUMBER', help: `how many requests there are with each seed (${operationsDefault})` },
  { name: 'time', value: 'TIME', help: 'begin nothing more after so long: 30s, 5m, 1h (no limit)' },
  {
    name: 'storage',
    value: 'KIND',
    help: 'memory: one process, the schedule drawn, too; postgres: servers on a PostgreSQL of their own (memory)',
  },
  { name: 'faults', value: 'on|off', help: 'whether nodes die and freeze, commits fail, connections are cut (on)' },
  { name: 'trace', value: 'REGEX', help: 'in memory: print all that is asked and answered and matches' },
  helpOption,
]

export const simulateHelp: string = `Lets random clients ask several nodes of one database and holds all they are told against models.

Usage: npm run simulate -- [options]

${optionRows(options)}

Every so often everything comes to rest and is looked at: single items are linearizable and transactions serializable, streams tell every
change once and in order, indexes, counts and sums agree with a Scan, and nothing is left over. In memory a seed replays a run exactly; on
postgres it replays requests and faults, while their timing is the machine's. What fails is told with the line that replays it.

Exit codes: 0 all is well, 1 something is not, 2 typed wrong, 130 interrupted.
`

const seeds: ValueKind<readonly [number, number]> = {
  expected: `a whole number up to ${seedMax}, or two with - between them, the smaller one first`,
  parse: (text) => {
    const [, first, last = first] = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text) ?? []
    if (first === undefined) return undefined
    const range = [Number(first), Number(last)] as const
    return range[0] <= range[1] && range[1] <= seedMax ? range : undefined
  },
}

function oneOf<Word extends string>(...words: readonly Word[]): ValueKind<Word> {
  return { expected: words.join(' or '), parse: (text) => words.find((word) => word === text) }
}

const expression: ValueKind<RegExp> = {
  expected: 'a regular expression',
  parse: (text) => {
    try {
      return new RegExp(text)
    } catch {
      return undefined
    }
  },
}

/** Undefined when help was asked for. Throws UsageError. */
export function readSimulateOptions(words: readonly string[]): SimulateOptions | undefined {
  const given = readOptions('npm run simulate --', options, words)
  if (given.has('help')) return undefined
  const [firstSeed, lastSeed] = readValue(given, 'seed', seeds) ?? [1, 1]
  const storage = readValue(given, 'storage', oneOf('memory', 'postgres')) ?? 'memory'
  const trace = readValue(given, 'trace', expression)
  if (trace !== undefined && storage !== 'memory') throw new UsageError('--trace goes with --storage memory.')
  return {
    storage,
    nodes: readValue(given, 'nodes', wholeNumber(1, nodesMax)),
    firstSeed,
    lastSeed,
    operations: readValue(given, 'ops', wholeNumber(1, operationsMax)) ?? operationsDefault,
    timeMs: readValue(given, 'time', duration),
    hasFaults: readValue(given, 'faults', oneOf('on', 'off')) !== 'off',
    trace,
  }
}

/** What runs this much of this seed again. */
export function commandLine({ storage, nodes, hasFaults }: SimulateOptions, seed: number, operations: number): string {
  const words = [
    ...(storage === 'memory' ? [] : ['--storage', storage]),
    ...(nodes === undefined ? [] : ['--nodes', nodes]),
    ...['--seed', seed, '--ops', operations],
    ...(hasFaults ? [] : ['--faults', 'off']),
  ]
  return `npm run simulate -- ${words.join(' ')}`
}
