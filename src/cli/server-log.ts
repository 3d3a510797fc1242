/** What a server that runs in a terminal or under something that collects logs says of itself, and of each request: on stderr. */
import { inspect } from 'node:util'
import type { Log } from '../base/log.ts'
import { outsideReason } from '../server/outside-reason.ts'
import { describeRequest, type RequestReport } from '../server/requests/answered-request.ts'
import type { Follower } from '../server/requests/request-feed.ts'
import { requestLine } from '../server/requests/request-line.ts'
import { unreadLogLengthMax } from './limits.ts'
import { logToStderr } from './log-to-stderr.ts'

/** Errors: what goes wrong with the server. Requests: besides, a line for each request. Json: both, each line an object of JSON. */
export type LogForm = 'errors' | 'requests' | 'json'
/** Of requests. Info: all. Warn: those that were answered with an error. Error: those that failed through no fault of the client's. */
export type LogLevel = 'error' | 'warn' | 'info'

export interface ServerLog {
  readonly log: Log
  readonly onAnswered?: Follower
}

export function serverLog(form: LogForm, level: LogLevel, output: LogOutput = stderr): ServerLog {
  if (form === 'errors') return { log: logToStderr }
  const lines = new Lines(output)
  const lineOf = form === 'json' ? jsonOfRequest : requestLine
  const jsonLog: Log = (text, cause) =>
    lines.add(jsonOf('error', { message: text, ...(cause !== undefined && { cause: reasonOf(cause) }) }))
  const log = form === 'json' ? jsonLog : logToStderr
  const onAnswered: Follower = (request, number) => {
    if (severity[levelOf(request)] < severity[level]) return
    const missing = lines.takeDropped()
    if (missing > 0) log(`${missing} requests are not in the log, as nobody read it`)
    lines.addRequest(lineOf(describeRequest(number, request)))
  }
  return { log, onAnswered }
}

/** By which levels are compared. */
const severity: { readonly [Level in LogLevel]: number } = { info: 0, warn: 1, error: 2 }

function levelOf({ status }: { readonly status: number }): LogLevel {
  if (status >= 500) return 'error'
  return status >= 400 ? 'warn' : 'info'
}

/** Those of one turn of the event loop are written together, and the last ones before the process ends. */
class Lines {
  readonly #output: LogOutput
  #pending = ''
  #dropped = 0

  constructor(output: LogOutput) {
    this.#output = output
    process.once('exit', this.#flush)
  }

  /** One that may be left out when nobody reads the others. */
  addRequest(line: string): void {
    if (this.#output.unreadLength() > unreadLogLengthMax) this.#dropped += 1
    else this.add(line)
  }

  /** How many were left out since this was asked, once there is room again. */
  takeDropped(): number {
    if (this.#dropped === 0 || this.#output.unreadLength() > unreadLogLengthMax) return 0
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  add(line: string): void {
    if (this.#pending === '') setImmediate(this.#flush)
    this.#pending += `${line}\n`
  }

  readonly #flush = (): void => {
    const lines = this.#pending
    this.#pending = ''
    if (lines !== '') this.#output.write(lines)
  }
}

/** Where lines go. */
export interface LogOutput {
  write(lines: string): void
  /** How much of what was written nobody has taken yet. */
  unreadLength(): number
}

const stderr: LogOutput = {
  write: (lines) => void process.stderr.write(lines),
  unreadLength: () => process.stderr.writableLength,
}

function jsonOf(level: LogLevel, members: object): string {
  return JSON.stringify({ time: new Date().toISOString(), level, ...members })
}

function jsonOfRequest(request: RequestReport): string {
  return jsonOf(levelOf(request), { request })
}

function reasonOf(cause: unknown): string {
  return outsideReason(cause) ?? (typeof cause === 'string' ? cause : inspect(cause))
}
