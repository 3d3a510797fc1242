/** The scenario of streams: writers, readers beside them and shards that end, all at once, and then what there is to be seen. */
import { type Ask, type Attributes, describeShards } from '../harness/stream-consumer.ts'
import type { StreamEvidence } from './check-stream.ts'
import { endShards } from './disturbances.ts'
import { HttpClient } from './http-client.ts'
import type { Database } from './model.ts'
import { itemIn, keyIn } from './requests.ts'
import { makeTable } from './run-clients.ts'
import { recordStreamed, tableName } from './scenarios.ts'
import { StreamReader } from './stream-reader.ts'

export interface StreamScenario {
  readonly endpoints: readonly string[]
  readonly operations: number
  /** How often shards are split or rotated. */
  readonly rounds: number
}

const ways = [
  { way: 'chained', pageMax: 1000 },
  { way: 'chained', pageMax: 3 },
  { way: 'latest', pageMax: 10 },
  { way: 'reopened', pageMax: 10 },
  { way: 'repeated', pageMax: 10 },
] as const

export async function recordStream({ endpoints, operations, rounds }: StreamScenario): Promise<StreamEvidence> {
  const [endpoint = ''] = endpoints
  await makeTable(endpoints, tableName, { hasStream: true })
  const client = new HttpClient()
  const ask = askerOf(client, endpoint)
  const { Table } = await ask('DescribeTable', { TableName: tableName })
  const streamArn = (Table as { readonly LatestStreamArn: string }).LatestStreamArn
  const readers = ways.map((how, at) => new StreamReader(askerOf(client, endpoints[at % endpoints.length] ?? ''), streamArn, how))
  // LATEST is before the first write only if it is asked for before it.
  for (const reader of readers) await reader.poll()
  const disturbance = { endpoint, table: tableName, operations, rounds, describeShards: () => describeShards(ask, streamArn) }
  const history = await recordStreamed({
    endpoints,
    operations,
    beside: async (recorder) => {
      let isOver = false
      const ended = endShards(disturbance, recorder)
        .then(() => recorder.whenOver())
        .finally(() => {
          isOver = true
        })
      await Promise.all([ended, ...readers.map((reader) => reader.follow(() => isOver))])
    },
  })
  const full = new StreamReader(ask, streamArn, { way: 'chained', pageMax: 1000 })
  await full.poll()
  const [shards, items] = [await describeShards(ask, streamArn), await scanAll(ask)]
  client.close()
  return { history, items, shards, full: full.reading, readings: readers.map(({ reading }) => reading) }
}

function askerOf(client: HttpClient, endpoint: string): Ask {
  return (operation, input) => client.succeed(endpoint, { operation, input })
}

async function scanAll(ask: Ask): Promise<Database> {
  const { Items, LastEvaluatedKey } = await ask('Scan', { TableName: tableName, ConsistentRead: true })
  if (LastEvaluatedKey !== undefined) throw new Error('a table of a few items has one page')
  return Object.fromEntries((Items as readonly Attributes[]).map((item) => [keyIn(item), itemIn(item) ?? {}]))
}
