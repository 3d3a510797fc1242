/**
 * Looking whether all that is stored is whole and agrees: once, when it is asked for, as fast as requests leave time for; and always,
 * slowly, in the background. Each step is bounded, and others have their turn behind it.
 */
import { setImmediate } from 'node:timers/promises'
import type { Log } from '../base/log.ts'
import type { Finding } from '../engine/check/check-report.ts'
import { type Check, checkStore } from '../engine/check/check-store.ts'
import type { Engine } from '../engine/engine.ts'
import type { Job } from '../engine/jobs/run-due-jobs.ts'
import { scrubEveryMs, scrubFirstAfterMs, scrubPassEveryMs, scrubToldMax } from './limits.ts'

export interface HowToCheck {
  readonly fix?: boolean
  readonly discard?: boolean
}

export interface CheckStatus {
  readonly isRunning: boolean
  /** What is being looked at. */
  readonly doing: string
  readonly rows: number
  readonly found: number
  readonly mended: number
  readonly findings: readonly Finding[]
  /** What could not be compared. */
  readonly skipped: readonly string[]
}

export interface ScrubStatus {
  /** How often all was looked at since the process started. */
  readonly passes: number
  readonly rows: number
  /** In the last whole pass, or in the one that is going on if it is more. */
  readonly found: number
  readonly findings: readonly Finding[]
}

const scrubJobName = 'scrub'

export class Checks {
  readonly #engine: Engine
  readonly #log: Log
  #check: Check | undefined
  #running: Promise<void> | undefined
  #isCancelled = false
  #scrub: Check | undefined
  #passes = 0
  #scrubbedRows = 0
  #lastFindings: readonly Finding[] = []
  readonly #told = new Set<string>()

  constructor(engine: Engine, log: Log) {
    this.#engine = engine
    this.#log = log
    for (const error of engine.catalog.damage)
      log('A record of tables or streams is damaged, and who asks for what it says is told so', error)
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** One at a time: the caller asks `isRunning` first. */
  start({ fix = false, discard = false }: HowToCheck): void {
    this.#isCancelled = false
    const check = checkStore(this.#engine, { fix, discard, isAlone: false })
    this.#check = check
    this.#running = this.#run(check).finally(() => {
      this.#running = undefined
    })
  }

  /** Resolves when none is going on any more. */
  async cancel(): Promise<void> {
    this.#isCancelled = true
    await this.#running
  }

  get status(): CheckStatus {
    const report = this.#check?.report
    const { doing = '', rows = 0, found = 0, mended = 0, findings = [], skipped = [] } = report ?? {}
    return { isRunning: this.isRunning, doing, rows, found, mended, findings, skipped }
  }

  get scrubbed(): ScrubStatus {
    const findings = this.#currentFindings()
    return { passes: this.#passes, rows: this.#scrubbedRows + (this.#scrub?.report.rows ?? 0), found: findings.length, findings }
  }

  /** Does one step so often, and never says that more is to be done: nobody waits for it. */
  get scrubJob(): Job {
    const { schedule } = this.#engine
    return {
      name: scrubJobName,
      step: async (nowMs) => {
        if (schedule.nextRunMs(scrubJobName) === undefined) schedule.ran(scrubJobName, nowMs, nowMs + scrubFirstAfterMs)
        if (!schedule.isDue(scrubJobName, nowMs, scrubEveryMs)) return false
        schedule.ran(scrubJobName, nowMs, (await this.#stepScrub()) ? nowMs + scrubPassEveryMs : nowMs)
        return false
      },
    }
  }

  async #run({ report, steps }: Check): Promise<void> {
    try {
      while (!this.#isCancelled && (await steps.next()).done !== true) await setImmediate()
    } catch (error) {
      report.add({ kind: 'unreadable', says: error instanceof Error ? error.message : String(error) })
      this.#log('A check ended early', error)
    }
  }

  /** Resolves with whether it was the last step of a pass. */
  async #stepScrub(): Promise<boolean> {
    this.#scrub ??= checkStore(this.#engine, { fix: false, isAlone: false, onFound: (finding) => this.#tell(finding) })
    const { steps, report } = this.#scrub
    if ((await steps.next()).done !== true) return false
    this.#passes += 1
    this.#scrubbedRows += report.rows
    this.#lastFindings = report.findings
    this.#scrub = undefined
    return true
  }

  #currentFindings(): readonly Finding[] {
    const current = this.#scrub?.report.findings ?? []
    return current.length > this.#lastFindings.length ? current : this.#lastFindings
  }

  /** Each once, however often it is found. */
  #tell({ kind, says, keyHex }: Finding): void {
    const name = `${kind} ${keyHex ?? says}`
    if (this.#told.has(name) || this.#told.size >= scrubToldMax) return
    this.#told.add(name)
    this.#log(`Scrubbing found that ${says}${keyHex === undefined ? '' : `, its key is ${keyHex}`}: see stator check`)
  }
}
