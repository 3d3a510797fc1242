/** What the arguments mean: each text becomes a checked value, or one clear sentence about why it can't. */

import type { BudgetOptions } from '../server/budget/budget.ts'
import type { ConsoleMode } from '../server/console/answer-console.ts'
import type { ControlAccess } from '../server/control/allowed.ts'
import type { CrossOriginPolicy } from '../server/cross-origin.ts'
import type { HttpReader } from '../server/http.ts'
import { portDefault } from '../server/limits.ts'
import type { ThroughputMode, TraceMode } from '../server/start.ts'
import {
  adviceMode,
  adviceProfile,
  authMode,
  connectionCount,
  consoleMode,
  dataWhen,
  endpointUrl,
  fileName,
  folderName,
  hostName,
  hostNames,
  httpReader,
  logForm,
  logLevel,
  memorySize,
  milliseconds,
  onOrOff,
  origins,
  portNumber,
  read,
  regionName,
  regionsMode,
  seedNumber,
  shardCount,
  throughputMode,
  timeOfDay,
  traceMode,
  twelveDigits,
} from './option-kinds.ts'
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
  readonly consoleMode?: ConsoleMode
  readonly auth: AuthSettings
  readonly audit?: AuditSettings
  readonly log: { readonly form: LogForm; readonly level: LogLevel }
  readonly trace?: TraceMode
  readonly advice?: 'on' | 'off'
  readonly adviceProfile?: 'test' | 'prod'
  /** Says which functions there are. */
  readonly functionsFile?: string
  /** Holds a list of faults. */
  readonly faultsFile?: string
  readonly seed?: number
  /** Holds the keys that secrets are sealed under. */
  readonly secretKeyFile?: string
  /** Holds the token that `/metrics` is answered for. */
  readonly metricsTokenFile?: string
  /** Holds the token that other machines bring to control. */
  readonly controlTokenFile?: string
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
  readonly streamShards?: number
  /** As DynamoDB Local: its first lines, and what it answers where others say that they are healthy. */
  readonly isLikeLocal: boolean
  readonly buckets?: BucketSettings
  /** Without a path. */
  readonly kinesisEndpoint?: string
  /** Says which data streams are files or addresses. */
  readonly sinksFile?: string
  readonly startMs?: number
  readonly budget: Partial<BudgetOptions>
  /** Holds a table of prices. */
  readonly pricesFile?: string
  readonly tables?: TablesSettings
}

/** Infrastructure code whose tables are made before anybody is answered. */
export interface TablesSettings {
  readonly path: string
  /** Whether it starts also when something is not done. */
  readonly isLenient: boolean
  readonly data: 'new' | 'always' | 'never'
  /** Which sets of rows; left out: all. */
  readonly seedSets?: readonly string[]
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
export function settingsFrom({ given, likeLocal, compat }: Arguments): Settings {
  const account = read(given, 'account', twelveDigits)
  const region = read(given, 'region', regionName)
  const ttlSweepIntervalMs = read(given, 'ttl-sweep-interval', milliseconds)
  const pitrLagMs = read(given, 'pitr-lag', milliseconds)
  const streamShards = read(given, 'stream-shards', shardCount) ?? (compat === undefined ? undefined : 1)
  const regions = read(given, 'regions', regionsMode)
  const startMs = read(given, 'clock', timeOfDay)
  const pricesFile = read(given, 'prices', fileName)
  const throughput = read(given, 'throughput', throughputMode)
  const host = read(given, 'host', hostName)
  const mode = read(given, 'console', consoleMode)
  const allowedHosts = read(given, 'allowed-hosts', hostNames)
  const memoryBytes = read(given, 'memory-budget', memorySize)
  const connectionsMax = read(given, 'connections-max', connectionCount)
  const secretKeyFile = read(given, 'secret-key-file', fileName)
  const metricsTokenFile = read(given, 'metrics-token-file', fileName)
  const controlTokenFile = read(given, 'control-token-file', fileName)
  const functionsFile = read(given, 'functions', fileName)
  return {
    port: read(given, 'port', portNumber) ?? portDefault,
    storage: storageFrom(given),
    crossOrigin: read(given, 'cors', origins) ?? false,
    controlAccess: controlAccessFrom(given),
    ...(mode !== undefined && { consoleMode: mode }),
    auth: authFrom(given),
    ...tlsFrom(given),
    ...bucketsFrom(given),
    ...dataStreamsFrom(given),
    ...auditFrom(given),
    ...traceFrom(given),
    ...adviceFrom(given),
    ...faultsFrom(given),
    ...tablesFrom(given),
    log: { form: read(given, 'log', logForm) ?? 'errors', level: read(given, 'log-level', logLevel) ?? 'info' },
    isLikeLocal: likeLocal || compat !== undefined,
    isTestCluster: testClusterFrom(given),
    http: read(given, 'http', httpReader) ?? 'strict',
    tableStateDelayMs: read(given, 'table-state-delay', milliseconds) ?? 0,
    indexLagMs: read(given, 'index-lag', milliseconds) ?? 0,
    budget: { ...(memoryBytes !== undefined && { memoryBytes }), ...(connectionsMax !== undefined && { connectionsMax }) },
    ...(host !== undefined && { host }),
    ...(allowedHosts !== undefined && { allowedHosts }),
    ...(secretKeyFile !== undefined && { secretKeyFile }),
    ...(metricsTokenFile !== undefined && { metricsTokenFile }),
    ...(controlTokenFile !== undefined && { controlTokenFile }),
    ...(functionsFile !== undefined && { functionsFile }),
    ...(ttlSweepIntervalMs !== undefined && { ttlSweepIntervalMs }),
    ...(pitrLagMs !== undefined && { pitrLagMs }),
    ...(streamShards !== undefined && { streamShards }),
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

/** Throws UsageError. */
function dataStreamsFrom(given: Arguments['given']): Pick<Settings, 'kinesisEndpoint' | 'sinksFile'> {
  const kinesisEndpoint = read(given, 'kinesis-endpoint', endpointUrl)
  const sinksFile = read(given, 'sinks', fileName)
  return { ...(kinesisEndpoint !== undefined && { kinesisEndpoint }), ...(sinksFile !== undefined && { sinksFile }) }
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

function adviceFrom(given: Arguments['given']): Pick<Settings, 'advice' | 'adviceProfile'> {
  const advice = read(given, 'advice', adviceMode)
  const profile = read(given, 'advice-profile', adviceProfile)
  return { ...(advice !== undefined && { advice }), ...(profile !== undefined && { adviceProfile: profile }) }
}

function faultsFrom(given: Arguments['given']): Pick<Settings, 'faultsFile' | 'seed'> {
  const faultsFile = read(given, 'faults', fileName)
  const seed = read(given, 'seed', seedNumber)
  return { ...(faultsFile !== undefined && { faultsFile }), ...(seed !== undefined && { seed }) }
}

function tablesFrom(given: Arguments['given']): Pick<Settings, 'tables'> {
  const path = read(given, 'tables', fileName)
  const isLenient = isOn(given, 'tables-lenient')
  const data = read(given, 'data', dataWhen)
  const seedSets = given.get('seed-sets')?.text.split(',')
  if (path !== undefined) return { tables: { path, isLenient, data: data ?? 'new', ...(seedSets && { seedSets }) } }
  const stray = [isLenient && 'tables-lenient', data !== undefined && 'data', seedSets && 'seed-sets'].find((each) => each)
  if (stray) throw new UsageError(`--${stray} goes with --tables.`)
  return {}
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
