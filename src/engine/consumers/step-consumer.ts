/** A consumer as a job has it: opened anew when its lease is another, one bounded step at a time. */
import { type Guard, isSameValue } from '../../storage/store.ts'
import type { Engine } from '../engine.ts'
import { leasedEngine } from '../jobs/leased-engine.ts'
import { ConsumerMoved, type ShardPage, StreamConsumer } from './stream-consumer.ts'

type ConsumerEngine = Pick<Engine, 'store' | 'catalog' | 'clock'>

/** What this node knows of a consumer, for as long as it is the one that does its job. */
export class LeasedConsumer {
  readonly id: string
  readonly #engine: ConsumerEngine
  #lease: Guard | undefined
  #consumer: StreamConsumer | undefined

  constructor(engine: ConsumerEngine, id: string) {
    this.#engine = engine
    this.id = id
  }

  /** The consumer under this lease, read anew when the lease was another before; undefined when there is none of this id. */
  async at(lease: Guard | undefined): Promise<StreamConsumer | undefined> {
    if (this.#consumer !== undefined && isSameValue(this.#lease?.value, lease?.value)) return this.#consumer
    this.#lease = lease
    this.#consumer = await StreamConsumer.open(leasedEngine(this.#engine, lease), this.id)
    return this.#consumer
  }

  /** It is read anew the next time. */
  forget(): void {
    this.#consumer = undefined
  }
}

export interface ConsumerStep {
  /** Of a shard, in one step. */
  readonly recordsMax?: number
  /**
   * Handles the records of a page, which may be none when the shard has only ended; positions have moved when it resolves: by `move`, or in a
   * turn of its own with `moveIn`. What it rejects with keeps the other shards from nothing, and the page is read again in the next step.
   */
  handle(page: ShardPage, consumer: StreamConsumer): Promise<void>
}

/** One page of every shard that something follows in. Resolves with whether there may be more; rejects with what was met first. */
export async function stepConsumer(
  leased: LeasedConsumer,
  lease: Guard | undefined,
  { recordsMax, handle }: ConsumerStep,
): Promise<boolean> {
  const consumer = await leased.at(lease)
  if (consumer === undefined) return false
  const shards = await consumer.shardsWithMore()
  const failures: unknown[] = []
  for (const shard of shards) {
    try {
      await handle(await consumer.read(shard, recordsMax === undefined ? {} : { recordsMax }), consumer)
    } catch (error) {
      if (error instanceof ConsumerMoved) leased.forget()
      failures.push(error)
    }
  }
  await consumer.forgetShards()
  if (failures.length > 0) throw failures[0]
  return shards.length > 0
}
