/** The processes of one function: warm ones are used again, no more run at a time than may, and who comes then waits in line. */
import { idleProcessMs, processesDefault, waitingMax } from './limits.ts'
import type { ProcessCall, ProcessResult, WorkerProcess } from './worker-process.ts'

export interface PoolLimits {
  /** So many at a time, and no others. Undefined: as many as there is room for, and others wait. */
  readonly concurrency: number | undefined
}

export class WorkerPool {
  readonly #limits: PoolLimits
  readonly #start: () => WorkerProcess
  readonly #idle: { readonly process: WorkerProcess; readonly timer: NodeJS.Timeout }[] = []
  readonly #busy = new Set<WorkerProcess>()
  readonly #waiting: (() => void)[] = []
  #runningCount = 0
  #isClosed = false

  constructor(limits: PoolLimits, start: () => WorkerProcess) {
    this.#limits = limits
    this.#start = start
  }

  /** Undefined: as many as may be are done already. Rejects when no process can be started. */
  async run(call: ProcessCall, started: (process: WorkerProcess) => void): Promise<ProcessResult | undefined> {
    const { concurrency } = this.#limits
    if (concurrency !== undefined && this.#runningCount >= concurrency) return undefined
    if (this.#runningCount >= (concurrency ?? processesDefault)) {
      if (this.#waiting.length >= waitingMax) return undefined
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#runningCount += 1
    }
    try {
      return await this.#runIn(this.#take(), call, started)
    } finally {
      const next = this.#waiting.shift()
      // Who waited has this one's place.
      if (next === undefined) this.#runningCount -= 1
      else next()
    }
  }

  async #runIn(process: WorkerProcess, call: ProcessCall, started: (process: WorkerProcess) => void): Promise<ProcessResult> {
    started(process)
    this.#busy.add(process)
    const result = await process.run(call)
    this.#busy.delete(process)
    this.#giveBack(process)
    return result
  }

  /** What runs ends, and so does every process. */
  async close(): Promise<void> {
    this.#isClosed = true
    const idle = this.#idle.splice(0)
    for (const { timer } of idle) clearTimeout(timer)
    await Promise.all([...idle.map(({ process }) => process), ...this.#busy].map((process) => process.kill()))
  }

  /** No process is used again that runs now: the function is another. */
  async retire(): Promise<void> {
    this.#isClosed = true
    const idle = this.#idle.splice(0)
    for (const { timer } of idle) clearTimeout(timer)
    await Promise.all(idle.map(({ process }) => process.kill()))
  }

  #take(): WorkerProcess {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer)
      if (kept.process.isUsable) return kept.process
    }
    return this.#start()
  }

  #giveBack(process: WorkerProcess): void {
    if (!process.isUsable) return
    if (this.#isClosed) {
      void process.kill()
      return
    }
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((each) => each.process === process)
      if (at >= 0) this.#idle.splice(at, 1)
      void process.kill()
    }, idleProcessMs)
    timer.unref()
    this.#idle.push({ process, timer })
  }
}
