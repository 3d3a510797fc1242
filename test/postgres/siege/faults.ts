/** What is done to nodes and their database, drawn from a seed: one thing after the other, each for a while, and all is mended in the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Choices } from '../../fuzz/choices.ts'
import type { Postgres } from '../../harness/postgres.ts'
import type { CommitFate } from '../../harness/postgres-proxy.ts'
import type { ServerNode } from './server-node.ts'

export interface FaultsOptions {
  readonly postgres: Postgres
  readonly choices: Choices
  readonly hasFaults: boolean
}

const fates: readonly CommitFate[] = ['is lost', 'is not answered', 'comes late']
const commitsCutPercent = 1
const betweenMsMax = 400
/** Sometimes longer than a lease lives, or than anybody waits for a lock. */
const awayMs: readonly number[] = [100, 500, 1500, 6000]
const stalledMs: readonly number[] = [10, 50, 200, 800, 2500]
const terminatedShare = 0.3

export class Faults {
  readonly #options: FaultsOptions
  #isOver = true

  constructor(options: FaultsOptions) {
    this.#options = options
  }

  nextFate(): CommitFate {
    const { choices } = this.#options
    return !this.#isOver && choices.chance(commitsCutPercent) ? choices.pick(fates) : 'passes'
  }

  /** Resolves when it is over and every node is as well as before. */
  async make(nodes: readonly ServerNode[], isOver: () => boolean): Promise<void> {
    const { choices, hasFaults } = this.#options
    if (!hasFaults) return
    this.#isOver = false
    while (!isOver()) {
      await sleep(choices.below(betweenMsMax))
      const roll = choices.below(100)
      const node = choices.pick(nodes)
      if (roll < 15) await this.#kill(node)
      else if (roll < 35) await this.#freeze(node)
      else if (roll < 55) await this.#stall(node)
      else if (roll < 75) await this.#cutOff(node)
      else await this.#terminate()
    }
    this.#isOver = true
  }

  async #kill(node: ServerNode): Promise<void> {
    await node.kill()
    await sleep(this.#options.choices.pick(awayMs))
    await node.start()
  }

  async #freeze(node: ServerNode): Promise<void> {
    node.freeze()
    await sleep(this.#options.choices.pick(awayMs))
    node.thaw()
  }

  async #stall({ proxy }: ServerNode): Promise<void> {
    proxy.stall()
    await sleep(this.#options.choices.pick(stalledMs))
    proxy.goOn()
  }

  async #cutOff({ proxy }: ServerNode): Promise<void> {
    proxy.cutOff()
    await sleep(this.#options.choices.pick(stalledMs))
    proxy.goOn()
  }

  async #terminate(): Promise<void> {
    const ofServers = `application_name = 'stator' AND random() < ${terminatedShare}`
    await this.#options.postgres.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ofServers}`)
  }
}
