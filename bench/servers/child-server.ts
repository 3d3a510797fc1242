/** The bench's end of a server process of its own: starting it, asking it, ending it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pinnedCommand, places } from '../machine/processors.ts'
import type { Server, Usage } from './server.ts'
import type { Order, Report, ServerKind } from './server-process.ts'
import { makeFolder, removeFolder } from './temporary-folders.ts'

const entry = join(import.meta.dirname, 'server-process.ts')

export interface ChildServerOptions {
  readonly name?: string
  /** A folder or the URL of a database, with every write on disk before its answer. Only Stator keeps data. */
  readonly dataDir?: string
  readonly processors?: string | undefined
}

export class ChildServer implements Server {
  readonly name: string
  readonly checksSignatures = false
  readonly port: number
  readonly #child: ChildProcess

  private constructor(name: string, child: ChildProcess, port: number) {
    this.name = name
    this.#child = child
    this.port = port
  }

  get ports(): readonly number[] {
    return [this.port]
  }

  static async start(kind: ServerKind, options: ChildServerOptions = {}): Promise<ChildServer> {
    const { name = kind, dataDir = '', processors = places.server } = options
    const [execPath, ...words] = pinnedCommand([process.execPath], processors)
    const child = fork(entry, [kind, dataDir], { execPath, execArgv: words })
    const message = await firstReport(child)
    if (message.kind !== 'listening') throw new Error(`the ${kind} server began with ${message.kind}`)
    return new ChildServer(name, child, message.port)
  }

  /** Stator over a folder that is there as long as `act` takes. */
  static async use(act: (server: ChildServer, folder: string) => Promise<void>): Promise<void> {
    const folder = makeFolder()
    const server = await ChildServer.start('stator', { dataDir: folder })
    try {
      await act(server, folder)
    } finally {
      await server.stop()
      removeFolder(folder)
    }
  }

  async usage(): Promise<Usage> {
    const message = await this.#ask({ kind: 'usage' })
    if (message.kind !== 'usage') throw new Error(`asked for usage, got ${message.kind}`)
    return message
  }

  /** What a bare server answers to requests with that target from now on. */
  async answerWith(target: string, headers: { readonly [name: string]: string }, body: string): Promise<void> {
    await this.#ask({ kind: 'answer', target, headers, body })
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.disconnect()
    await exit
  }

  #ask(order: Order): Promise<Report> {
    const answer = firstReport(this.#child)
    this.#child.send(order)
    return answer
  }
}

function firstReport(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`the server process ended with code ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message as Report)
    })
  })
}
