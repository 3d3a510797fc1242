/** How far behind positions in the shards of a stream are, whoever has them: what the store holds behind each, and how old that is. */
import type { Engine } from '../engine.ts'
import { recordLog } from '../keyspace/stream-keys.ts'
import type { Shard, Stream } from '../schema/stream.ts'
import { readRecords } from '../streams/read-records.ts'
import type { ShardPosition } from './consumer-record.ts'

/** A place in a shard of the stream. */
export interface PlaceInShard {
  readonly shard: Shard
  readonly position: ShardPosition
}

export interface ConsumerLag {
  /** How many records are not handled yet, at the most: numbers of records may have gaps. */
  readonly recordsMax: number
  /** How old the oldest of them is, in milliseconds; 0 when there is none. */
  readonly ageMs: number
}

export const noLag: ConsumerLag = { recordsMax: 0, ageMs: 0 }

/** The lag of each place, in their order. Reads one record for every place that something follows, and has others take their turn by `pause` before each. */
export async function lagsOf(
  engine: Pick<Engine, 'store' | 'clock'>,
  stream: Stream,
  places: readonly PlaceInShard[],
  pause: () => Promise<void> = async () => {},
): Promise<readonly ConsumerLag[]> {
  const logs = places.map(({ shard }) => recordLog(stream, shard.number))
  const lasts = logs.length === 0 ? [] : await engine.store.view(async (view) => view.lasts(logs))
  const known = new Map<string, ConsumerLag>()
  const lags: ConsumerLag[] = []
  for (const [at, { shard, position }] of places.entries()) {
    const fromNumber = Math.max(position.next, shard.firstNumber, (shard.trimmedNumber ?? 0) + 1)
    const count = position.isEnd ? 0 : (lasts[at] ?? 0) - fromNumber + 1
    const name = `${shard.number} ${fromNumber}`
    const lag = count <= 0 ? noLag : (known.get(name) ?? (await lagFrom(engine, stream, shard, { fromNumber, count, pause })))
    if (count > 0) known.set(name, lag)
    lags.push(lag)
  }
  return lags
}

interface Behind {
  readonly fromNumber: number
  readonly count: number
  readonly pause: () => Promise<void>
}

async function lagFrom(
  engine: Pick<Engine, 'store' | 'clock'>,
  stream: Stream,
  shard: Shard,
  { fromNumber, count, pause }: Behind,
): Promise<ConsumerLag> {
  await pause()
  const { records } = await readRecords(engine, stream, shard, { fromNumber, recordsMax: 1 })
  const [first] = records
  return first === undefined ? noLag : { recordsMax: count, ageMs: Math.max(0, engine.clock.now() - first.creationMs) }
}
