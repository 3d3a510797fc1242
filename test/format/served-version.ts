/** A version of Stator in a process of its own, over a data folder that outlives it: to be asked, closed in good order, or killed. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from './client.ts'

const program = join(import.meta.dirname, 'serve-version.ts')

export interface ServedFolder {
  /** Where the sources of the version are, with what they need. */
  readonly sources: string
  readonly folder: string
  /** ISO 8601. */
  readonly startTime: string
  readonly regions?: 'shared' | 'isolated'
  readonly seed: number
}

export class ServedVersion {
  readonly client: Client
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, client: Client) {
    this.#child = child
    this.client = client
  }

  static async start({ sources, folder, startTime, regions = 'shared', seed }: ServedFolder): Promise<ServedVersion> {
    const child = spawn(process.execPath, [program, sources, folder, startTime, regions, String(seed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    // Whoever fails in between leaves no server behind.
    const leaveNothing = (): boolean => child.kill('SIGKILL')
    process.once('exit', leaveNothing)
    child.once('exit', () => process.off('exit', leaveNothing))
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('http://')) return new ServedVersion(child, new Client(line))
    }
    assert.fail('the server said no endpoint')
  }

  /** Folds the write-ahead log into the database. */
  close(): Promise<void> {
    return this.#end('SIGTERM')
  }

  /** As a power cut would end it. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }
}
