/** What can be typed behind `stator load`: the table of options, its help, and what each text means. */

import { itemSizeBytesMax } from '../../api/limits.ts'
import { hourMs, minuteMs } from '../../base/clock.ts'
import {
  type CommandOption,
  type GivenOptions,
  helpOption,
  optionRows,
  readOptions,
  readValue,
  type ValueKind,
} from '../command-options.ts'
import {
  concurrencyDefault,
  concurrencyMax,
  hotShareDefault,
  keyCountDefault,
  keyCountMax,
  loadDurationMsDefault,
  loadDurationMsMax,
  loadRequestsMax,
  queryLimitDefault,
  queryLimitMax,
  rateMax,
  rateMin,
  readsPercentDefault,
  readsPercentMax,
  retriesMax,
  sortKeysDefault,
  sortKeysMax,
  zipfExponentDefault,
  zipfExponentMax,
} from '../limits.ts'
import { columns } from '../options.ts'
import { UsageError } from '../read-arguments.ts'
import type { KeyChoice } from './key-distribution.ts'
import { placeholders } from './placeholders.ts'
import { type LoadOperation, loadOperations } from './request-maker.ts'

export interface LoadOptions {
  readonly table: string
  readonly index?: string
  readonly endpoint?: string
  readonly region?: string
  readonly profile?: string
  readonly keys: KeyChoice
  /** Undefined: as many as the sample has lines, or 1,000. */
  readonly keyCount?: number
  readonly sortKeys: number
  readonly weights: { readonly [operation in LoadOperation]: number }
  readonly ratePerSecond?: number
  readonly durationMs?: number
  readonly requestsMax?: number
  readonly concurrency: number
  readonly items: { readonly kind: 'made' } | { readonly kind: 'template' | 'sample'; readonly path: string }
  readonly itemSizeBytes?: number
  readonly seed: number
  readonly consistent: boolean
  readonly limit: number
  readonly retries: number
  readonly json: boolean
}

export const options: readonly CommandOption[] = [
  { name: 'table', value: 'NAME', help: 'the table to send load to; its keys are learnt from DescribeTable' },
  { name: 'index', value: 'NAME', help: 'draw the keys of this index; reads are queries on it' },
  { name: 'endpoint', value: 'URL', help: 'any DynamoDB ($AWS_ENDPOINT_URL_DYNAMODB, else http://127.0.0.1:8000)' },
  { name: 'region', value: 'NAME', help: 'the region to sign for ($AWS_REGION, else us-east-1)' },
  { name: 'profile', value: 'NAME', help: 'whose credentials to take from the credentials file ($AWS_PROFILE)' },
  { name: 'keys', value: 'KIND', help: 'how keys are drawn: uniform, zipf, hot, time (uniform)' },
  { name: 'key-count', value: 'NUMBER', help: 'how many partition keys there are (1000, or the lines of the sample)' },
  { name: 'sort-keys', value: 'NUMBER', help: 'how many sort keys each of them has, if the table has any (10)' },
  { name: 'zipf', value: 'NUMBER', help: 'with --keys zipf, how steep: the hottest key is 2^N times as hot as the second (0.99)' },
  { name: 'hot-keys', value: 'NUMBER', help: 'with --keys hot, how many keys are hot (1)' },
  { name: 'hot-share', value: 'SHARE', help: 'with --keys hot, their share of the requests, from 0 to 1 (0.9)' },
  { name: 'reads', value: 'PERCENT', help: 'how many requests are GetItem, or Query with --index; the rest are PutItem (50)' },
  { name: 'operations', value: 'LIST', help: 'instead of --reads, weights: get=60,query=5,put=20,update=10,delete=5' },
  { name: 'rate', value: 'NUMBER', help: 'requests a second, due whatever the server does; or unlimited (unlimited)' },
  { name: 'duration', value: 'TIME', help: 'how long: 500ms, 30s, 5m, 1h (60s, unless --requests is given)' },
  { name: 'requests', value: 'NUMBER', help: 'how many requests' },
  { name: 'concurrency', value: 'NUMBER', help: 'how many requests may be under way at once (16)' },
  { name: 'item', value: 'FILE', help: 'a template of the items, in JSON or DynamoDB JSON, with the placeholders below' },
  { name: 'sample', value: 'FILE', help: 'items as they are, one on each line, in JSON or DynamoDB JSON; the drawn key says which line' },
  { name: 'item-size', value: 'BYTES', help: 'fill items up to about this size' },
  { name: 'limit', value: 'NUMBER', help: 'the most items that a Query reads (100)' },
  { name: 'consistent', help: 'consistent reads' },
  { name: 'retries', value: 'NUMBER', help: 'how often to try again after a throttle or a server error (0)' },
  { name: 'seed', value: 'NUMBER', help: 'the same seed sends the same requests (a random one, which the summary names)' },
  { name: 'json', help: 'print the summary as JSON' },
  helpOption,
]

export function loadHelp(): string {
  const rows = placeholders.map(({ form, help }) => [`\${${form}}`, help] as const)
  return `Sends load to a table and says what it met: rates, latencies, throttles by reason, hottest keys.

Usage: stator load --table NAME [options]

Options:
${optionRows(options)}

Placeholders in the texts of a template:
${columns(rows)}

Nothing is sent but to the endpoint. The load writes and deletes items in the table: use one that you can do without.
`
}

/** Undefined when help was asked for. Throws UsageError. `randomSeed` is taken when there is no other. */
export function readLoadOptions(words: readonly string[], randomSeed: number): LoadOptions | undefined {
  const given = readOptions('stator load', options, words)
  if (given.has('help')) return undefined
  const table = given.get('table')
  if (table === undefined) throw new UsageError('--table must say which table to send load to: see stator load --help.')
  const requestsMax = readValue(given, 'requests', wholeNumber(1, loadRequestsMax))
  const keyCount = readValue(given, 'key-count', wholeNumber(1, keyCountMax))
  const ratePerSecond = readValue(given, 'rate', rate)
  const durationMs = readValue(given, 'duration', duration) ?? (requestsMax === undefined ? loadDurationMsDefault : undefined)
  const itemSizeBytes = readValue(given, 'item-size', wholeNumber(1, itemSizeBytesMax))
  const texts = optionalTexts(given)
  return {
    table,
    ...texts,
    keys: keyChoice(given, keyCount),
    ...(keyCount !== undefined && { keyCount }),
    sortKeys: readValue(given, 'sort-keys', wholeNumber(1, sortKeysMax)) ?? sortKeysDefault,
    weights: weightsFrom(given, texts.index !== undefined),
    ...(ratePerSecond !== undefined && ratePerSecond !== 'unlimited' && { ratePerSecond }),
    ...(durationMs !== undefined && { durationMs }),
    ...(requestsMax !== undefined && { requestsMax }),
    concurrency: readValue(given, 'concurrency', wholeNumber(1, concurrencyMax)) ?? concurrencyDefault,
    items: itemsFrom(given),
    ...(itemSizeBytes !== undefined && { itemSizeBytes }),
    seed: readValue(given, 'seed', wholeNumber(0, Number.MAX_SAFE_INTEGER)) ?? randomSeed,
    consistent: given.has('consistent'),
    limit: readValue(given, 'limit', wholeNumber(1, queryLimitMax)) ?? queryLimitDefault,
    retries: readValue(given, 'retries', wholeNumber(0, retriesMax)) ?? 0,
    json: given.has('json'),
  }
}

function optionalTexts(given: GivenOptions): Pick<LoadOptions, 'index' | 'endpoint' | 'region' | 'profile'> {
  const [index, endpoint, region, profile] = ['index', 'endpoint', 'region', 'profile'].map((name) => given.get(name))
  return {
    ...(index !== undefined && { index }),
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  }
}

function keyChoice(given: GivenOptions, keyCount: number | undefined): KeyChoice {
  const kind = readValue(given, 'keys', keyKind) ?? 'uniform'
  const exponent = readValue(given, 'zipf', decimal(0, zipfExponentMax))
  const hotKeys = readValue(given, 'hot-keys', wholeNumber(1, keyCountMax))
  const hotShare = readValue(given, 'hot-share', decimal(0, 1))
  if (exponent !== undefined && kind !== 'zipf') throw new UsageError('--zipf goes with --keys zipf.')
  if (hotKeys !== undefined && kind !== 'hot') throw new UsageError('--hot-keys goes with --keys hot.')
  if (hotShare !== undefined && kind !== 'hot') throw new UsageError('--hot-share goes with --keys hot.')
  if (kind === 'zipf') return { kind, exponent: exponent ?? zipfExponentDefault }
  if (kind !== 'hot') return { kind }
  const choice = { kind, hotKeys: hotKeys ?? 1, hotShare: hotShare ?? hotShareDefault }
  checkHotKeys(choice, keyCount ?? keyCountDefault)
  return choice
}

/** Throws UsageError unless there are keys that are not hot. */
export function checkHotKeys(choice: KeyChoice, keyCount: number): void {
  if (choice.kind !== 'hot' || choice.hotKeys < keyCount) return
  throw new UsageError(`--hot-keys must be fewer than the keys there are: ${choice.hotKeys} of ${keyCount} are not.`)
}

function weightsFrom(given: GivenOptions, isIndex: boolean): LoadOptions['weights'] {
  const weights = readValue(given, 'operations', operationWeights)
  const reads = readValue(given, 'reads', decimal(0, readsPercentMax))
  if (weights === undefined) {
    const share = reads ?? readsPercentDefault
    return { get: isIndex ? 0 : share, query: isIndex ? share : 0, put: 100 - share, update: 0, delete: 0 }
  }
  if (reads !== undefined) throw new UsageError('Choose either --operations or --reads, not both.')
  if (isIndex && weights.get > 0) throw new UsageError('An index has no GetItem: with --index, read with query.')
  return weights
}

function itemsFrom(given: GivenOptions): LoadOptions['items'] {
  const template = given.get('item')
  const sample = given.get('sample')
  if (template !== undefined && sample !== undefined) throw new UsageError('Choose either --item or --sample, not both.')
  if (template !== undefined) return { kind: 'template', path: template }
  if (sample === undefined) return { kind: 'made' }
  if (given.has('item-size')) throw new UsageError('The items of a sample are sent as they are: --item-size goes without --sample.')
  return { kind: 'sample', path: sample }
}

export function wholeNumber(least: number, most: number): ValueKind<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    parse: (text) => (/^\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined),
  }
}

function decimal(least: number, most: number): ValueKind<number> {
  return {
    expected: `a number from ${least} to ${most}`,
    parse: (text) => (/^(\d+|\d*\.\d+)$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined),
  }
}

const keyKind: ValueKind<KeyChoice['kind']> = {
  expected: 'uniform, zipf, hot or time',
  parse: (text) => (text === 'uniform' || text === 'zipf' || text === 'hot' || text === 'time' ? text : undefined),
}

const rate: ValueKind<number | 'unlimited'> = {
  expected: `requests a second, such as 500 or ${rateMin}, or unlimited`,
  parse: (text) => {
    const number = /^(\d+|\d*\.\d+)(\/s)?$/.exec(text)?.[1]
    if (number === undefined) return text === 'unlimited' ? text : undefined
    return Number(number) >= rateMin && Number(number) <= rateMax ? Number(number) : undefined
  },
}

const unitsMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: minuteMs, h: hourMs }

export const duration: ValueKind<number> = {
  expected: 'a time such as 500ms, 30s, 5m or 1h, up to a week',
  parse: (text) => {
    const [, digits, unit = 's'] = /^(\d{1,9})(ms|s|m|h)?$/.exec(text) ?? []
    const timeMs = Number(digits) * (unitsMs[unit] ?? Number.NaN)
    return timeMs > 0 && timeMs <= loadDurationMsMax ? timeMs : undefined
  },
}

const operationWeights: ValueKind<LoadOptions['weights']> = {
  expected: `weights such as get=60,put=40, of ${loadOperations.join(', ')}`,
  parse: (text) => {
    const weights = { get: 0, put: 0, update: 0, query: 0, delete: 0 }
    for (const part of text.split(',')) {
      const [, name, weight] = /^\s*([a-z]+)\s*=\s*(\d{1,9}|\d{0,9}\.\d{1,9})\s*$/.exec(part) ?? []
      const operation = loadOperations.find((each) => each === name)
      if (operation === undefined) return undefined
      weights[operation] = Number(weight)
    }
    return Object.values(weights).some((weight) => weight > 0) ? weights : undefined
  },
}
