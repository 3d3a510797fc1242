/**
 * Puts the pieces together: an open engine with its background jobs and its control, ready to be asked in process
 * (`openService`), and the same behind a port (`startServer`).
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { SealingKeys } from '../base/sealing.ts'
import { type EngineOptions, snapshotFolder } from '../engine/engine.ts'
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import type { ThroughputMode } from '../engine/settings.ts'
import type { FunctionHost } from '../functions/function-host.ts'
import type { MeteredEngine } from '../metering/metered-engine.ts'
import { meteredJobs, openMeteredEngine } from '../metering/open-metered-engine.ts'
import { handlers } from '../operations/registry.ts'
import type { Sinks } from '../operations/sinks/sinks.ts'
import { transferJobs } from '../operations/transfers/transfer-jobs.ts'
import { viewJobs } from '../operations/views/view-jobs.ts'
import { rootOf } from '../policies/caller.ts'
import type { Identities } from '../policies/identities.ts'
import { SeenAccess } from '../policies/seen-access.ts'
import { RequestIds } from '../protocols/request-ids.ts'
import { checkPriceTable, shippedPrices } from '../services/cost/price-table.ts'
import type { AccessOptions, IdentityFile, RootKey, RootKeyPlace } from '../services/wing.ts'
import { carryOversOf, Wings, type WingsOptions } from '../services/wings.ts'
import { type AdviceOptions, advisingBy } from './advice/advising-by.ts'
import { type Answering, answering, answeringItself } from './answering.ts'
import { type AuditOptions, AuditTrail } from './audit/audit-trail.ts'
import { Authentication } from './auth/authentication.ts'
import type { AccessContext } from './auth/authorize.ts'
import { Checks } from './checks.ts'
import { StepWatch } from './cluster-rounds.ts'
import { isLoopback } from './control/allowed.ts'
import { type Control, createControl } from './control/control.ts'
import { addFirstFaults } from './control/first-faults.ts'
import type { ControlContext, Reloaded } from './control/route.ts'
import type { GeneralSettings } from './control/run-time-settings.ts'
import { regionSeenBy } from './dispatch.ts'
import { Faults } from './faults/faults.ts'
import { seededIfInMemory } from './faults/seeded-if-in-memory.ts'
import { jobsByHand } from './jobs-by-hand.ts'
import { keysInMemory } from './keys-in-memory.ts'
import { drainMs } from './limits.ts'
import { loopback } from './listen.ts'
import { changedSettings } from './other-settings.ts'
import { OutageLog } from './outage-log.ts'
import { hostElsewhere, hostForClients, urlAt } from './own-address.ts'
import { openFeed } from './requests/open-feed.ts'
import type { Follower, TraceMode } from './requests/request-feed.ts'
import { type PortOptions, servedBy, serveHttp } from './serve-http.ts'
import type { Service } from './service.ts'
import { StreamReaders } from './streams/stream-readers.ts'
import { throttleSummaryJob } from './throttle-summary.ts'
import { tickersOf } from './tickers.ts'
import type { TlsCredentials } from './tls-server.ts'
import { version } from './version.ts'
import { Works } from './works.ts'

export type { AccessOptions, IdentityFile, RootKey, RootKeyPlace, Service, ThroughputMode, TraceMode }

/** Timed: background work is done by itself. Manual: only when control is asked for it. */
export type JobsMode = 'timed' | 'manual'

export interface ServiceOptions extends EngineOptions, AdviceOptions {
  /** Default timed. */
  readonly jobs?: JobsMode
  /** What AWS asks for: a table of prices (docs/cost.md), checked here. Default: the one that is shipped. */
  readonly prices?: unknown
  /** Under which secrets are sealed in the store, found when they are first needed. Default: in memory a key of its own, else none. */
  readonly sealingKeys?: () => Promise<SealingKeys>
  /**
   * Whose signatures are verified, in an account of these twelve digits; nobody else is answered. Left out: everybody may do everything.
   */
  readonly identities?: (account: string) => Identities | Promise<Identities>
  /** The same by the identities of IAM: who they are and what policies allow them. `identities` is then left out. */
  readonly access?: AccessOptions
  /** Reads again what it goes by, for those who ask the control endpoint for it. Left out: there is nothing. */
  readonly reload?: () => Promise<readonly Reloaded[]>
  /** Where a line is kept for each request that must be audited. Left out: nowhere. */
  readonly audit?: AuditOptions
  /** What is kept of requests for those who look at them. Default keys. */
  readonly trace?: TraceMode
  /** Called for each request, before its answer leaves. Must not throw. */
  readonly onAnswered?: Follower
  /** By which signatures are new or old. Default: the machine's. */
  readonly signatureClock?: Clock
  /** What invokes functions (docs/triggers.md); it is closed with the service. Left out: there are none. */
  readonly functions?: () => Promise<FunctionHost>
  /** Where changes of tables go (docs/sinks.md): checked here. Left out: nowhere. */
  readonly sinks?: unknown
  /** Faults that are there from the start (docs/faults.md), checked here. Default: none. */
  readonly faults?: unknown
  /** Makes the chance of faults repeat; and, in memory where nobody is asked who they are, what `random` would give. Default: unpredictable. */
  readonly seed?: number
  readonly log: Log
  /** Whether all that is stored is looked at in the background, always. Default: no. */
  readonly isScrubbed?: boolean
}

/** Undefined: nobody's signature is verified. */
function authenticationBy(
  identities: Identities | undefined,
  listener: AuditTrail | undefined,
  signatureClock: Clock | undefined,
): Authentication | undefined {
  const onRefused = listener?.refused.bind(listener)
  return identities && new Authentication({ identities, onRefused, ...(signatureClock && { signatureClock }) })
}

/** What those whom the server knows may do, and what is seen of it. */
function accessBy(known: Identities | undefined): AccessContext & { readonly seenAccess: SeenAccess } {
  return { policiesOf: known?.policiesOf?.bind(known), principals: known?.principals, seenAccess: new SeenAccess() }
}

/** Rejects with an error whose message is one clear sentence when the data folder or the prices can't be used. */
export async function openService({
  log: bareLog,
  jobs = 'timed',
  prices: givenPrices,
  sealingKeys: givenKeys,
  isScrubbed = false,
  identities,
  access,
  signatureClock,
  audit,
  trace,
  onAnswered,
  reload = async () => [],
  faults: firstFaults,
  seed,
  functions: openFunctions,
  sinks: givenSinks,
  ...givenOptions
}: ServiceOptions): Promise<Service> {
  const isForAll = identities === undefined && access === undefined
  const engineOptions = { ...(isForAll && seededIfInMemory(seed, givenOptions.storage)), ...givenOptions }
  const prices = givenPrices === undefined ? shippedPrices : checkPriceTable(givenPrices)
  const engine = await openMeteredEngine({ warn: bareLog, ...engineOptions, version, carryOvers: carryOversOf() })
  const [requestIds, outages, stepped] = [new RequestIds(engine.random), new OutageLog(bareLog), new StepWatch()]
  const { log } = outages
  const sealingKeys = givenKeys ?? (engineOptions.storage.kind === 'memory' ? keysInMemory(engine.random) : undefined)
  const { wings, functions, sinks } = await openWings({ engine, requestIds, log, sealingKeys, access }, openFunctions, givenSinks)
  const known = await whomItKnows({ identities, access }, wings, engine)
  const listener = audit && new AuditTrail(audit, engine, log)
  const { feed, callers } = openFeed({ trace, onAnswered, isCallerKnown: known !== undefined })
  const asking = { authentication: authenticationBy(known, listener, signatureClock), ...accessBy(known), root: rootOf(engine.account) }
  const faults = faultsOf(engine, seed)
  const advising = advisingBy({ ...engineOptions, isHearing: trace !== 'off' }, { engine, wings, prices, log })
  const heardBy = { listener, feed, streamReaders: trace === 'off' ? undefined : new StreamReaders(), advisor: advising.advisor }
  const context = { engine, handlers, requestIds, log, wings, ...asking, ...heardBy, faults, onWritten: () => outages.worked() }
  const checks = new Checks(engine, log)
  const looking = [throttleSummaryJob(engine, log), ...(isScrubbed ? [checks.scrubJob] : [])]
  const own = [...meteredJobs(engine, log), ...operationJobs(engine, sinks), faults.job, ...looking]
  const allJobs = jobsOf(own, wings, engine.isTestCluster ? [stepped.job] : [])
  const watched = { rest: restOf(wings, stepped), stepped, outages }
  const { ticker, heart, rounds } = tickersOf({ engine, jobs: allJobs, isTimed: jobs === 'timed', ...watched })
  const close = async (): Promise<void> => {
    await checks.cancel()
    await Promise.all([rounds?.stop(), ticker.stop(), heart?.stop()])
    await wings.close()
    await Promise.all([functions?.close(), sinks?.close()])
    await engine.close()
  }
  const ofEngine = { engine, works: new Works(engine), seenAccess: asking.seenAccess, ...advising, ...ofStorage(engineOptions) }
  const ofJobs = { runJobs: jobsByHand({ engine, rounds, ticker, heart }), underWay: () => wings.underWay, functions, sinks }
  const controlContext = { ...ofEngine, prices, checks, identities: known, ...heardBy, callers, faults, ...ofJobs, reload }
  const begun = Promise.resolve(rounds?.start()).then(() => addFirstFaults(controlContext, firstFaults))
  await begun.catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    requestIds,
    control: createControl(controlContext),
    controlContext,
    otherServices: context,
    log,
    handle: answering(context),
    regionOf: (headers, query) => regionSeenBy(engine, headers, query),
    unready: () => engine.levelGate?.refusal ?? engine.storeClock?.doubt ?? engine.store.unguarded.trouble?.(),
    beat: async () => heart?.runNow(),
    functions,
    close,
  }
}

/** With the functions that they may invoke, and the sinks beside them. Closes the engine when one of them can't be opened. */
async function openWings(
  options: WingsOptions,
  openFunctions: ServiceOptions['functions'],
  givenSinks: unknown,
): Promise<{ readonly wings: Wings; readonly functions: FunctionHost | undefined; readonly sinks: Sinks | undefined }> {
  let functions: FunctionHost | undefined
  try {
    const sinks =
      givenSinks === undefined
        ? undefined
        : new (await import('../operations/sinks/sinks.ts')).Sinks(options.engine, givenSinks, options.log)
    functions = await openFunctions?.()
    return { wings: await Wings.open({ ...options, functions }), functions, sinks }
  } catch (error) {
    await functions?.close()
    await options.engine.close()
    throw error
  }
}

/** What operations have begun, and go on with by themselves. */
function operationJobs(engine: MeteredEngine, sinks: Sinks | undefined): readonly Job[] {
  return [...transferJobs(engine), ...viewJobs(engine), ...(sinks?.jobs ?? [])]
}

/** Waits for what wings began, for so long at the most (ticker.ts). */
function restOf(wings: Wings, stepped: StepWatch): (withinMs: number) => Promise<boolean> {
  return async (withinMs) => {
    const over = new AbortController()
    const late = sleep(withinMs, true, { signal: over.signal }).catch(() => true)
    const wasBusy = await Promise.race([wings.rest(), late])
    over.abort()
    if (wasBusy) stepped.noteWork()
    return wasBusy
  }
}

/** Reads see what was where this node knows of every change. */
function faultsOf({ clock, random, leases, recentChanges }: MeteredEngine, seed: number | undefined): Faults {
  return new Faults({ clock, random, seed, recentChanges: leases === undefined ? recentChanges : undefined })
}

/** Undefined: everybody is answered. */
async function whomItKnows(
  { identities, access }: { readonly identities: ServiceOptions['identities']; readonly access: ServiceOptions['access'] },
  wings: Wings,
  engine: MeteredEngine,
): Promise<Identities | undefined> {
  try {
    return access === undefined ? await identities?.(engine.account) : await wings.identities()
  } catch (error) {
    await wings.close()
    await engine.close()
    throw error
  }
}

/** Of a data folder. Others have copies of their own, or none. */
function ofStorage({ storage }: EngineOptions): Pick<ControlContext, 'storage' | 'takeSnapshot'> {
  const takeSnapshot = storage.kind === 'disk' ? () => snapshotFolder(storage.folder) : undefined
  return { storage: storage.kind, takeSnapshot }
}

/** What happens by itself: first the database's own work, then what other services do with it. */
function jobsOf(own: readonly Job[], wings: Wings, last: readonly Job[]): Iterable<Job> {
  return {
    *[Symbol.iterator]() {
      yield* own
      yield* wings.jobs
      yield* last
    },
  }
}

export interface Preparing {
  readonly handleOwn: Answering
  readonly control: Pick<Control, 'origins' | 'setOrigin'>
  readonly account: string
  readonly region: string
}

export interface ServerOptions extends ServiceOptions, PortOptions {
  /** Done before anybody is answered; when it rejects, the server does not start. */
  readonly prepare?: (service: Preparing) => Promise<void>
  /** The name of this machine, for those who look where the nodes of a shared store are. */
  readonly machine?: string
}

export interface RunningServer {
  /** The address for clients on this machine, such as `http://127.0.0.1:8000`. */
  readonly endpoint: string
  readonly host: string
  readonly port: number
  /** Of requests that name none. */
  readonly region: string
  readonly control: Control
  /** The one of ServerOptions.plainPort. */
  readonly plainPort?: number
  /** Shows another certificate to those who come from now on. Rejects with OpenSSL's sentence when it is none, and goes on as before. */
  useTls(credentials: TlsCredentials): Promise<void>
  /** What was set while servers ran, on the store that they share, to something else than this one was started with. */
  readonly changedSettings: Partial<GeneralSettings>
  /**
   * Before the end of one of several servers: says that it is not ready, and answers all the same for as long as a balancer takes to
   * notice. Resolves then; at once where the store is this server's alone.
   */
  drain(): Promise<void>
  /** Answers what is being asked, then closes the engine. Idempotent. */
  close(): Promise<void>
}

async function openPrepared({ prepare, ...options }: ServerOptions): Promise<Service> {
  const service = await openService(options)
  const { account, region } = service.controlContext.engine
  const { control } = service
  await prepare?.({ handleOwn: answeringItself(service.otherServices), control, account, region }).catch(async (error: unknown) => {
    await service.close()
    throw error
  })
  return service
}

/** Rejects with an error whose message is one clear sentence when the port or the data folder can't be used. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { machine, host = loopback } = options
  const service = await openPrepared({ ...options, isElsewhere: host !== 'localhost' && !isLoopback(host) })
  const { controlContext: context } = service
  const port = await serveHttp(servedBy(service), options).catch(async (error: unknown) => {
    await service.close()
    throw error
  })
  const { doors } = port
  const { leases } = context.engine
  leases?.membership.tell({ ...(machine !== undefined && { host: machine }), url: urlAt(hostElsewhere(host, machine), doors) })
  leases?.hasten()
  service.functions?.serve(urlAt(hostForClients(host), doors))
  return {
    endpoint: urlAt(hostForClients(host), doors),
    host,
    port: doors.port,
    region: context.engine.region,
    ...(doors.plainPort !== undefined && { plainPort: doors.plainPort }),
    useTls: doors.useTls,
    control: service.control,
    changedSettings: changedSettings(context.engine, options),
    drain: async () => {
      if (context.engine.leases === undefined) return
      for (const server of doors.servers) server.drain()
      await sleep(drainMs, undefined, { ref: false })
    },
    close: async () => {
      // Whoever waits for a transaction that is held, or for a fault, would hold the server up.
      context.faults.held.close()
      void context.engine.transactionFaults.close()
      await port.close()
      await service.close()
    },
  }
}
