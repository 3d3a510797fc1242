/**
 * From format 1 to 2, what the engine itself keeps. Items, index entries, stream records and most others are read as they are; their
 * next write makes them new.
 *
 * | of format 1                                             | in format 2                                                     |
 * | ------------------------------------------------------- | --------------------------------------------------------------- |
 * | partitions of a table stored once they were looked at   | stored with the table                                           |
 * | numbers of records from one row, bounded by a record    | counted by the log of each shard, which goes on above the bound |
 * | queues of lagging indexes known by looking              | a state of the index, and a log                                 |
 * | a half-way backfill, counted at its end                 | begins again, counted as it goes                                |
 */
import { type Entry, logEntryNumber, type Store, type WriteTurn } from '../../storage/store.ts'
import { backfillKey, countsKey, type DataSpace, tableKeyRange } from '../keyspace/keys.ts'
import { partitionMapKey } from '../keyspace/partition-keys.ts'
import { queueLog, queueRange } from '../keyspace/queue-keys.ts'
import { allShardsRange, recordLog, recordNumberBoundKey, streamIdIn } from '../keyspace/stream-keys.ts'
import { partitionCount } from '../schema/partition-count.ts'
import { PartitionMap } from '../schema/partition-map.ts'
import { partitionedSpaces, spaceOf } from '../schema/partitioned-space.ts'
import { decodeShardOf1, encodeShard } from '../schema/stream-text.ts'
import { allIndexes, type Table } from '../schema/table.ts'
import { decodeTableOf1, encodeTable } from '../schema/table-record.ts'
import { type CarryOver, eachChunk } from './carry-over.ts'

export const engineCarryOvers: readonly CarryOver[] = [
  { carry: (store) => eachChunk(store, tableKeyRange(), (entries) => carryTables(store, entries)) },
  { carry: carryShards, leftovers: [recordNumberBoundKey()] },
]

/** All at the same time, so that they share commits. */
async function carryTables(store: Store, entries: readonly Entry[]): Promise<void> {
  await Promise.all(entries.map((entry) => carryTable(store, entry)))
}

async function carryTable(store: Store, { key, value }: Entry): Promise<void> {
  const table = decodeTableOf1(value)
  if (table === undefined) return
  const queues = await queuesOf(store, table)
  await store.write(
    partitionedSpaces(table).map(({ index }) => partitionMapKey(spaceOf(table, index))),
    (turn) => {
      carryPartitions(turn, table)
      carryBackfills(turn, table)
      for (const { space, lastNumber } of queues) turn.open(queueLog(space), lastNumber)
      turn.put(key, encodeTable(withQueues(table, queues)))
    },
  )
}

/** As many as the throughput asks for: a table whose partitions were never looked at has had no traffic. */
function carryPartitions(turn: WriteTurn, table: Table): void {
  for (const { index } of partitionedSpaces(table)) {
    const key = partitionMapKey(spaceOf(table, index))
    if (turn.get(key) !== undefined) continue
    turn.put(key, PartitionMap.even(partitionCount(index ?? table), table.creationMs).encode())
  }
}

function carryBackfills(turn: WriteTurn, table: Table): void {
  for (const { indexId, backfilling } of allIndexes(table)) {
    if (backfilling === undefined) continue
    const space = { tableId: table.tableId, indexId }
    turn.delete(backfillKey(space))
    turn.clear(countsKey(space))
  }
}

interface FoundQueue {
  readonly space: DataSpace
  readonly lastNumber: number
}

async function queuesOf(store: Store, { tableId, indexes }: Table): Promise<readonly FoundQueue[]> {
  const found: FoundQueue[] = []
  for (const { indexId, kind } of indexes) {
    if (kind === 'local') continue
    const space = { tableId, indexId }
    const newestFirst = { ...queueRange(space), reverse: true }
    const { entries } = await store.view(async (view) => view.scan(newestFirst, { entries: 1, bytes: 1 }))
    const newest = entries[0]
    // The head of the log sorts before all entries.
    if (newest !== undefined && newest.key.length > queueLog(space).length) found.push({ space, lastNumber: logEntryNumber(newest.key) })
  }
  return found
}

function withQueues(table: Table, queues: readonly FoundQueue[]): Table {
  const ids = new Set(queues.map(({ space }) => space.indexId))
  return {
    ...table,
    indexes: table.indexes.map((index) => (index.kind === 'global' && ids.has(index.indexId) ? { ...index, isQueued: true } : index)),
  }
}

/** Numbers that clients have kept stay below all that are given from now on. */
async function carryShards(store: Store): Promise<void> {
  const [stored] = await store.get([recordNumberBoundKey()])
  const bound = Number(stored ?? 0)
  await eachChunk(store, allShardsRange(), (entries) =>
    store.write([], (turn) => {
      for (const { key, value } of entries) {
        const shard = decodeShardOf1(value)
        if (shard === undefined) continue
        const lastNumber = shard.closed?.lastNumber ?? Math.max(bound, shard.firstNumber - 1)
        turn.put(key, encodeShard({ ...shard, format1LastNumber: lastNumber }))
        if (shard.closed === undefined) turn.open(recordLog(streamIdIn(key), shard.number), lastNumber)
      }
    }),
  )
}
