/** The records of a stream from now on: each shard read to its end and then its children, as a consumer does it. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { keptRecordsMax, tailPollMs } from '../../limits.ts'
import { call, streams } from '../../server/ask.ts'
import type { Shard } from './shard-tree.ts'
import type { StreamRecord } from './stream-records.ts'

export interface TailOfStream {
  /** The oldest first. */
  readonly records: Signal<readonly StreamRecord[]>
  readonly shards: Signal<readonly Shard[]>
  readonly error: Signal<unknown>
}

export function useTail(arn: string, isPaused: Signal<boolean>): TailOfStream {
  const records = useSignal<readonly StreamRecord[]>([])
  const shards = useSignal<readonly Shard[]>([])
  const error = useSignal<unknown>(undefined)
  useEffect(() => {
    const gone = new AbortController()
    const iterators = new Map<string, string | undefined>()
    let isFirst = true
    const look = async (): Promise<void> => {
      const known = await shardsOf(arn, gone.signal)
      // Shards that were there before are read from now on, and those that come from their beginning.
      for (const { id, isOpen } of known) {
        if (iterators.has(id)) continue
        iterators.set(id, isFirst && !isOpen ? undefined : await iteratorOf(arn, id, isFirst ? 'LATEST' : 'TRIM_HORIZON', gone.signal))
      }
      // Shown once it is known where to read on: what is changed from then on is not missed.
      shards.value = known
      isFirst = false
      for (const { id } of known) {
        const come = await recordsBehind(iterators, id, gone.signal)
        if (come.length > 0) records.value = [...records.value, ...come].slice(-keptRecordsMax)
      }
    }
    const round = async (): Promise<void> => {
      while (!gone.signal.aborted) {
        try {
          if (!isPaused.value && !document.hidden) await look()
          error.value = undefined
        } catch (failed) {
          if (gone.signal.aborted) return
          error.value = failed
        }
        await new Promise((resolve) => setTimeout(resolve, tailPollMs))
      }
    }
    void round()
    return () => gone.abort()
  }, [arn, isPaused, records, shards, error])
  return { records, shards, error }
}

interface Description {
  readonly StreamDescription: {
    readonly Shards: readonly {
      readonly ShardId: string
      readonly ParentShardId?: string
      readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string }
    }[]
    readonly LastEvaluatedShardId?: string
  }
}

async function shardsOf(StreamArn: string, signal: AbortSignal): Promise<readonly Shard[]> {
  const all: Shard[] = []
  let from: string | undefined
  do {
    const input = { StreamArn, ...(from !== undefined && { ExclusiveStartShardId: from }) }
    const { StreamDescription } = await call<Description>('DescribeStream', input, streams, signal)
    for (const { ShardId, ParentShardId, SequenceNumberRange } of StreamDescription.Shards) {
      all.push({ id: ShardId, parent: ParentShardId, isOpen: SequenceNumberRange.EndingSequenceNumber === undefined })
    }
    from = StreamDescription.LastEvaluatedShardId
  } while (from !== undefined)
  return all
}

async function iteratorOf(StreamArn: string, ShardId: string, ShardIteratorType: string, signal: AbortSignal): Promise<string> {
  const { ShardIterator } = await call<{ ShardIterator: string }>(
    'GetShardIterator',
    { StreamArn, ShardId, ShardIteratorType },
    streams,
    signal,
  )
  return ShardIterator
}

/** All that there are now; the iterator of a shard goes on, and is undefined behind its end. */
async function recordsBehind(
  iterators: Map<string, string | undefined>,
  id: string,
  signal: AbortSignal,
): Promise<readonly StreamRecord[]> {
  const ShardIterator = iterators.get(id)
  if (ShardIterator === undefined) return []
  interface Page {
    readonly Records: readonly StreamRecord[]
    readonly NextShardIterator?: string
  }
  const { Records, NextShardIterator } = await call<Page>('GetRecords', { ShardIterator }, streams, signal)
  iterators.set(id, NextShardIterator)
  return Records
}
