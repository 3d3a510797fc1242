/** How far it has come, on stderr: a line now and then. The stopwatch of the process stands still while a schedule runs, the clock does not. */
import type { SimulateOptions } from './options.ts'

const lineEveryMs = 2000

interface Extent {
  readonly nodes: number
  readonly windows: number
  readonly operations: number
}

export class ProgressLines {
  readonly #options: SimulateOptions
  readonly #beganMs = Date.now()
  #toldMs = Number.NEGATIVE_INFINITY
  #seed = 0
  #seeds = 0
  #operations = 0
  #operationsBefore = 0

  constructor(options: SimulateOptions) {
    this.#options = options
  }

  get isTimeOver(): boolean {
    const { timeMs = Number.POSITIVE_INFINITY } = this.#options
    return Date.now() - this.#beganMs >= timeMs
  }

  begin(seed: number): void {
    this.#seed = seed
    this.#seeds += 1
    this.#operationsBefore += this.#operations
    this.#operations = 0
  }

  /** After each window. */
  window({ nodes, windows, operations }: Extent): void {
    this.#operations = operations
    if (Date.now() - this.#toldMs < lineEveryMs) return
    const wanted = this.#options.operations.toLocaleString('en-US')
    this.tell(`seed ${this.#seed}, ${nodes} nodes: ${operations.toLocaleString('en-US')} of ${wanted} requests, looked at ${windows} times`)
  }

  tell(line: string): void {
    this.#toldMs = Date.now()
    const seconds = ((this.#toldMs - this.#beganMs) / 1000).toFixed(1)
    const all = (this.#operationsBefore + this.#operations).toLocaleString('en-US')
    const seeds = this.#seeds === 1 ? '1 seed' : `${this.#seeds} seeds`
    process.stderr.write(`${line} (${seeds}, ${all} requests, ${seconds} s)\n`)
  }
}
