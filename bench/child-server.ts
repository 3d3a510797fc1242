/** The bench's end of a server process: starting it, asking it, ending it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Order, Report } from './server-process.ts'

const entry = join(import.meta.dirname, 'server-process.ts')

export interface Usage {
  readonly cpuMicros: number
  readonly rssBytes: number
}

export class ChildServer {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** `stator` keeps its data in `dataDir`, a folder or the URL of a database, with every write on disk before its answer; `bare` has none. */
  static async start(kind: 'stator' | 'bare', dataDir = ''): Promise<ChildServer> {
    const child = fork(entry, [kind, dataDir])
    const message = await firstReport(child)
    if (message.kind !== 'listening') throw new Error(`the ${kind} server began with ${message.kind}`)
    return new ChildServer(child, message.port)
  }

  /** Stator over a folder that is there as long as `act` takes. */
  static async use(act: (server: ChildServer) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'stator-bench-'))
    const server = await ChildServer.start('stator', folder)
    try {
      await act(server)
    } finally {
      await server.stop()
      rmSync(folder, { recursive: true })
    }
  }

  async usage(): Promise<Usage> {
    const message = await this.#ask({ kind: 'usage' })
    if (message.kind !== 'usage') throw new Error(`asked for usage, got ${message.kind}`)
    return message
  }

  async answerWith(headers: { readonly [name: string]: string }, body: string): Promise<void> {
    await this.#ask({ kind: 'answer', headers, body })
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
