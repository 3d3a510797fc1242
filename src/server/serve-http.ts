/** A port, and behind it whatever answers when it is asked: one service for as long as there is a server, or in process one after the other. */
import { stopwatchMs } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { answererOf } from './ask-wing.ts'
import type { BearerToken } from './auth/bearer-token.ts'
import { type Budget, type BudgetOptions, budgetOf, defaultBudget } from './budget/budget.ts'
import { Collector, ownHeap } from './budget/collector.ts'
import { answerConsole, type ConsoleMode, type ConsoleOptions } from './console/answer-console.ts'
import { type ConsoleFiles, packageFiles } from './console/package-files.ts'
import { type ControlAccess, isLoopback } from './control/allowed.ts'
import { answerControl, type ControlOptions } from './control/answer-control.ts'
import { ControlGuard } from './control/control-guard.ts'
import type { CrossOriginPolicy } from './cross-origin.ts'
import { type Doors, openDoors } from './doors.ts'
import type { HttpOptions, HttpReader } from './http.ts'
import type { HttpRequest } from './http-request.ts'
import { defaultHttpLimits, type HttpLimits } from './limits.ts'
import { loopback } from './listen.ts'
import { LoopDelay } from './loop-delay.ts'
import { answerMetrics } from './prometheus.ts'
import type { Service } from './service.ts'
import type { TlsCredentials } from './tls-server.ts'

export interface PortOptions {
  /** An address or name of this machine. Default: what only this machine can reach, 127.0.0.1 and, where there is IPv6, ::1. */
  readonly host?: string
  /** 0: any that is free. */
  readonly port: number
  readonly crossOrigin: CrossOriginPolicy
  /** Names besides its own that pages in browsers may call it by, without a port. Programs may call it by any. */
  readonly allowedHosts?: readonly string[]
  /** Who may use the control endpoint over HTTP. Default local. */
  readonly controlAccess?: ControlAccess
  /** What the console may do, where control is there at all. Default: full for who reaches the server at this machine's own addresses, else read. */
  readonly consoleMode?: ConsoleMode
  /** Default: those of the package. */
  readonly consoleFiles?: ConsoleFiles
  /** Who reads HTTP/1.1: the front of our own (strict, the default), or node:http. */
  readonly http?: HttpReader
  readonly limits?: Partial<HttpLimits>
  /** Whether `GET /` is refused, as DynamoDB Local does. Default: it is answered that the server is healthy, as AWS does. */
  readonly isLikeLocal?: boolean
  /** With it everything is encrypted. */
  readonly tls?: TlsCredentials
  /** With `tls`: a second port where nothing is. */
  readonly plainPort?: number
  /** Who brings it sees `/metrics`. */
  readonly metricsToken?: BearerToken
  /** Which those of other machines bring who use control where it is open and nobody is asked who he is. Left out: none. */
  readonly controlToken?: BearerToken
  /** What all clients together may take. What is not said is as in `defaultBudget`. */
  readonly budget?: Partial<BudgetOptions>
  /** How many descriptors the process has, for those who watch it. Left out: they are not told. */
  readonly openFiles?: () => number | undefined
}

/** What is behind a port. */
export interface Served extends Pick<Service, 'requestIds' | 'log' | 'handle' | 'regionOf' | 'unready'> {
  /** As `answererOf`. */
  readonly otherService: NonNullable<HttpOptions['otherService']>
  /** Asks the service that is there now. */
  ask<T>(question: (service: Service) => Promise<T>): Promise<T>
}

export function servedBy(service: Service): Served {
  const { requestIds, log, handle, regionOf, unready, otherServices } = service
  return {
    requestIds,
    log,
    handle,
    regionOf,
    unready,
    otherService: (head) => answererOf(otherServices, head),
    ask: (question) => question(service),
  }
}

export interface ServedPort {
  readonly doors: Doors
  /** Answers what is being asked, then closes. */
  close(): Promise<void>
}

/** Resolves once connections are accepted. Rejects with one sentence when the port can't be had. */
export async function serveHttp(served: Served, options: PortOptions): Promise<ServedPort> {
  const { host, port, tls, plainPort } = options
  const sizes = { ...defaultBudget, ...options.budget }
  const collector = new Collector(sizes.memoryBytes, ownHeap())
  const loopDelay = new LoopDelay()
  const end = (): void => {
    loopDelay.stop()
    collector.close()
  }
  const httpOptions = httpOptionsOf(served, { ...options, loopDelay, budget: budgetOf(sizes, collector) })
  const doors = await openDoors(httpOptions, { port, host, tls, plainPort }).catch((error: unknown) => {
    end()
    throw error
  })
  const close = async (): Promise<void> => {
    await Promise.all(doors.servers.map((server) => server.close()))
    end()
  }
  return { doors, close }
}

type Answering = Omit<PortOptions, 'budget'> & { readonly budget: Budget; readonly loopDelay: LoopDelay }

function httpOptionsOf(served: Served, answering: Answering): HttpOptions {
  const { host = loopback, crossOrigin, allowedHosts = [], controlAccess: access = 'local', http, limits, budget, isLikeLocal } = answering
  const { metricsToken, openFiles, loopDelay } = answering
  const { requestIds, log, ask } = served
  const rules = { access, host, allowedHosts, crossOrigin, requestIds, log }
  const { consoleMode, consoleFiles = packageFiles } = answering
  const guard = guardOf(answering)
  /** Signatures say more than a token. */
  const guarding = (isSigned: boolean): Pick<ControlOptions, 'guard'> => (isSigned ? {} : { guard })
  const consoleOptions = ({ otherServices: { authentication } }: Service): ConsoleOptions => {
    const isSigned = authentication !== undefined
    return { ...rules, ...guarding(isSigned), mode: consoleMode ?? defaultConsoleMode(host, isSigned), files: consoleFiles, isSigned }
  }
  const controlOptions = ({ controlContext: context, otherServices: { authentication, root, listener } }: Service): ControlOptions => {
    return { ...rules, ...guarding(authentication !== undefined), authentication, root, listener, context }
  }
  return {
    handle: served.handle,
    otherService: served.otherService,
    requestIds,
    regionOf: served.regionOf,
    unready: served.unready,
    host,
    allowedHosts,
    crossOrigin,
    ...(http !== undefined && { http }),
    ...(isLikeLocal !== undefined && { isLikeLocal }),
    limits: { ...defaultHttpLimits, ...limits },
    budget,
    log,
    ...(access !== 'off' &&
      consoleMode !== 'off' && {
        console: (request: HttpRequest) => ask((service) => answerConsole(consoleOptions(service), request)),
      }),
    ...(access !== 'off' && {
      control: (request: HttpRequest) => ask((service) => answerControl(controlOptions(service), request)),
      metrics: (request: HttpRequest) =>
        ask((service) => answerMetrics({ ...controlOptions(service), loopDelay, metricsToken, budget, openFiles }, request)),
    }),
  }
}

function guardOf({ controlToken: token, controlAccess, consoleMode, host = loopback }: Answering): ControlGuard | undefined {
  if (token === undefined || controlAccess !== 'open') return undefined
  const maySessionsChange = (consoleMode ?? defaultConsoleMode(host, false)) === 'full'
  return new ControlGuard({ token, maySessionsChange, random: systemRandom, stopwatch: stopwatchMs })
}

/** Who reaches a server from elsewhere without saying who he is changes nothing by a slip of the mouse. */
function defaultConsoleMode(host: string, isSigned: boolean): 'full' | 'read' {
  return isSigned || host === 'localhost' || isLoopback(host) ? 'full' : 'read'
}
