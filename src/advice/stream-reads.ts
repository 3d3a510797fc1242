/** How far the shards of streams were read, by whom and with what delay: gathered once for all rules of an advisor, of a bounded number of shards. */
import { JsonText } from '../base/json-text.ts'
import type { Shard, Stream } from '../engine/schema/stream.ts'
import { decodeIterator } from '../engine/streams/shard-iterator.ts'
import type { HeardCall } from './heard-call.ts'
import { hotShard, streamUse } from './limits.ts'
import type { Hearing } from './rule.ts'

export interface ShardReads {
  readonly streamArn: string
  readonly shardNumber: number
  /** Of the record that is read next. */
  nextNumber: number
  lastMs: number
  /** The same by the clock that nobody moves. */
  lastSteadyMs: number
  /** How old the first record of an answer was, by the server's clock; the newest last. */
  readonly lags: { readonly atMs: number; readonly lagMs: number }[]
  /** When each was last there. */
  readonly readers: Map<string, number>
}

const createdForm = /"ApproximateCreationDateTime":(\d+(?:\.\d+)?)/

export class StreamReads {
  readonly #shards = new Map<string, ShardReads>()
  #lastNumber = 0
  #sinceMs: number | undefined

  hear(call: HeardCall): void {
    if (call.number === this.#lastNumber) return
    this.#lastNumber = call.number
    this.#sinceMs ??= call.atMs
    // An answer that was lost is asked for again.
    if (call.operation !== 'GetRecords' || call.error !== undefined || call.isAnswerLost) return
    const { ShardIterator: text } = call.input as { readonly ShardIterator?: unknown }
    const from = decodeIterator(String(text))
    if (from === undefined) return
    const { NextShardIterator: nextText, Records: records } = (call.output ?? {}) as {
      readonly NextShardIterator?: unknown
      readonly Records?: unknown
    }
    const next = nextText === undefined ? undefined : decodeIterator(String(nextText))
    const shard = this.#shardOf(from.streamArn, from.shardNumber)
    // Without a next one all was read of a shard that is closed.
    shard.nextNumber = Math.max(shard.nextNumber, next?.fromNumber ?? Number.POSITIVE_INFINITY)
    shard.lastMs = call.atMs
    shard.lastSteadyMs = call.endedMs
    shard.lags.push({ atMs: call.atMs, lagMs: lagOf(records, call.atMs) })
    if (shard.lags.length > streamUse.lagsMax) shard.lags.shift()
    noteReader(shard, call)
  }

  /** Of the shard of a stream; undefined while nobody read it. */
  of(stream: Stream, { number }: Shard): ShardReads | undefined {
    const end = `:table/${stream.tableName}/stream/${stream.label}`
    for (const reads of this.#shards.values()) if (reads.shardNumber === number && reads.streamArn.endsWith(end)) return reads
    return undefined
  }

  /** Since when anything is heard at all. */
  get sinceMs(): number | undefined {
    return this.#sinceMs
  }

  forget(): void {
    this.#shards.clear()
    this.#sinceMs = undefined
  }

  #shardOf(streamArn: string, shardNumber: number): ShardReads {
    const id = `${streamArn} ${shardNumber}`
    const shard = this.#shards.get(id) ?? {
      streamArn,
      shardNumber,
      nextNumber: 0,
      lastMs: 0,
      lastSteadyMs: 0,
      lags: [],
      readers: new Map<string, number>(),
    }
    this.#shards.delete(id)
    this.#shards.set(id, shard)
    if (this.#shards.size > streamUse.shardsMax) {
      const [oldest] = this.#shards.keys()
      if (oldest !== undefined) this.#shards.delete(oldest)
    }
    return shard
  }
}

function lagOf(records: unknown, atMs: number): number {
  const text = records instanceof JsonText ? records.text : JSON.stringify(records ?? [])
  const created = createdForm.exec(text)?.[1]
  return created === undefined ? 0 : Math.max(0, atMs - Number(created) * 1000)
}

function noteReader({ readers }: ShardReads, { sender: { identity, address, userAgent }, atMs }: HeardCall): void {
  const id = `${identity} ${address} ${userAgent}`
  readers.delete(id)
  readers.set(id, atMs)
  for (const [each, lastMs] of readers) {
    if (readers.size > streamUse.readersMax || Math.abs(atMs - lastMs) > hotShard.readersMs) readers.delete(each)
  }
}

const all = new WeakMap<Hearing, StreamReads>()

/** The same for all rules of an advisor. */
export function streamReads(hearing: Hearing): StreamReads {
  const known = all.get(hearing)
  if (known !== undefined) return known
  const reads = new StreamReads()
  all.set(hearing, reads)
  return reads
}
