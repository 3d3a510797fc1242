/** The long works of all kinds in one list, with what is left of each: for the control endpoint, and for who waits for one. */

import type { MeteredEngine } from '../metering/metered-engine.ts'
import { backfillWorks } from '../operations/works/backfill-works.ts'
import { backupWorks } from '../operations/works/backup-works.ts'
import { restoreWorks } from '../operations/works/restore-works.ts'
import { transferWorks } from '../operations/works/transfer-works.ts'
import type { Work, WorkSource } from '../operations/works/work.ts'

/** Every kind of work has its source here. */
const sources: readonly WorkSource[] = [backupWorks, restoreWorks, backfillWorks, transferWorks]

export interface WatchedWork extends Work {
  /** How long it will still take if it goes on as fast; left out while nobody can say, and when it is over. */
  readonly remainingMs?: number
}

interface Seen {
  readonly atMs: number
  readonly share: number
}

export class Works {
  readonly #engine: MeteredEngine
  /** When this process first saw a work, and how far it was: before a restart it may have been faster, or not have gone on at all. */
  readonly #firstSeen = new Map<string, Seen>()

  constructor(engine: MeteredEngine) {
    this.#engine = engine
  }

  /** In the order in which they began. */
  async list(): Promise<readonly WatchedWork[]> {
    const works = (await Promise.all(sources.map((source) => source.list(this.#engine)))).flat()
    const nowMs = this.#engine.clock.now()
    const ids = new Set(works.map(({ id }) => id))
    for (const id of this.#firstSeen.keys()) if (!ids.has(id)) this.#firstSeen.delete(id)
    return works.map((work) => this.#watched(work, nowMs)).sort((a, b) => a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1))
  }

  /** Undefined when there is none of this id. Throws ServiceError when it is too late. The caller asks first whether it can be cancelled. */
  async cancel(id: string): Promise<void> {
    for (const source of sources) {
      const work = (await source.list(this.#engine)).find((each) => each.id === id)
      if (work !== undefined) await source.cancel?.(this.#engine, work)
    }
  }

  #watched(work: Work, nowMs: number): WatchedWork {
    if (work.state !== 'running') return work
    const { id, share, startedMs } = work
    const first = this.#firstSeen.get(id)
    if (first === undefined || first.atMs > nowMs || first.share > share) this.#firstSeen.set(id, { atMs: nowMs, share })
    const since = first !== undefined && first.share < share && first.atMs < nowMs ? first : { atMs: startedMs, share: 0 }
    const remainingMs = Math.round(((1 - share) * (nowMs - since.atMs)) / (share - since.share))
    return Number.isFinite(remainingMs) && remainingMs >= 0 ? { ...work, remainingMs } : work
  }
}
