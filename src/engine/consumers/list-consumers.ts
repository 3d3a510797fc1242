/** The consumers that the store knows, whatever they read. */
import type { KeyRange, Store } from '../../storage/store.ts'
import { consumerIdOf, consumersRange } from '../keyspace/consumer-keys.ts'
import { rangeBeyond } from '../keyspace/keys.ts'
import { positionsBudget } from '../limits.ts'
import { type ConsumerRecord, decodeConsumer } from './consumer-record.ts'

export interface KnownConsumer extends ConsumerRecord {
  readonly id: string
}

/** In the order of their ids, a page at a time out of a view of its own, so that others have their turn: one that comes meanwhile may be missing. */
export async function* eachConsumer(store: Pick<Store, 'view'>): AsyncGenerator<readonly KnownConsumer[], void, undefined> {
  for (let rest: KeyRange = consumersRange(); ; ) {
    const { entries, exhausted } = await store.view(async (view) => view.scan(rest, positionsBudget))
    yield entries.flatMap(({ key, value }) => {
      const id = consumerIdOf(key)
      return id === undefined ? [] : [{ id, ...decodeConsumer(value) }]
    })
    const last = entries.at(-1)
    if (exhausted || last === undefined) return
    rest = rangeBeyond(rest, last.key)
  }
}
