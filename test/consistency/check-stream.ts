/**
 * What a stream promises, held against what readers of it saw and what writers were told: every change once, those of an item in
 * order, sequence numbers that rise along a shard and from parent to child, and the same for a reader beside the writers as later.
 */
import { isDeepStrictEqual } from 'node:util'
import type { DescribedShard } from '../harness/stream-consumer.ts'
import type { OperationHistory } from './check-history.ts'
import type { Call } from './history.ts'
import type { Answer, Database, Operation, Write } from './model.ts'
import type { Reading, ReadRecord } from './stream-reader.ts'

export interface StreamEvidence {
  /** Of all that was ever written to the table. Every call was answered. */
  readonly history: OperationHistory
  /** What the table held in the end. */
  readonly items: Database
  /** As described in the end. */
  readonly shards: readonly DescribedShard[]
  /** Of a reader that came when everything was over. */
  readonly full: Reading
  /** Of readers that polled beside the writers. */
  readonly readings: readonly Reading[]
}

/** What is wrong, in sentences; nothing when all is well. */
export function checkStream({ history, items, shards, full, readings }: StreamEvidence): readonly string[] {
  return [
    ...[full, ...readings].flatMap((reading) => [...checkSequence(reading, shards), ...checkImages(reading)]),
    ...readings.flatMap((reading) => checkAgainst(reading, full)),
    ...checkLineage(shards),
    ...checkWrites(history, full),
    ...checkItems(items, full),
  ]
}

function checkSequence({ reader, records }: Reading, shards: readonly DescribedShard[]): readonly string[] {
  const described = new Map(shards.map((shard) => [shard.ShardId, shard.SequenceNumberRange]))
  return [...Map.groupBy(records, ({ shardId }) => shardId)].flatMap(([shardId, ofShard]) => {
    const range = described.get(shardId)
    if (range === undefined) return [`${reader}: ${shardId} is not described`]
    const first = BigInt(range.StartingSequenceNumber)
    const last = range.EndingSequenceNumber === undefined ? undefined : BigInt(range.EndingSequenceNumber)
    return ofShard.flatMap((record, at) => {
      const number = BigInt(record.sequenceNumber)
      const before = ofShard[at - 1]
      const isInRange = number >= first && (last === undefined || number <= last)
      if (!isInRange) return [`${reader}: outside of the range of its shard is ${toldOf(record)}`]
      const rises = before === undefined || number > BigInt(before.sequenceNumber)
      return rises ? [] : [`${reader}: sequence numbers do not rise from ${toldOf(before)} to ${toldOf(record)}`]
    })
  })
}

function checkLineage(shards: readonly DescribedShard[]): readonly string[] {
  const ranges = new Map(shards.map((shard) => [shard.ShardId, shard.SequenceNumberRange]))
  return shards.flatMap(({ ShardId, ParentShardId, SequenceNumberRange }) => {
    const parent = ranges.get(ParentShardId ?? '')
    if (parent === undefined) return []
    const end = parent.EndingSequenceNumber
    const follows = end !== undefined && BigInt(end) < BigInt(SequenceNumberRange.StartingSequenceNumber)
    return follows ? [] : [`${ShardId} begins before its parent ${ParentShardId} ends`]
  })
}

/** Each record of an item must begin with what the one before it left. */
function checkImages({ reader, records }: Reading): readonly string[] {
  const images = new Map<string, ReadRecord>()
  return records.flatMap((record) => {
    const before = images.get(record.key)
    images.set(record.key, record)
    const { oldItem, newItem, eventName } = record
    const expected = oldItem === null ? 'INSERT' : newItem === null ? 'REMOVE' : 'MODIFY'
    return [
      ...(isDeepStrictEqual(oldItem, before?.newItem ?? null)
        ? []
        : [`${reader}: images do not follow from ${before && toldOf(before)} to ${toldOf(record)}`]),
      ...(eventName === expected && !isDeepStrictEqual(oldItem, newItem) ? [] : [`${reader}: no ${eventName} is ${toldOf(record)}`]),
    ]
  })
}

/** Shard by shard a reader beside the writers must have seen what a later one sees. */
function checkAgainst(reading: Reading, full: Reading): readonly string[] {
  const byShard = ({ records }: Reading): Map<string, ReadRecord[]> => Map.groupBy(records, ({ shardId }) => shardId)
  const [seen, there] = [byShard(reading), byShard(full)]
  return [...new Set([...seen.keys(), ...there.keys()])].flatMap((shardId) => {
    const [some, all] = [seen.get(shardId) ?? [], there.get(shardId) ?? []]
    const at = Array.from({ length: Math.max(some.length, all.length) }, (_, index) => index)
    const first = at.find((index) => !isDeepStrictEqual(some[index], all[index]))
    if (first === undefined) return []
    const [got, wanted] = [some[first], all[first]]
    return [`${reading.reader}: read ${got ? toldOf(got) : 'nothing'} where there is ${wanted ? toldOf(wanted) : 'nothing'}`]
  })
}

/** Every change that was acknowledged has one record, every record a change, and the records of an item fit the time of their calls. */
function checkWrites(history: OperationHistory, { records }: Reading): readonly string[] {
  const written = new Map(history.flatMap((call) => changesOf(call).map((change) => [change, call] as const)))
  const recorded = Map.groupBy(records, changeOf)
  const missing = [...written.keys()].filter((change) => !recorded.has(change))
  const latestCalls = new Map<string, number>()
  return [
    ...missing.map((change) => `no record tells of ${change}, call #${written.get(change)?.number}`),
    ...[...recorded].flatMap(([change, all]) => [
      ...(written.has(change) ? [] : [`nobody did ${change}`]),
      ...(all.length === 1 ? [] : [`${all.length} records tell of ${change}`]),
    ]),
    ...records.flatMap((record) => {
      const call = written.get(changeOf(record))
      const latest = latestCalls.get(record.key) ?? 0
      latestCalls.set(record.key, Math.max(latest, call?.calledAt ?? 0))
      const isInTime = call?.outcome === undefined || call.outcome.doneAt > latest
      return isInTime ? [] : [`before it in the stream is what was called after its answer: ${toldOf(record)}`]
    }),
  ]
}

function checkItems(items: Database, { records }: Reading): readonly string[] {
  const last = new Map(records.map((record) => [record.key, record.newItem]))
  const keys = new Set([...last.keys(), ...Object.keys(items)])
  return [...keys]
    .filter((key) => !isDeepStrictEqual(last.get(key) ?? null, items[key] ?? null))
    .map((key) => `the last record of ${key} does not leave what is in the table`)
}

/** Every change writes or removes a tag of its own, so this names it. */
function changeOf({ key, oldItem, newItem }: ReadRecord): string {
  return newItem === null ? `${key} -${oldItem?.['tag']}` : `${key} +${newItem['tag']}`
}

function changesOf({ operation, outcome }: Call<Operation, Answer>): readonly string[] {
  if (outcome?.answer.kind !== 'done') return []
  switch (operation.kind) {
    case 'transactWrite':
      return operation.actions.flatMap((action) => (action.kind === 'check' ? [] : `${action.key} ${tagChange(action)}`))
    case 'put':
    case 'update':
      return [`${operation.key} ${tagChange(operation)}`]
    case 'delete': {
      const removed = outcome.answer.attributes
      return removed === null ? [] : [`${operation.key} -${removed['tag']}`]
    }
    default:
      return []
  }
}

/** A transaction that deletes says by its condition what. */
function tagChange(action: Write): string {
  if (action.kind === 'delete') return `-${action.condition?.kind === 'equal' ? action.condition.value : ''}`
  return `+${action.kind === 'put' ? action.item['tag'] : action.set['tag']}`
}

function toldOf({ shardId, sequenceNumber, eventName, key, oldItem, newItem }: ReadRecord): string {
  return `${eventName} ${sequenceNumber} of ${key} in ${shardId} (${JSON.stringify(oldItem)} → ${JSON.stringify(newItem)})`
}
