/**
 * The front door for programs: `start` serves DynamoDB on a port, `createStator` answers in the same process without one. Both are
 * the same database with the same answers.
 */

import type { Clock } from './base/clock.ts'
import type { Log } from './base/log.ts'
import { silentLog } from './base/log.ts'
import type { Random } from './base/random.ts'
import { withoutUnset } from './base/without-unset.ts'
import type { Answer } from './protocols/answer.ts'
import type { RequestHeaders } from './protocols/service-request.ts'
import type { ConsoleMode } from './server/console/answer-console.ts'
import type { ControlAccess } from './server/control/allowed.ts'
import type { Control } from './server/control/control.ts'
import { timeMsOf } from './server/control/server-clock.ts'
import type { CrossOriginPolicy } from './server/cross-origin.ts'
import type { FaultList, FaultReport, NewFault } from './server/faults/fault.ts'
import type { HttpReader } from './server/http.ts'
import type { FunctionSettings, FunctionsOption, OwnFunction, OwnFunctionContext } from './server/in-process/functions-option.ts'
import { InProcess, type Moment } from './server/in-process/in-process.ts'
import {
  checkOptions,
  checkRequired,
  listenKinds,
  type OptionKinds,
  requestKinds,
  statorKinds,
  tlsKinds,
} from './server/in-process/option-kinds.ts'
import {
  type Credentials,
  type DynamoDBClient,
  type DynamoDBClientConfig,
  type DynamoDBDocumentClient,
  madeUpCredentials,
  sdkClient,
  sdkDocumentClient,
  type TranslateConfig,
} from './server/in-process/sdk-clients.ts'
import { connectionReset, type SdkRequestHandler, sdkRequestHandler } from './server/in-process/sdk-requests.ts'
import { portDefault } from './server/limits.ts'
import type { PortOptions } from './server/serve-http.ts'
import { type JobsMode, type ServiceOptions, startServer, type ThroughputMode, type TraceMode } from './server/start.ts'
import type { TlsCredentials } from './server/tls-server.ts'

export type {
  Answer,
  Clock,
  ConsoleMode,
  Control,
  ControlAccess,
  Credentials,
  CrossOriginPolicy,
  FaultList,
  FaultReport,
  FunctionSettings,
  FunctionsOption,
  HttpReader,
  JobsMode,
  Log,
  NewFault,
  OwnFunction,
  OwnFunctionContext,
  Random,
  RequestHeaders,
  SdkRequestHandler,
  ThroughputMode,
  TlsCredentials,
  TraceMode,
}

export interface StatorOptions {
  /** The folder that holds the data; made if it is not there. Default `./.stator`. Not together with `inMemory`. */
  readonly dataDir?: string
  /** Keep nothing on disk: the data ends with the process. Default false. */
  readonly inMemory?: boolean
  /**
   * `postgres://user:password@host/database`: keep the data there, instead of in a folder. What the URL does not say the variables
   * PGHOST, PGUSER, PGPASSWORD, PGSSLMODE … do. Not together with `dataDir` or `inMemory`.
   */
  readonly storage?: string
  /**
   * With `storage`: allow what only tests need on a database that several may share: moving its clock, resets, held transactions. It is
   * fixed by the first start there, as are account, region and regions. Default false.
   */
  readonly testCluster?: boolean
  /** The twelve digits that stand in every ARN. */
  readonly account?: string
  /** Stands in every ARN, unless regions are isolated; then it is the region of those who name none. Default `us-east-1`. */
  readonly region?: string
  /** Whether requests signed for any region see the same tables (the default), or each region has its own, as on AWS. */
  readonly regions?: 'shared' | 'isolated'
  /**
   * What becomes of requests that AWS would throttle: they are counted (observe, the default), refused (enforce), or nothing is
   * metered at all (off).
   */
  readonly throughput?: ThroughputMode
  /** How long a table stays CREATING, UPDATING or DELETING, in milliseconds. Default 0: the next request sees the new state. */
  readonly tableStateDelayMs?: number
  /** How long writes take to show in global indexes, in milliseconds. Default 0: with the write itself. */
  readonly indexLagMs?: number
  /** How long items may stay after their time to live is over, in milliseconds. Default a minute. */
  readonly ttlSweepIntervalMs?: number
  /** How far behind now LatestRestorableDateTime is, in milliseconds. Default five minutes, as on AWS. */
  readonly pitrLagMs?: number
  /** With how many shards streams begin, whatever partitions their table has. Default: one for each partition, as on AWS. */
  readonly streamShards?: number
  /** The folder whose subfolders are the buckets of exports and imports. Default `./buckets`. Not together with `s3`. */
  readonly s3Folder?: string
  /** An S3-compatible server for them instead. */
  readonly s3?: S3Access
  /** Where the data streams are that EnableKinesisStreamingDestination names (docs/kinesis.md). Default: nowhere, and it is refused. */
  readonly kinesis?: KinesisEndpoint
  /** Which of them are something else, by the names of the streams. */
  readonly streamSinks?: { readonly [streamName: string]: StreamSink }
  /** Where changes of tables go, as in the file that `--sinks` names (docs/sinks.md). Default: nowhere. */
  readonly sinks?: object
  /** Whether background work is done by itself (timed, the default) or only by `control.runJobs()` (manual), for tests. */
  readonly jobs?: JobsMode
  /** What time it is: a clock, or the time at the start in ISO 8601. `control` can move it. Default: the machine's clock. */
  readonly clock?: Clock | string
  /** What AWS asks for, for `control.cost()`: a table of prices (docs/cost.md). Default: the one that is shipped. */
  readonly prices?: unknown
  /** Default: unpredictable. */
  readonly random?: Random
  /**
   * Functions that streams may invoke, and where their failures go (docs/triggers.md): as in the file that `--functions` names, or functions of
   * this program, which take an event and a context.
   */
  readonly functions?: FunctionsOption
  /** Faults that requests meet from the start, as `control.addFault()` takes them (docs/faults.md). Default: none. */
  readonly faults?: readonly NewFault[]
  /** A whole number up to 4294967295 that makes the chance of faults repeat, and with `inMemory` ids, too. Default: unpredictable. */
  readonly seed?: number
  /** What `control.requests()` keeps of the last ten thousand requests: nothing (off), no values but of keys (keys, the default), all that there is room for (full). */
  readonly trace?: TraceMode
  /** Whether the advisor hears requests, and tells what could be wrong with them. Default on. */
  readonly advice?: 'on' | 'off'
  /** For whom: a program that is tested (test, the default), or one that serves (prod). */
  readonly adviceProfile?: 'test' | 'prod'
  /** Told of faults that clients see as InternalServerError. Default: nobody is. */
  readonly log?: Log
}

export interface S3Access {
  /** A URL without a path, such as `http://127.0.0.1:9000`. */
  readonly endpoint: string
  /** Default: the region of the server. */
  readonly region?: string
  /** Left out: requests are not signed. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

export interface KinesisEndpoint {
  /** A URL without a path, such as `http://127.0.0.1:4567`. */
  readonly endpoint: string
  /** Left out: requests are not signed. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** What gets the records of a data stream: a file as lines of JSON, an address that they are sent to so, or a function. */
export type StreamSink =
  | { readonly file: string }
  | { readonly url: string; readonly headers?: { readonly [name: string]: string } }
  /** Gets each batch in its order. When it throws, or what it returns rejects, the batch comes again. */
  | ((records: readonly unknown[]) => unknown)

/** A port. */
export interface ListenOptions {
  /** Default 8000. 0: any that is free. */
  readonly port?: number
  /** Default: this machine only, `127.0.0.1` and, where there is IPv6, `::1`. */
  readonly host?: string
  /** Whether pages of other origins may use it: all (true), these (a list), none (false, the default). */
  readonly cors?: CrossOriginPolicy
  /** Who may use the control endpoint at `/_stator/`: this machine (local, the default), everyone (open), nobody (off). */
  readonly controlAccess?: ControlAccess
  /** What the page at `/_stator/console/` may do; it needs control. Default full, and read where anybody may come who need not say who he is. */
  readonly console?: ConsoleMode
  /** Who reads HTTP/1.1: Stator itself, which takes nothing that could be read in two ways (strict, the default), or Node. */
  readonly http?: HttpReader
}

export interface StartOptions extends StatorOptions, ListenOptions {
  /** With it everything at `port` is encrypted. */
  readonly tls?: TlsCredentials
  /** With `tls`: a second port, where nothing is. 0: any that is free. */
  readonly plainPort?: number
}

/** Where it is answered at a port. */
export interface StatorPort extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL_DYNAMODB` or an SDK's `endpoint`, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string
  readonly port: number
  /** For the environment of a program with an AWS SDK or CLI: where DynamoDB and its streams are, credentials and region. */
  readonly env: { readonly [name: string]: string }
  /** Answers what is being asked, then closes. Idempotent. */
  close(): Promise<void>
}

export interface RunningStator extends StatorPort {
  /** The region of clients that name none. */
  readonly region: string
  /** For clients that want some: any will do. */
  readonly credentials: Credentials
  /** Where nothing is encrypted, beside TLS. */
  readonly plainPort?: number
  /** Resets, settings, background work: what the control endpoint does, without HTTP (docs/control.md). */
  readonly control: Control
  /** Shows another certificate from the next connection on. Rejects when it is none, and then nothing has changed. */
  useTls(credentials: TlsCredentials): Promise<void>
}

/** What an SDK's request handler is given, less the address. */
export interface InProcessRequest {
  /** The value of X-Amz-Target, such as `DynamoDB_20120810.GetItem`. */
  readonly target: string
  /** Names in lower case. A signature is looked for in `authorization` and `x-amz-date`, as at the port. */
  readonly headers: RequestHeaders
  /** JSON. */
  readonly body: string | Uint8Array
}

/** What one in memory was at a moment: tables, items, streams, clock and settings. */
export interface StatorSnapshot {
  readonly takenFrom: 'stator'
}

/**
 * Stator in this process. Clients are those of the AWS SDK for JavaScript v3 that the program has itself; their requests stay in the process, need
 * no signature, and are answered as at the port.
 */
export interface InProcessStator extends AsyncDisposable {
  /** The region of clients that name none. */
  readonly region: string
  /** For clients that want some: any will do. */
  readonly credentials: Credentials
  /** For `requestHandler` in the configuration of any client of the AWS SDK v3: of DynamoDB, of its streams, of CloudWatch, IAM and the others that answer at the port. */
  requestHandler(): SdkRequestHandler
  /** A client of DynamoDB, `@aws-sdk/client-dynamodb`, with the options of that. Throws when the program does not have it. */
  client(options?: DynamoDBClientConfig): DynamoDBClient
  /** The client of plain values, `@aws-sdk/lib-dynamodb`, with the options of the client beneath it and of its translation. Throws when the program does not have it. */
  documentClient(options?: DynamoDBClientConfig, translation?: TranslateConfig): DynamoDBDocumentClient
  /**
   * Another Stator that begins as this one is now: data, clock and settings. Takes microseconds whatever there is, as the two share all that neither
   * has changed. Only with `inMemory`: throws a TypeError otherwise.
   */
  fork(): InProcessStator
  /** Remembers what this one is now, for `restore`. Takes microseconds. Only with `inMemory`: throws a TypeError otherwise. */
  snapshot(): StatorSnapshot
  /** Makes this one what it, or another, was. Its clients stay; what they are being answered they are answered by what it was before. */
  restore(snapshot: StatorSnapshot): void
  /** Resets, settings, background work: what the control endpoint does, without HTTP (docs/control.md). */
  readonly control: Control
  /** Answers at a port besides, as `start` does, until that or this is closed. Who asks there is answered by what it was made by `restore`, too. */
  listen(options?: ListenOptions): Promise<StatorPort>
  /** Answers a request as the port would: errors are answers. Rejects when it is closed, and when a fault breaks the connection. */
  handle(request: InProcessRequest): Promise<Answer>
  /** Waits for the writes under way. Idempotent. */
  close(): Promise<void>
}

const startKinds: OptionKinds<StartOptions> = { ...statorKinds, ...listenKinds, ...tlsKinds }

/** Serves DynamoDB over HTTP. Rejects with one clear sentence when the port or the data folder can't be used. */
export async function start(options: StartOptions = {}): Promise<RunningStator> {
  checkOptions({ name: 'start', isFunction: true }, startKinds, options)
  const { tls, plainPort } = options
  if (plainPort !== undefined && tls === undefined) throw new TypeError('plainPort goes with tls: port is not encrypted without it.')
  const server = await startServer({
    ...serviceOptions(options),
    ...portOptions(options),
    ...(tls !== undefined && { tls, ...(plainPort !== undefined && { plainPort }) }),
  })
  const { endpoint, port: realPort, plainPort: realPlainPort, control, useTls, close, region } = server
  return {
    endpoint,
    port: realPort,
    ...(realPlainPort !== undefined && { plainPort: realPlainPort }),
    region,
    credentials: madeUpCredentials,
    env: environmentFor(endpoint, region),
    control,
    useTls,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** DynamoDB in this process, without a port. Rejects with one clear sentence when the data folder can't be used. */
export async function createStator(options: StatorOptions = {}): Promise<InProcessStator> {
  checkOptions({ name: 'createStator', isFunction: true }, statorKinds satisfies OptionKinds<StatorOptions>, options)
  return programSide(await InProcess.open(serviceOptions(options)))
}

function portOptions(options: ListenOptions): PortOptions {
  const { host, port = portDefault, cors = false, controlAccess = 'local', console: consoleMode, http = 'strict' } = options
  const given = { ...(host !== undefined && { host }), ...(consoleMode !== undefined && { consoleMode }) }
  return { port, ...given, crossOrigin: cors, controlAccess, http }
}

function environmentFor(endpoint: string, region: string): RunningStator['env'] {
  const { accessKeyId, secretAccessKey } = madeUpCredentials
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
  }
}

const moments = new WeakMap<StatorSnapshot, Moment>()

function programSide(inside: InProcess): InProcessStator {
  const { region, control } = inside
  const requestHandler = sdkRequestHandler({ ask: (question) => inside.ask(question), region })
  const client = (options: DynamoDBClientConfig = {}): DynamoDBClient => sdkClient({ requestHandler, region }, options)
  const close = (): Promise<void> => inside.close()
  return {
    region,
    credentials: madeUpCredentials,
    control,
    requestHandler: () => requestHandler,
    client,
    documentClient: (options, translation) => sdkDocumentClient(client(options), translation),
    handle: async (request) => {
      checkRequired('handle', requestKinds, request)
      const { target, headers, body } = request
      const bytes = typeof body === 'string' ? Buffer.from(body) : body
      return inside.ask(async ({ handle }) => {
        const answer = await handle({ target, headers, body: bytes })
        if (answer.isLost === true) throw connectionReset()
        return answer
      })
    },
    listen: async (options = {}) => {
      checkOptions({ name: 'listen', isFunction: true }, listenKinds, options)
      const { endpoint, port, close } = await inside.listen(portOptions(options))
      return { endpoint, port, env: environmentFor(endpoint, region), close, [Symbol.asyncDispose]: close }
    },
    fork: () => programSide(inside.fork()),
    snapshot: () => {
      const snapshot: StatorSnapshot = Object.freeze({ takenFrom: 'stator' })
      moments.set(snapshot, inside.moment())
      return snapshot
    },
    restore: (snapshot) => {
      const moment = moments.get(snapshot)
      if (moment === undefined) throw new TypeError('restore takes what snapshot() returned.')
      inside.restore(moment)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function serviceOptions({ inMemory = false, dataDir, storage, ...options }: StatorOptions): ServiceOptions {
  if (inMemory && dataDir !== undefined) throw new TypeError('Choose either inMemory or dataDir, not both.')
  if (storage !== undefined && (inMemory || dataDir !== undefined)) {
    throw new TypeError(`Choose either storage or ${inMemory ? 'inMemory' : 'dataDir'}, not both.`)
  }
  if (options.s3Folder !== undefined && options.s3 !== undefined) throw new TypeError('Choose either s3 or s3Folder, not both.')
  if (options.testCluster && storage === undefined) throw new TypeError('testCluster goes with storage.')
  const { testCluster: isTestCluster, s3Folder, s3, kinesis, streamSinks, clock, log = silentLog, functions, ...others } = options
  return {
    storage: storageOptions({ inMemory, dataDir, url: storage }),
    log,
    ...withoutUnset({ ...others, isTestCluster }),
    ...(functions !== undefined && {
      functions: async () => (await import('./server/in-process/own-functions.ts')).ownFunctions(functions),
    }),
    ...(s3Folder !== undefined && { buckets: { kind: 'folder', folder: s3Folder } }),
    ...(s3 !== undefined && { buckets: { kind: 's3', region: options.region ?? 'us-east-1', ...s3 } }),
    dataStreams: {
      ...(kinesis !== undefined && { kinesis }),
      ...(streamSinks !== undefined && { sinks: { streams: streamSinks } }),
    },
    ...clockOptions(clock),
  }
}

function storageOptions(given: {
  readonly inMemory: boolean
  readonly dataDir: string | undefined
  readonly url: string | undefined
}): ServiceOptions['storage'] {
  if (given.url !== undefined) return { kind: 'postgres', url: given.url }
  return given.inMemory ? { kind: 'memory' } : { kind: 'disk', folder: given.dataDir ?? './.stator' }
}

function clockOptions(clock: StatorOptions['clock']): Pick<ServiceOptions, 'clock' | 'startMs'> {
  if (typeof clock !== 'string') return clock === undefined ? {} : { clock }
  const startMs = timeMsOf(clock)
  return startMs === undefined ? {} : { startMs }
}
