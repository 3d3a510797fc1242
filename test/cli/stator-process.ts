/** The command in a process of its own, with an environment that says nothing, as a test starts and stops it. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const stator: string = join(import.meta.dirname, '..', '..', 'src', 'cli', 'stator.ts')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  /** Without the name of the command before the first sentence. */
  readonly err: string
}

export interface ProcessOptions {
  readonly environment?: { readonly [name: string]: string }
  readonly folder?: string
  readonly executable?: string
  readonly script?: string
}

export class StatorProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  out = ''
  err = ''

  constructor(words: readonly string[], options: ProcessOptions = {}) {
    const { environment = {}, folder, executable = process.execPath, script = stator } = options
    const env = { PATH: process.env.PATH, ...environment }
    this.child = spawn(executable, [script, ...words], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text
    })
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal, out: this.out, err: this.err.replace(/^stator: /, '') }))
    })
  }

  /** The endpoint, once all of the greeting is printed. */
  async endpoint(): Promise<string> {
    const { stdout } = this.child
    assert(stdout)
    while (!this.out.includes('Ctrl+C')) {
      const more = await Promise.race([new Promise((resolve) => stdout.once('data', resolve)), this.ended.then(() => undefined)])
      assert(more !== undefined || this.out.includes('Ctrl+C'), `it ended without serving: ${this.err}`)
    }
    const found = /at (https?:\S+)/.exec(this.out)?.[1]
    assert(found !== undefined)
    return found
  }
}
