/** What the arguments mean: each text becomes a checked value, or one clear sentence about why it can't. */

import { isRegionName } from '../api/region-name.ts'
import { hourMs, minuteMs, parseTime, secondMs } from '../base/clock.ts'
import type { BudgetOptions } from '../server/budget/budget.ts'
import type { ControlAccess } from '../server/control/allowed.ts'
import type { CrossOriginPolicy } from '../server/cross-origin.ts'
import type { HttpReader } from '../server/http.ts'
import {
  connectionsMaxMax,
  memoryBudgetBytesMax,
  memoryBudgetBytesMin,
  portDefault,
  settableDelayMsMax,
  settableTimeMsMax,
} from '../server/limits.ts'
import type { ThroughputMode, TraceMode } from '../server/start.ts'
import { transientStatusDelayMs } from './limits.ts'
import type { OptionName } from './options.ts'
import { type Arguments, type GivenText, UsageError } from './read-arguments.ts'
import type { LogForm, LogLevel } from './server-log.ts'

export interface Settings {
  readonly port: number
  /** Without one, what only this machine can reach. */
  readonly host?: string
  readonly storage:
    | { readonly kind: 'memory' }
    | { readonly kind: 'disk'; readonly folder: string }
    | { readonly kind: 'postgres'; readonly url: string }
  readonly account?: string
  readonly region?: string
  readonly regions?: 'shared' | 'isolated'
  readonly crossOrigin: CrossOriginPolicy
  readonly allowedHosts?: readonly string[]
  readonly controlAccess: ControlAccess
  readonly auth: AuthSettings
  readonly audit?: AuditSettings
  readonly log: { readonly form: LogForm; readonly level: LogLevel }
  readonly trace?: TraceMode
  /** Holds a list of faults. */
  readonly faultsFile?: string
  readonly seed?: number
  /** Holds the keys that secrets are sealed under. */
  readonly secretKeyFile?: string
  /** Holds the token that `/metrics` is answered for. */
  readonly metricsTokenFile?: string
  readonly tls?: TlsSettings
  /** Beside TLS, where nothing is encrypted. */
  readonly plainPort?: number
  readonly isTestCluster: boolean
  readonly http: HttpReader
  readonly throughput?: ThroughputMode
  readonly tableStateDelayMs: number
  readonly indexLagMs: number
  readonly ttlSweepIntervalMs?: number
  readonly pitrLagMs?: number
  readonly buckets?: BucketSettings
  readonly startMs?: number
  readonly budget: Partial<BudgetOptions>
  /** Holds a table of prices. */
  readonly pricesFile?: string
}

/** Where the data is kept unless something else is said. */
export const defaultDataFolder = './.stator'

/** Where exports go and imports come from. */
export type BucketSettings =
  | { readonly kind: 'folder'; readonly folder: string }
  /** Without a path. */
  | { readonly kind: 's3'; readonly endpoint: string }

/** Whose requests are answered. */
export type AuthSettings =
  | { readonly mode: 'off' }
  | { readonly mode: 'keys'; readonly keysFile: string }
  | { readonly mode: 'iam'; readonly iamFile?: string }

export interface AuditSettings {
  /** `-`: stdout. */
  readonly file: string
  readonly includesData: boolean
}

/** Where the certificate comes from. */
export type TlsSettings =
  | { readonly kind: 'files'; readonly certFile: string; readonly keyFile: string; readonly clientCaFile?: string }
  | { readonly kind: 'self-signed' }

/** Throws UsageError. */
export function settingsFrom({ given, localOnly }: Arguments): Settings {
  const account = read(given, 'account', twelveDigits)
  const region = read(given, 'region', regionName)
  const ttlSweepIntervalMs = read(given, 'ttl-sweep-interval', milliseconds)
  const pitrLagMs = read(given, 'pitr-lag', milliseconds)
  const regions = read(given, 'regions', regionsMode)
  const startMs = read(given, 'clock', timeOfDay)
  const pricesFile = read(given, 'prices', fileName)
  const throughput = read(given, 'throughput', throughputMode)
  const host = read(given, 'host', hostName)
  const allowedHosts = read(given, 'allowed-hosts', hostNames)
  const memoryBytes = read(given, 'memory-budget', memorySize)
  const connectionsMax = read(given, 'connections-max', connectionCount)
  const secretKeyFile = read(given, 'secret-key-file', fileName)
  const metricsTokenFile = read(given, 'metrics-token-file', fileName)
  return {
    port: read(given, 'port', portNumber) ?? portDefault,
    storage: storageFrom(given),
    crossOrigin: read(given, 'cors', origins) ?? false,
    controlAccess: controlAccessFrom(given),
    auth: authFrom(given),
    ...tlsFrom(given),
    ...bucketsFrom(given),
    ...auditFrom(given),
    ...traceFrom(given),
    ...faultsFrom(given),
    log: { form: read(given, 'log', logForm) ?? 'errors', level: read(given, 'log-level', logLevel) ?? 'info' },
    isTestCluster: testClusterFrom(given),
    http: read(given, 'http', httpReader) ?? 'strict',
    tableStateDelayMs:
      read(given, 'table-state-delay', milliseconds) ?? (localOnly.has('delayTransientStatuses') ? transientStatusDelayMs : 0),
    indexLagMs: read(given, 'index-lag', milliseconds) ?? 0,
    budget: { ...(memoryBytes !== undefined && { memoryBytes }), ...(connectionsMax !== undefined && { connectionsMax }) },
    ...(host !== undefined && { host }),
    ...(allowedHosts !== undefined && { allowedHosts }),
    ...(secretKeyFile !== undefined && { secretKeyFile }),
    ...(metricsTokenFile !== undefined && { metricsTokenFile }),
    ...(ttlSweepIntervalMs !== undefined && { ttlSweepIntervalMs }),
    ...(pitrLagMs !== undefined && { pitrLagMs }),
    ...(startMs !== undefined && { startMs }),
    ...(pricesFile !== undefined && { pricesFile }),
    ...(throughput !== undefined && { throughput }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
    ...(regions !== undefined && { regions }),
  }
}

/** Throws UsageError. */
export function bucketsFrom(given: Arguments['given']): Pick<Settings, 'buckets'> {
  const folder = given.get('s3-folder')
  const endpoint = given.get('s3-endpoint')
  if (folder !== undefined && endpoint !== undefined && folder.isFlag === endpoint.isFlag) {
    throw new UsageError(`Choose either ${folder.source} or ${endpoint.source}, not both.`)
  }
  if (endpoint !== undefined && (folder === undefined || endpoint.isFlag)) {
    return { buckets: { kind: 's3', endpoint: read(given, 's3-endpoint', endpointUrl) ?? '' } }
  }
  return folder === undefined ? {} : { buckets: { kind: 'folder', folder: read(given, 's3-folder', folderName) ?? '' } }
}

/** Whether a switch such as `--help` is on. Throws UsageError. */
export function isOn(given: Arguments['given'], name: OptionName): boolean {
  return read(given, name, onOrOff) ?? false
}

function testClusterFrom(given: Arguments['given']): boolean {
  const isTestCluster = isOn(given, 'test-cluster')
  if (isTestCluster && storageFrom(given).kind !== 'postgres') throw new UsageError('--test-cluster goes with --storage.')
  return isTestCluster
}

/** Of several, what was typed wins over what is in the environment; two in one place exclude each other. */
function storageFrom(given: Arguments['given']): Settings['storage'] {
  const inMemory = isOn(given, 'in-memory') ? given.get('in-memory') : undefined
  const named = [inMemory, given.get('data-dir'), given.get('storage')].filter((each) => each !== undefined)
  const [chosen, other] = named.toSorted((a, b) => Number(b.isFlag) - Number(a.isFlag))
  if (chosen === undefined) return { kind: 'disk', folder: defaultDataFolder }
  if (other?.isFlag === chosen.isFlag) throw new UsageError(`Choose either ${chosen.source} or ${other.source}, not both.`)
  if (chosen === inMemory) return { kind: 'memory' }
  if (chosen === given.get('storage')) return { kind: 'postgres', url: databaseUrl(chosen) }
  if (chosen.text === '') throw new UsageError(`${chosen.source} needs the name of a folder.`)
  return { kind: 'disk', folder: chosen.text }
}

/** What was typed is not repeated: there may be a password in it. */
function databaseUrl({ text, source }: GivenText): string {
  if (/^postgres(ql)?:\/\/./.test(text)) return text
  throw new UsageError(`${source} must be the URL of a PostgreSQL such as postgres://user:password@host/database.`)
}

function controlAccessFrom(given: Arguments['given']): ControlAccess {
  const isOff = isOn(given, 'no-control')
  const isOpen = isOn(given, 'control-open')
  if (isOff && isOpen) {
    throw new UsageError(`Choose either ${given.get('no-control')?.source} or ${given.get('control-open')?.source}, not both.`)
  }
  if (isOff) return 'off'
  return isOpen ? 'open' : 'local'
}

function authFrom(given: Arguments['given']): AuthSettings {
  const mode = read(given, 'auth', authMode) ?? 'off'
  const keysFile = read(given, 'keys-file', fileName)
  const iamFile = read(given, 'iam-file', fileName)
  if (iamFile !== undefined && mode !== 'iam') throw new UsageError('--iam-file goes with --auth iam.')
  if (keysFile !== undefined && mode !== 'keys') throw new UsageError('--keys-file goes with --auth keys.')
  if (mode === 'iam') return { mode, ...(iamFile !== undefined && { iamFile }) }
  if (mode === 'keys') {
    if (keysFile === undefined) throw new UsageError('--auth keys needs --keys-file with the key pairs (docs/security.md).')
    return { mode, keysFile }
  }
  return { mode }
}

function auditFrom(given: Arguments['given']): Pick<Settings, 'audit'> {
  const file = read(given, 'audit', fileName)
  const includesData = isOn(given, 'audit-data')
  if (file !== undefined) return { audit: { file, includesData } }
  if (includesData) throw new UsageError('--audit-data goes with --audit.')
  return {}
}

function traceFrom(given: Arguments['given']): Pick<Settings, 'trace'> {
  const trace = read(given, 'trace', traceMode)
  return trace === undefined ? {} : { trace }
}

function faultsFrom(given: Arguments['given']): Pick<Settings, 'faultsFile' | 'seed'> {
  const faultsFile = read(given, 'faults', fileName)
  const seed = read(given, 'seed', seedNumber)
  return { ...(faultsFile !== undefined && { faultsFile }), ...(seed !== undefined && { seed }) }
}

function tlsFrom(given: Arguments['given']): Pick<Settings, 'tls' | 'plainPort'> {
  const certFile = read(given, 'tls-cert', fileName)
  const keyFile = read(given, 'tls-key', fileName)
  const clientCaFile = read(given, 'tls-client-ca', fileName)
  const plainPort = read(given, 'http-port', portNumber)
  const second = plainPort === undefined ? {} : { plainPort }
  if (certFile !== undefined && keyFile !== undefined) {
    if (isOn(given, 'tls-self-signed')) throw new UsageError('Choose either --tls-cert or --tls-self-signed, not both.')
    return { tls: { kind: 'files', certFile, keyFile, ...(clientCaFile !== undefined && { clientCaFile }) }, ...second }
  }
  if (certFile !== undefined || keyFile !== undefined) throw new UsageError('--tls-cert and --tls-key go together.')
  if (clientCaFile !== undefined) throw new UsageError('--tls-client-ca goes with --tls-cert and --tls-key.')
  if (isOn(given, 'tls-self-signed')) return { tls: { kind: 'self-signed' }, ...second }
  if (plainPort !== undefined) throw new UsageError('--http-port goes with --tls-cert or --tls-self-signed: without them --port is HTTP.')
  return {}
}

/** `parse` returns undefined for a text that is none of its kind, which `expected` describes. */
interface Kind<T> {
  readonly expected: string
  parse(text: string): T | undefined
}

function read<T>(given: ReadonlyMap<OptionName, GivenText>, name: OptionName, { expected, parse }: Kind<T>): T | undefined {
  const found = given.get(name)
  if (found === undefined) return undefined
  const value = parse(found.text)
  if (value === undefined) throw new UsageError(`${found.source} must be ${expected}, not '${found.text}'.`)
  return value
}

const portNumber: Kind<number> = {
  expected: 'a number from 0 to 65535',
  parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) < 2 ** 16 ? Number(text) : undefined),
}

const hostName: Kind<string> = {
  expected: 'an address or a name of this machine',
  parse: (text) => (/^[\w.:%-]+$/.test(text) ? text : undefined),
}

const hostNames: Kind<readonly string[]> = {
  expected: 'names of hosts without a port, separated by commas',
  parse: (text) => {
    const names = text.split(',').map((name) => name.trim().toLowerCase())
    return names.every((name) => /^[a-z0-9._-]+$/.test(name)) ? names : undefined
  },
}

const twelveDigits: Kind<string> = {
  expected: 'an account number of twelve digits',
  parse: (text) => (/^\d{12}$/.test(text) ? text : undefined),
}

const regionName: Kind<string> = {
  expected: 'the name of a region such as us-east-1',
  parse: (text) => (isRegionName(text) ? text : undefined),
}

const regionsMode: Kind<'shared' | 'isolated'> = {
  expected: 'shared or isolated',
  parse: (text) => (text === 'shared' || text === 'isolated' ? text : undefined),
}

const throughputMode: Kind<ThroughputMode> = {
  expected: 'off, observe or enforce',
  parse: (text) => (text === 'off' || text === 'observe' || text === 'enforce' ? text : undefined),
}

const authMode: Kind<'off' | 'keys' | 'iam'> = {
  expected: 'off, keys or iam',
  parse: (text) => (text === 'off' || text === 'keys' || text === 'iam' ? text : undefined),
}

const logForm: Kind<LogForm> = {
  expected: 'errors, requests or json',
  parse: (text) => (text === 'errors' || text === 'requests' || text === 'json' ? text : undefined),
}

const logLevel: Kind<LogLevel> = {
  expected: 'error, warn or info',
  parse: (text) => (text === 'error' || text === 'warn' || text === 'info' ? text : undefined),
}

const traceMode: Kind<TraceMode> = {
  expected: 'off, keys or full',
  parse: (text) => (text === 'off' || text === 'keys' || text === 'full' ? text : undefined),
}

const httpReader: Kind<HttpReader> = {
  expected: 'strict or node',
  parse: (text) => (text === 'strict' || text === 'node' ? text : undefined),
}

const origins: Kind<CrossOriginPolicy> = {
  expected: '* or origins such as https://example.com, separated by commas',
  parse: (text) => {
    const list = text.split(',').map((origin) => origin.trim())
    if (list.includes('*')) return true
    return list.includes('') ? undefined : list
  },
}

const milliseconds: Kind<number> = {
  expected: 'a time such as 500ms, 2s or 5m, up to a day',
  parse: (text) => {
    if (text === '0') return 0
    const [, digits, unit = ''] = /^(\d{1,8})(ms|s|m|h)$/.exec(text) ?? []
    const timeMs = Number(digits) * ({ ms: 1, s: secondMs, m: minuteMs, h: hourMs }[unit] ?? Number.NaN)
    return timeMs <= settableDelayMsMax ? timeMs : undefined
  },
}

const memorySize: Kind<number> = {
  expected: 'a size such as 512MB or 2GB, from 128MB to 1TB',
  parse: (text) => {
    const [, digits, unit = ''] = /^(\d{1,7})(MB|GB|TB)$/i.exec(text) ?? []
    const bytes = Number(digits) * 1024 ** (2 + ['MB', 'GB', 'TB'].indexOf(unit.toUpperCase()))
    return bytes >= memoryBudgetBytesMin && bytes <= memoryBudgetBytesMax ? bytes : undefined
  },
}

const connectionCount: Kind<number> = {
  expected: 'a number from 1 to 1000000',
  parse: (text) => (/^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= connectionsMaxMax ? Number(text) : undefined),
}

const seedNumber: Kind<number> = {
  expected: 'a whole number from 0 to 4294967295',
  parse: (text) => (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined),
}

const timeOfDay: Kind<number> = {
  expected: 'a time such as 2026-11-22T10:00:00Z, from 1970 on',
  parse: (text) => {
    const timeMs = parseTime(text)
    return timeMs !== undefined && timeMs >= 0 && timeMs <= settableTimeMsMax ? timeMs : undefined
  },
}

const fileName: Kind<string> = {
  expected: 'the name of a file',
  parse: (text) => (text === '' ? undefined : text),
}

const folderName: Kind<string> = {
  expected: 'the name of a folder',
  parse: (text) => (text === '' ? undefined : text),
}

const endpointUrl: Kind<string> = {
  expected: 'a URL without a path such as http://127.0.0.1:9000',
  parse: (text) => {
    if (!URL.canParse(text)) return undefined
    const { protocol, pathname, search, hash, username, origin } = new URL(text)
    const isPlain = /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '' && username === ''
    return isPlain ? origin : undefined
  },
}

const onOrOff: Kind<boolean> = {
  expected: 'true or false',
  parse: (text) => ({ true: true, yes: true, '1': true, false: false, no: false, '0': false })[text.toLowerCase()],
}
