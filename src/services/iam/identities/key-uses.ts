/**
 * When access keys were used last, for what and where: known at once to the server that was asked, and kept in the store an hour later at
 * most, as each change of a record makes everybody look at the records again. AWS tells of uses with a delay, too.
 */
import type { Clock } from '../../../base/clock.ts'
import type { Schedule } from '../../../engine/schedule.ts'
import { keyUsesAtOnceMax, keyUsesKeptEveryMs } from '../contract/limits.ts'
import type { AccessKey, KeyUse } from './entity.ts'
import type { IdentityRecords } from './identity-records.ts'

export class KeyUses {
  readonly #identities: IdentityRecords
  readonly #clock: Clock
  readonly #schedule: Pick<Schedule, 'isDue' | 'ran'>
  /** Of this process, since it began. */
  readonly #uses = new Map<string, { -readonly [Member in keyof KeyUse]: KeyUse[Member] }>()
  /** Those that were used since they were kept. */
  readonly #unkept = new Set<string>()
  readonly jobName = 'keep uses of access keys'

  constructor(identities: IdentityRecords, clock: Clock, schedule: Pick<Schedule, 'isDue' | 'ran'>) {
    this.#identities = identities
    this.#clock = clock
    this.#schedule = schedule
  }

  /** Of a key that there is: for each request. */
  note(accessKeyId: string, service: string, region: string): void {
    const atMs = this.#clock.now()
    const known = this.#uses.get(accessKeyId)
    if (known === undefined) this.#uses.set(accessKeyId, { atMs, service, region })
    else Object.assign(known, { atMs, service, region })
    this.#unkept.add(accessKeyId)
  }

  /** Undefined when it was never used. */
  of({ name, lastUsed }: AccessKey): KeyUse | undefined {
    const here = this.#uses.get(name)
    return here === undefined || (lastUsed !== undefined && lastUsed.atMs > here.atMs) ? lastUsed : here
  }

  /** The job. */
  async step(nowMs: number): Promise<boolean> {
    if (!this.#schedule.isDue(this.jobName, nowMs, keyUsesKeptEveryMs)) return false
    const isMore = await this.keep()
    if (!isMore) this.#schedule.ran(this.jobName, nowMs)
    return isMore
  }

  /** Resolves with whether there are more to keep. */
  async keep(): Promise<boolean> {
    const names = [...this.#unkept].slice(0, keyUsesAtOnceMax)
    if (names.length === 0) return false
    // One that is used meanwhile is to be kept again.
    for (const name of names) this.#unkept.delete(name)
    try {
      await this.#keep(names)
    } catch (error) {
      for (const name of names) this.#unkept.add(name)
      throw error
    }
    return this.#unkept.size > 0
  }

  async #keep(names: readonly string[]): Promise<void> {
    await this.#identities.change((turn) => {
      for (const name of names) {
        const found = this.#identities.find('access-key', name)
        const lastUsed = this.#uses.get(name)
        // One of the file is in no store, and neither is one that was deleted meanwhile.
        if (found === undefined || found.isFromFile || lastUsed === undefined) continue
        if (lastUsed.atMs > (found.lastUsed?.atMs ?? 0)) turn.put({ ...found, lastUsed: { ...lastUsed } })
      }
    })
  }
}
