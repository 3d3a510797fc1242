/**
 * Readers of all streams there are: one of each reads beside the writers, through any node; others, one for each node, read when all is
 * at rest. Each goes on where it was, for streams live longer than a window.
 */
import type { Choices } from '../fuzz/choices.ts'
import { StreamConsumer } from '../harness/stream-consumer.ts'
import type { Item } from './tables.ts'
import type { World } from './world.ts'

export interface WatchedStream {
  readonly beside: StreamConsumer
  /** In the order of the nodes. */
  readonly readers: readonly StreamConsumer[]
  /** What the records so far have left of each item; undefined: it was deleted. */
  readonly images: Map<string, Item | undefined>
}

export class StreamWatch {
  readonly #world: World
  readonly #choices: Choices
  readonly #streams = new Map<string, WatchedStream>()

  constructor(world: World) {
    this.#world = world
    this.#choices = world.choices()
  }

  stream(arn: string): WatchedStream {
    const known = this.#streams.get(arn)
    if (known !== undefined) return known
    const readers = Array.from({ length: this.#world.cluster.size }, () => new StreamConsumer(arn))
    const beside = new StreamConsumer(arn, { recordsMax: 1 + this.#choices.below(5) })
    const watched: WatchedStream = { beside, readers, images: new Map() }
    this.#streams.set(arn, watched)
    return watched
  }

  forget(arn: string): void {
    this.#streams.delete(arn)
  }

  /** Reads one of them on, from whichever node. */
  async read(): Promise<void> {
    await this.#world.pause('a consumer')
    const { streams } = this.#world.tables
    if (streams.length === 0) return
    const { arn } = this.#choices.pick(streams).period
    await this.#poll(this.stream(arn).beside)
  }

  /** Whoever reads beside the writers reads what is left. */
  async readToTheEnd(): Promise<void> {
    for (const { period } of this.#world.tables.streams) await this.#poll(this.stream(period.arn).beside)
  }

  /** An iterator is good for a quarter of an hour, which may pass before it is used: then the consumer goes on where it was. */
  async #poll(consumer: StreamConsumer): Promise<void> {
    const ask = this.#world.asker(this.#world.choices())
    for (;;) {
      try {
        await consumer.poll(ask)
        return
      } catch (error) {
        if (!String(error).includes('ExpiredIteratorException')) throw error
      }
    }
  }
}
