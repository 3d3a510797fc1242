/**
 * dynalite's interface, so that what was written for it (jest-dynalite, vitest-dynamodb-lite, Architect's sandbox, a test of one's own) has Stator
 * instead, by an alias. It is a function that makes a server, which begins to be one by `listen`.
 */
import { EventEmitter } from 'node:events'
import { type AddressInfo, isIPv6 } from 'node:net'
import { itemSizeBytesMax } from '../api/limits.ts'
import { type RunningStator, type StartOptions, start } from '../index.ts'
import { dynaliteTableMsDefault } from './limits.ts'

/** Those of dynalite. What else is given says nothing, as there. */
export interface DynaliteOptions {
  /** The folder that holds the data; made if it is not there. Left out: in memory, until the server is closed. */
  readonly path?: string | undefined
  /** How long a table stays CREATING, in milliseconds. Default 500. There is one such time: of the three the first that is given counts. */
  readonly createTableMs?: number | undefined
  /** How long it stays UPDATING. */
  readonly updateTableMs?: number | undefined
  /** How long it stays DELETING. */
  readonly deleteTableMs?: number | undefined
  /** 400, as on AWS, or left out. */
  readonly maxItemSizeKb?: number | undefined
  /** Whether it is all encrypted: with `key` and `cert`. */
  readonly ssl?: boolean | undefined
  /** PEM. */
  readonly key?: string | Uint8Array | undefined
  /** PEM. */
  readonly cert?: string | Uint8Array | undefined
  /** Tells on the standard error what is answered as InternalServerError. */
  readonly verbose?: boolean | undefined
  readonly debug?: boolean | undefined
}

/** A host, a callback, or another argument of `listen` of a server of Node's. */
type ListenArgument = string | number | (() => void) | null | undefined

interface DynaliteEvents {
  readonly listening: []
  readonly close: []
  readonly error: [Error]
}

/** As much of an http.Server as a program does with it that does not answer itself. */
export class DynaliteServer extends EventEmitter<DynaliteEvents> {
  readonly #options: StartOptions
  #running: RunningStator | undefined
  #address: AddressInfo | null = null
  #turn: Promise<void> = Promise.resolve()

  /** Use `dynalite`. */
  constructor(options: StartOptions) {
    super()
    this.#options = options
  }

  get listening(): boolean {
    return this.#address !== null
  }

  /**
   * `port`: 0, or none, for any that is free. Without a host this machine alone comes in. The callback, and `listening`, follow when it can be asked;
   * `error`, with the code of Node's, when the port or the folder can't be had. Closed and listened to again, it has what is in its folder.
   */
  listen(port?: ListenArgument | { readonly port?: number; readonly host?: string }, ...others: readonly ListenArgument[]): this {
    const given = typeof port === 'object' && port !== null ? [port.port, port.host, ...others] : [port, ...others]
    const callback = given.find((each) => typeof each === 'function')
    const [portGiven, host] = given
    if (callback !== undefined) this.once('listening', callback)
    const place = { port: typeof portGiven === 'function' ? 0 : Number(portGiven ?? 0), ...(typeof host === 'string' && { host }) }
    this.#turn = this.#turn.then(() => this.#open(place)).catch((error: unknown) => this.#fail(error))
    return this
  }

  /** Where it listens; null when it does not. */
  address(): AddressInfo | null {
    return this.#address
  }

  /** Answers what is being asked, then closes. The callback gets an error when it was not listening. */
  close(callback?: (error?: Error) => void): this {
    this.#turn = this.#turn.then(() => this.#close(callback))
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running !== undefined) await new Promise<void>((resolve) => this.close(() => resolve()))
  }

  async #open(place: { readonly port: number; readonly host?: string }): Promise<void> {
    if (this.#running !== undefined) throw Object.assign(new Error('It listens already.'), { code: 'ERR_SERVER_ALREADY_LISTEN' })
    this.#running = await start({ ...this.#options, ...place })
    const { hostname } = new URL(this.#running.endpoint)
    const address = hostname.replace(/^\[|\]$/g, '')
    this.#address = { address, family: isIPv6(address) ? 'IPv6' : 'IPv4', port: this.#running.port }
    // Not within the promise: what a listener throws is thrown as by a server of Node's.
    process.nextTick(() => this.emit('listening'))
  }

  #fail(error: unknown): void {
    const { cause, message } = error as Error
    const code = (error as NodeJS.ErrnoException).code ?? (cause as NodeJS.ErrnoException | undefined)?.code
    const told = Object.assign(new Error(message, { cause: error }), code !== undefined && { code })
    process.nextTick(() => this.emit('error', told))
  }

  async #close(callback: ((error?: Error) => void) | undefined): Promise<void> {
    const running = this.#running
    this.#running = undefined
    this.#address = null
    if (running === undefined) {
      const error = Object.assign(new Error('Server is not running.'), { code: 'ERR_SERVER_NOT_RUNNING' })
      process.nextTick(() => callback?.(error))
      return
    }
    await running.close()
    process.nextTick(() => {
      this.emit('close')
      callback?.()
    })
  }
}

/** As dynalite's: nothing is opened before `listen`. Throws a TypeError for what Stator cannot be. */
export default function dynalite(options: DynaliteOptions | null = {}): DynaliteServer {
  return new DynaliteServer(startOptions(options ?? {}))
}

function startOptions(given: DynaliteOptions): StartOptions {
  const { path, createTableMs, updateTableMs, deleteTableMs, ssl, key, cert } = given
  const itemSizeKb = itemSizeBytesMax / 1024
  if (given.maxItemSizeKb !== undefined && Number(given.maxItemSizeKb) !== itemSizeKb) {
    throw new TypeError(`maxItemSizeKb can only be ${itemSizeKb}: that is how large items may be on AWS.`)
  }
  if (ssl && (key === undefined || cert === undefined)) throw new TypeError('ssl needs key and cert, in PEM.')
  return {
    ...(path ? { dataDir: path } : { inMemory: true }),
    tableStateDelayMs: Number(createTableMs ?? updateTableMs ?? deleteTableMs ?? dynaliteTableMsDefault),
    ...(ssl && key !== undefined && cert !== undefined && { tls: { key: pem(key), cert: pem(cert) } }),
    ...((given.verbose || given.debug) && { log: (text: string, cause?: unknown) => console.error(text, cause) }),
  }
}

function pem(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : Buffer.from(text).toString('utf8')
}
