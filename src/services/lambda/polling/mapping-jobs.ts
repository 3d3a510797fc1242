/** The jobs of all event source mappings that there are, one for each, so that nodes of a shared store share them. */
import type { Job } from '../../../engine/jobs/run-due-jobs.ts'
import type { LambdaContext } from '../lambda-context.ts'
import { MappingJob } from './mapping-job.ts'

export class MappingJobs {
  readonly #context: LambdaContext
  readonly #jobs = new Map<string, MappingJob>()
  /** Every node sees what others did. */
  readonly #look: Job

  constructor(context: LambdaContext) {
    this.#context = context
    this.#look = {
      name: 'look at event source mappings',
      isPerNode: true,
      step: async () => {
        if (context.engine.leases !== undefined) await context.records.catchUp()
        return false
      },
    }
  }

  get jobs(): readonly Job[] {
    const mappings = this.#context.records.mappings()
    const there = new Set(mappings.map(({ uuid }) => uuid))
    for (const [uuid, job] of this.#jobs) {
      if (there.has(uuid)) continue
      job.abandon()
      this.#jobs.delete(uuid)
    }
    for (const mapping of mappings) {
      if (!this.#jobs.has(mapping.uuid)) this.#jobs.set(mapping.uuid, new MappingJob(this.#context, mapping))
    }
    return [this.#look, ...this.#jobs.values()]
  }

  /** What is under way, by name. */
  get underWay(): readonly string[] {
    return [...this.#jobs.values()].filter(({ isAtRest }) => !isAtRest).map(({ name }) => name)
  }

  /** Resolves when nothing is under way. */
  async rest(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map((job) => job.rest()))
  }

  /** What is under way is nobody's any more; resolves when no pass is. */
  async close(): Promise<void> {
    for (const job of this.#jobs.values()) job.abandon()
    await this.rest()
  }
}
