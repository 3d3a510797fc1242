/** A server that a command starts, as a person would: it is told a port, and is there when it answers. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Connection } from '../load/connection.ts'
import { requestBuffer } from '../load/request-text.ts'
import { listTables } from '../load/workload.ts'
import { treeUsage } from '../machine/process-tree.ts'
import { pinnedCommand, places } from '../machine/processors.ts'
import type { Server, Usage } from './server.ts'

const askEveryMs = 2
const startMsMax = 20_000
const lastWordsMax = 300

export interface Command {
  readonly name: string
  readonly words: readonly string[]
  readonly port: number
  readonly folder: string
  readonly environment?: { readonly [name: string]: string }
  readonly checksSignatures?: boolean
  readonly processors?: string | undefined
}

export class CommandServer implements Server {
  readonly name: string
  readonly ports: readonly number[]
  readonly checksSignatures: boolean
  /** From the start of the command to its first answer to ListTables. */
  readonly firstAnswerMs: number
  readonly #child: ChildProcess
  readonly #end: () => void

  private constructor({ name, port, checksSignatures = false }: Command, child: ChildProcess, end: () => void, firstAnswerMs: number) {
    this.name = name
    this.ports = [port]
    this.checksSignatures = checksSignatures
    this.firstAnswerMs = firstAnswerMs
    this.#child = child
    this.#end = end
  }

  /** Fails with the command's last words when it ends, or answers nothing but errors for twenty seconds. */
  static async start(command: Command): Promise<CommandServer> {
    const { name, words, folder, environment, processors = places.server } = command
    const [program, ...rest] = pinnedCommand(words, processors)
    const startedAt = performance.now()
    // A group of its own, so that what a command like npm has started ends with it.
    const child = spawn(program, rest, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const end = (): void => killGroup(child)
    process.once('exit', end)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk).slice(-lastWordsMax)
      })
    }
    let failure: Error | undefined
    child.once('error', (error) => {
      failure = error
    })
    let answer = 'nothing'
    while (performance.now() - startedAt < startMsMax) {
      const outcome = await askOnce(command)
      if (outcome === 'answered') return new CommandServer(command, child, end, performance.now() - startedAt)
      answer = outcome ?? answer
      if (failure !== undefined || child.exitCode !== null) break
      await wait(askEveryMs)
    }
    end()
    process.off('exit', end)
    throw new Error(failure?.message ?? `${name} does not start: it answered ${answer} and said: ${said.trim().replaceAll(/\s+/g, ' ')}`)
  }

  async usage(): Promise<Usage> {
    const usage = treeUsage(this.#child.pid ?? Number.NaN)
    if (usage === undefined) throw new Error(`what ${this.name} uses is not known: it has ended, or the system has no /proc`)
    return usage
  }

  async stop(): Promise<void> {
    const isOver = this.#child.exitCode !== null || this.#child.signalCode !== null
    const exit = isOver ? undefined : once(this.#child, 'exit')
    this.#end()
    await exit
    process.off('exit', this.#end)
  }
}

/** Undefined when nobody listens yet. */
async function askOnce({ port, checksSignatures = false }: Command): Promise<'answered' | string | undefined> {
  try {
    const connection = await Connection.open(port)
    const { ok, body } = await connection.ask(requestBuffer(listTables, { isSigned: checksSignatures }))
    connection.close()
    return ok ? 'answered' : body.slice(0, lastWordsMax)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? undefined : (error as Error).message
  }
}

function killGroup({ pid, exitCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
