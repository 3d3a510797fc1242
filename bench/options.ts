/** The flags of `npm run bench` as a table, from which its help is printed and its words are read. */
import { parseArgs } from 'node:util'

export type Mode =
  | 'compare'
  | 'flatness'
  | 'postgres'
  | 'throughput'
  | 'auth'
  | 'in-process'
  | 'recovery'
  | 'backfill'
  | 'backup'
  | 'deletion'
  | 'expiry'
  | 'vectors'
  | 'write-docs'

export interface Options {
  readonly mode: Mode
  readonly help: boolean
  readonly quick: boolean
  readonly full: boolean
  readonly peers: boolean
  readonly seconds?: number
  readonly rounds?: number
  readonly items?: readonly number[]
  readonly itemBytes?: readonly number[]
  readonly connections?: readonly number[]
  /** In lower case. */
  readonly only: readonly string[]
  readonly jsonFile?: string
  readonly nodes?: readonly number[]
  /** Of `backfill`, `backup`, `deletion`, `expiry`, `vectors`. */
  readonly count: number
  readonly documentFiles: readonly string[]
}

interface Flag {
  readonly name: string
  /** What stands behind it; nothing for a flag that is there or not. */
  readonly value?: string
  readonly meaning: string
  /** It takes the place of the usual measurement. */
  readonly isMode?: true
}

const flags: readonly Flag[] = [
  { name: 'quick', meaning: 'the operations that goals are about, over 64 connections, in two minutes' },
  { name: 'full', meaning: 'also 10,000 items of 4 KB, 1,000,000 of 430 B and 4 KB, and 10,000,000 of 430 B (hours)' },
  { name: 'peers', meaning: 'other emulators beside it, which npm installs into a temporary folder' },
  { name: 'seconds', value: 'NUMBER', meaning: 'measured time of each case in each round (2, quick 0.5)' },
  { name: 'rounds', value: 'NUMBER', meaning: 'rounds, in each of which every server has its turn (3)' },
  { name: 'items', value: 'NUMBERS', meaning: 'sizes of the tables, separated by commas (10000)' },
  { name: 'item-bytes', value: 'NUMBERS', meaning: 'sizes of an item (430)' },
  { name: 'connections', value: 'NUMBERS', meaning: 'connections (1,16,64,256 for single items, otherwise 64)' },
  { name: 'only', value: 'TEXTS', meaning: 'operations whose name contains one of these' },
  { name: 'json', value: 'FILE', meaning: 'writes all figures there, one record of JSON a line' },
  { name: 'help', meaning: 'print this' },
  { name: 'postgres', isMode: true, meaning: 'what operations cost on a PostgreSQL, beside a folder' },
  { name: 'nodes', value: 'NUMBERS', meaning: 'with --postgres: what they cost on so many nodes over one database: 1,2,3' },
  { name: 'throughput', isMode: true, meaning: 'what it costs to observe throughput instead of metering nothing' },
  { name: 'auth', isMode: true, meaning: 'what it costs to verify a signature, and to ask policies of twenty statements' },
  {
    name: 'in-process',
    isMode: true,
    meaning: 'what createStator() costs in one process and in fifty at once, and fork() of 10,000 items and 1,000,000',
  },
  { name: 'recovery', isMode: true, meaning: 'what point-in-time recovery costs a write' },
  { name: 'flatness', isMode: true, meaning: 'what a put and a query cost with an index on 10,000 items and on 1,000,000' },
  { name: 'backfill', isMode: true, value: 'NUMBER', meaning: 'what others notice while an index is added to so many items' },
  { name: 'backup', isMode: true, value: 'NUMBER', meaning: 'what others notice while so many items are backed up' },
  {
    name: 'deletion',
    isMode: true,
    value: 'NUMBER',
    meaning: 'what others notice while a table of so many items is deleted and its space given back',
  },
  { name: 'expiry', isMode: true, value: 'NUMBER', meaning: 'what others notice while so many items expire at once' },
  { name: 'vectors', isMode: true, value: 'NUMBER', meaning: 'searching so many vectors of 768 dimensions' },
  { name: 'write-docs', isMode: true, value: 'FILES', meaning: 'measures nothing: docs/benchmarks.md and its chart from files of --json' },
]

export function helpText(): string {
  const line = ({ name, value, meaning }: Flag): string => `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(24)}${meaning}`
  return `${[
    'What one request costs Stator, beside bare node:http servers that carry the same bytes.',
    '',
    'Usage: npm run bench -- [options]',
    '',
    ...flags.filter(({ isMode }) => !isMode).map(line),
    '',
    'Instead of that:',
    ...flags.filter(({ isMode }) => isMode).map(line),
  ].join('\n')}\n`
}

/** Throws in one sentence on words that make no sense, alone or together. */
export function parseOptions(words: readonly string[]): Options {
  const options = Object.fromEntries(flags.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const))
  const { values } = parseArgs({ args: [...words], options })
  const isSet = (name: string): boolean => values[name] === true
  const textOf = (name: string): string | undefined => values[name] as string | undefined
  const numbersOf = (name: string): readonly number[] | undefined =>
    textOf(name)
      ?.split(',')
      .map((text) => positive(name, text))
  const numberOf = (name: string): number | undefined => numbersOf(name)?.[0]
  const modes = flags.filter(({ name, isMode }) => isMode && values[name] !== undefined).map(({ name }) => name as Mode)
  const [mode = 'compare', ...others] = modes
  if (others.length > 0) throw new Error(`--${modes.join(' and --')} are two measurements: choose one`)
  if (values['nodes'] !== undefined && mode !== 'postgres') throw new Error('--nodes is about --postgres')
  const [seconds, rounds] = [numberOf('seconds'), numberOf('rounds')]
  const [items, itemBytes, connections, nodes] = [numbersOf('items'), numbersOf('item-bytes'), numbersOf('connections'), numbersOf('nodes')]
  const jsonFile = textOf('json')
  return {
    mode,
    help: isSet('help'),
    quick: isSet('quick'),
    full: isSet('full'),
    peers: isSet('peers'),
    only: (textOf('only') ?? '').toLowerCase().split(','),
    count: (isCounted(mode) ? numberOf(mode) : undefined) ?? 0,
    documentFiles: textOf('write-docs')?.split(',') ?? [],
    ...(seconds !== undefined && { seconds }),
    ...(rounds !== undefined && { rounds }),
    ...(items !== undefined && { items }),
    ...(itemBytes !== undefined && { itemBytes }),
    ...(connections !== undefined && { connections }),
    ...(nodes !== undefined && { nodes }),
    ...(jsonFile !== undefined && { jsonFile }),
  }
}

function isCounted(mode: Mode): boolean {
  return mode === 'backfill' || mode === 'backup' || mode === 'deletion' || mode === 'expiry' || mode === 'vectors'
}

function positive(flag: string, text: string): number {
  const value = Number(text)
  const isWhole = flag === 'seconds' || Number.isInteger(value)
  if (!(value > 0) || !isWhole) throw new Error(`--${flag} takes positive ${isWhole ? '' : 'whole '}numbers, not ${text}`)
  return value
}
