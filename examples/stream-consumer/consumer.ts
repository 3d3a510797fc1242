/** Follows the stream of the tickets and keeps the board. It may be killed at any time, and goes on where it was. */
import { setTimeout as pause } from 'node:timers/promises'
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams'
import { type Checkpoint, count, inWords, readBoard } from './board.ts'
import { readable, shardsOf } from './shards.ts'

const pauseMs = 200
const unread: Checkpoint = { sequence: undefined, isDone: false }

const tables = new DynamoDBClient({})
const streams = new DynamoDBStreamsClient({})
const { Table } = await tables.send(new DescribeTableCommand({ TableName: 'Tickets' }))
const StreamArn = Table?.LatestStreamArn
if (StreamArn === undefined) throw new Error('Tickets has no stream')

let isAskedToEnd = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (isAskedToEnd = true))

let said = ''
while (!isAskedToEnd) {
  const { states, checkpoints } = await readBoard()
  const words = inWords(states)
  if (words !== said) console.log(words)
  said = words
  const shards = readable(await shardsOf(streams, StreamArn), (id) => checkpoints.get(id)?.isDone === true)
  const counted = await Promise.all(shards.map((id) => readShard(StreamArn, id, checkpoints.get(id) ?? unread)))
  if (!counted.some((hasRead) => hasRead)) await pause(pauseMs)
}

/** Counts what is behind the checkpoint, one page of it. Whether there was anything. */
async function readShard(StreamArn: string, ShardId: string, from: Checkpoint): Promise<boolean> {
  const start =
    from.sequence === undefined
      ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
      : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.sequence } as const)
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ...start }))
  const { Records = [], NextShardIterator } = await streams.send(new GetRecordsCommand({ ShardIterator }))
  // A shard that has ended has nothing to go on with.
  const isDone = NextShardIterator === undefined
  if (Records.length === 0 && !isDone) return false
  const sequence = Records.at(-1)?.dynamodb?.SequenceNumber ?? from.sequence
  await count(ShardId, changesOf(Records), from, { sequence, isDone })
  return true
}

function changesOf(records: readonly StreamRecord[]): ReadonlyMap<string, number> {
  const changes = new Map<string, number>()
  const add = (state: string | undefined, by: number): void => {
    if (state !== undefined) changes.set(state, (changes.get(state) ?? 0) + by)
  }
  for (const { dynamodb } of records) {
    add(dynamodb?.OldImage?.state?.S, -1)
    add(dynamodb?.NewImage?.state?.S, 1)
  }
  return changes
}
