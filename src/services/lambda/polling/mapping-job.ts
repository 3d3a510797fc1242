/** The job of one event source mapping, done by one node under the lease of its name: its states, and while it is enabled its pump. */
import { forgetConsumer } from '../../../engine/consumers/start-consumer.ts'
import { leasedEngine } from '../../../engine/jobs/leased-engine.ts'
import type { Job } from '../../../engine/jobs/run-due-jobs.ts'
import { positionsBudget } from '../../../engine/limits.ts'
import { nextKeys } from '../../../engine/records/read-range.ts'
import { engineOfCatalog } from '../../../engine/regions.ts'
import type { MeteredEngine } from '../../../metering/metered-engine.ts'
import type { Guard } from '../../../storage/store.ts'
import { pollEveryMs } from '../contract/limits.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { progressRange } from '../records/lambda-keys.ts'
import { consumerIdOf, type Mapping, type MappingState } from '../records/mapping.ts'
import { MappingPump } from './mapping-pump.ts'

export class MappingJob implements Job {
  readonly name: string
  readonly #context: LambdaContext
  readonly #engine: MeteredEngine
  readonly #uuid: string
  readonly #pump: MappingPump
  #nextPollMs = Number.NEGATIVE_INFINITY

  constructor(context: LambdaContext, { uuid, catalogRegion }: Mapping) {
    this.name = `event source mapping ${uuid}`
    this.#context = context
    this.#engine = engineOfCatalog(context.engine, catalogRegion)
    this.#uuid = uuid
    this.#pump = new MappingPump(context, this.#engine, uuid, this.name)
  }

  /** Nothing of it is under way. */
  get isAtRest(): boolean {
    return this.#pump.isAtRest
  }

  rest(): Promise<void> {
    return this.#pump.rest()
  }

  abandon(): void {
    this.#pump.abandon()
  }

  async step(_nowMs: number, lease?: Guard): Promise<boolean> {
    const mapping = this.#context.records.mapping(this.#uuid)
    if (mapping === undefined) return false
    switch (mapping.state) {
      case 'Creating':
      case 'Enabling':
      case 'Updating':
        await this.#become(mapping, mapping.isEnabled ? 'Enabled' : 'Disabled', lease)
        return true
      case 'Disabling':
        await this.#pump.step(lease)
        if (!this.#pump.isAtRest) return false
        await this.#become(mapping, 'Disabled', lease)
        return true
      case 'Deleting':
        return this.#delete(lease)
      case 'Enabled':
        return this.#isRested() && this.#pump.step(lease)
      case 'Disabled':
        return false
    }
  }

  /** A shared store is asked less often than every round comes, unless the rounds are those of a test. */
  #isRested(): boolean {
    const { leases, isTestCluster } = this.#engine
    if (leases === undefined || isTestCluster) return true
    const nowMs = leases.steady.now()
    if (this.#pump.isAtRest && nowMs < this.#nextPollMs) return false
    this.#nextPollMs = nowMs + pollEveryMs
    return true
  }

  async #become({ uuid }: Mapping, state: MappingState, lease: Guard | undefined): Promise<void> {
    const { store } = leasedEngine(this.#engine, lease)
    const { records } = this.#context
    await records.by(store).change(({ put }) => {
      const now = records.mapping(uuid)
      if (now !== undefined && now.state !== 'Deleting') put({ ...now, state })
    })
  }

  /** What is under way is nobody's any more. */
  async #delete(lease: Guard | undefined): Promise<boolean> {
    this.#pump.abandon()
    const { store } = leasedEngine(this.#engine, lease)
    if (await forgetConsumer(store, consumerIdOf(this.#uuid))) return true
    const { keys, exhausted } = await store.view((view) => nextKeys(view, progressRange(this.#uuid), positionsBudget))
    if (keys.length > 0) {
      await store.write([], (turn) => {
        turn.makesRoom()
        for (const key of keys) turn.delete(key)
      })
    }
    if (exhausted) await this.#context.records.by(store).change(({ remove }) => remove(this.#uuid))
    return true
  }
}
