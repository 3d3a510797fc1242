/**
 * Which values the options of programs take. Programs in JavaScript have no types, and an option that says nothing would leave them with a database
 * that is not what they think it is.
 */
import { isRegionName } from '../../api/region-name.ts'
import { isObject } from '../../base/is-object.ts'
import { nearest } from '../../base/nearest.ts'
import { getOwn } from '../../base/own.ts'
import { timeMsOf } from '../control/server-clock.ts'
import { settableDelayMsMax, streamShardsMax, toldValueLengthMax } from '../limits.ts'
import {
  adviceModes,
  adviceProfiles,
  consoleModes,
  httpReaders,
  type OptionWords,
  optionWords,
  regionsModes,
  throughputModes,
  traceModes,
} from '../option-words.ts'

export interface OptionKind {
  /** What it must be: a piece of a sentence. */
  readonly expected: string
  fits(value: unknown): boolean
  /** There may be a password in it: what was given is not repeated. */
  readonly isSecret?: true
}

/** A kind for each option. Which there are is for the type to say. */
export type OptionKinds<Options> = { readonly [Name in keyof Options]-?: OptionKind }

function words(list: OptionWords<string>): OptionKind {
  return { expected: list.expected, fits: (value) => list.find(value) !== undefined }
}

function wholeNumber(min: number, max: number): OptionKind {
  return { expected: `a whole number from ${min} to ${max}`, fits: (value) => isNumber(value, min, max) && Number.isInteger(value) }
}

export const flag: OptionKind = { expected: 'true or false', fits: (value) => typeof value === 'boolean' }

const folder: OptionKind = { expected: 'the name of a folder', fits: (value) => typeof value === 'string' && value !== '' }

const milliseconds: OptionKind = {
  expected: `a number of milliseconds from 0 to ${settableDelayMsMax}`,
  fits: (value) => isNumber(value, 0, settableDelayMsMax),
}

const anything: OptionKind = { expected: 'anything', fits: () => true }

export const port: OptionKind = wholeNumber(0, 2 ** 16 - 1)

/** Of `createStator`, and of `start` besides those of a port. */
export const statorKinds: {
  readonly [Name in
    | 'account'
    | 'clock'
    | 'dataDir'
    | 'faults'
    | 'functions'
    | 'inMemory'
    | 'indexLagMs'
    | 'jobs'
    | 'kinesis'
    | 'log'
    | 'pitrLagMs'
    | 'prices'
    | 'random'
    | 'region'
    | 'regions'
    | 's3'
    | 's3Folder'
    | 'seed'
    | 'sinks'
    | 'storage'
    | 'streamSinks'
    | 'streamShards'
    | 'tableStateDelayMs'
    | 'testCluster'
    | 'throughput'
    | 'trace'
    | 'advice'
    | 'adviceProfile'
    | 'ttlSweepIntervalMs']: OptionKind
} = {
  account: { expected: 'an account number of twelve digits', fits: (value) => typeof value === 'string' && /^\d{12}$/.test(value) },
  clock: {
    expected: 'a time such as 2026-11-22T10:00:00Z, or a clock whose now() tells milliseconds',
    fits: (value) => (typeof value === 'string' ? timeMsOf(value) !== undefined : has(value, 'now')),
  },
  dataDir: folder,
  // Each of them is read with what there is, and its price table by whoever counts.
  faults: { expected: 'a list of faults (docs/faults.md)', fits: Array.isArray },
  functions: { expected: 'an object of functions and destinations (docs/triggers.md)', fits: isObject },
  inMemory: flag,
  indexLagMs: milliseconds,
  jobs: words(optionWords('timed', 'manual')),
  kinesis: { expected: 'an object whose endpoint is a URL without a path such as http://127.0.0.1:4567', fits: isServer },
  log: { expected: 'a function that is told a text and its cause', fits: (value) => typeof value === 'function' },
  pitrLagMs: milliseconds,
  prices: anything,
  random: { expected: 'an object whose bytes(length) gives that many bytes', fits: (value) => has(value, 'bytes') },
  region: { expected: 'the name of a region such as us-east-1', fits: (value) => typeof value === 'string' && isRegionName(value) },
  regions: words(regionsModes),
  s3: { expected: 'an object whose endpoint is a URL without a path such as http://127.0.0.1:9000', fits: isServer },
  s3Folder: folder,
  seed: wholeNumber(0, 2 ** 32 - 1),
  storage: {
    expected: 'the URL of a PostgreSQL such as postgres://user:password@host/database',
    fits: (value) => typeof value === 'string' && /^postgres(ql)?:\/\/./.test(value),
    isSecret: true,
  },
  streamShards: wholeNumber(1, streamShardsMax),
  // Each is read when it is opened.
  sinks: { expected: 'an object with the member sinks (docs/sinks.md)', fits: isObject },
  streamSinks: { expected: 'an object with the names of data streams (docs/kinesis.md)', fits: isObject },
  tableStateDelayMs: milliseconds,
  testCluster: flag,
  throughput: words(throughputModes),
  trace: words(traceModes),
  advice: words(adviceModes),
  adviceProfile: words(adviceProfiles),
  ttlSweepIntervalMs: milliseconds,
}

/** Of a port. */
export const listenKinds: { readonly [Name in 'console' | 'controlAccess' | 'cors' | 'host' | 'http' | 'port']: OptionKind } = {
  console: words(consoleModes),
  controlAccess: words(optionWords('local', 'open', 'off')),
  cors: { expected: 'true, false or a list of origins such as https://example.com', fits: isCors },
  host: { expected: 'an address or a name of this machine', fits: (value) => typeof value === 'string' && /^[\w.:%-]+$/.test(value) },
  http: words(httpReaders),
  port,
}

/** Of `start` alone. */
export const tlsKinds: { readonly [Name in 'plainPort' | 'tls']: OptionKind } = {
  plainPort: port,
  tls: {
    expected: 'an object with cert and key in PEM',
    fits: (value) => isObject(value) && isText(value['cert']) && isText(value['key']),
  },
}

/** Of a request in process, which needs all of them. */
export const requestKinds: { readonly [Name in 'body' | 'headers' | 'target']: OptionKind } = {
  body: { expected: 'JSON as a text or as bytes', fits: (value) => isText(value) },
  headers: { expected: 'an object of headers, their names in lower case', fits: isObject },
  target: { expected: 'a text such as DynamoDB_20120810.GetItem', fits: (value) => typeof value === 'string' },
}

/** Throws a TypeError of one sentence for what is no option, or not of its kind. Undefined is as good as left out. */
export function checkOptions(who: Owner, kinds: { readonly [name: string]: OptionKind }, options: unknown): void {
  const { name: owner, isFunction } = who
  if (!isObject(options)) throw new TypeError(`${owner} ${isFunction ? 'takes' : 'is'} an object of options, not ${told(options)}.`)
  for (const [name, value] of Object.entries(options)) {
    const kind = getOwn(kinds, name)
    if (kind === undefined) throw new TypeError(`${owner} has no option ${name}: ${adviceOn(name, kinds)}`)
    if (value !== undefined) checkOption(isFunction ? name : `${name} of ${owner}`, kind, value)
  }
}

/** Whose options they are: a function of ours, or a configuration of theirs, which may lie anywhere. */
interface Owner {
  readonly name: string
  readonly isFunction: boolean
}

/** The same of what needs all of these, and may have others. */
export function checkRequired(owner: string, kinds: { readonly [name: string]: OptionKind }, given: unknown): void {
  if (!isObject(given)) throw new TypeError(`${owner} takes an object with ${Object.keys(kinds).join(', ')}, not ${told(given)}.`)
  for (const [name, kind] of Object.entries(kinds)) checkOption(name, kind, given[name])
}

function checkOption(name: string, { expected, fits, isSecret }: OptionKind, value: unknown): void {
  if (!fits(value)) throw new TypeError(`${name} must be ${expected}${isSecret ? '' : `, not ${told(value)}`}.`)
}

function adviceOn(name: string, kinds: object): string {
  const meant = nearest(name, Object.keys(kinds))
  if (meant !== undefined) return `did you mean ${meant}?`
  if (Object.hasOwn(listenKinds, name) || Object.hasOwn(tlsKinds, name)) return 'it is one of start, which has a port.'
  return `it has ${Object.keys(kinds).join(', ')}.`
}

/** What was given, as one line. */
function told(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, toldValueLengthMax)}'`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function isNumber(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || ArrayBuffer.isView(value)
}

function has(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { readonly [name: string]: unknown })[method] === 'function'
}

function isCors(value: unknown): boolean {
  return typeof value === 'boolean' || (Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== ''))
}

function isServer(value: unknown): boolean {
  if (!isObject(value)) return false
  const { endpoint } = value
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) return false
  const { protocol, pathname, search, hash, username } = new URL(endpoint)
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '' && username === ''
}
