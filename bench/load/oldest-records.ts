/** Completes GetRecords: where a shard begins is told by the server that has it, so this request cannot be made beforehand. */
import { portOf, type Server } from '../servers/server.ts'
import { Connection } from './connection.ts'
import { succeed } from './load-table.ts'
import type { Operation } from './workload.ts'

/** One answer has no more. */
const recordsMax = 1000

/** From the oldest record of the first shard on, which must have a full answer; other operations stay as they are. */
export async function fromOldestRecord(server: Server, operation: Operation): Promise<Operation> {
  if (operation.target !== 'GetRecords') return operation
  const connection = await Connection.open(portOf(server))
  const ask = async (target: string, body: object): Promise<string> =>
    await succeed(connection, { target, body }, { isSigned: server.checksSignatures })
  const StreamArn = textOf(await ask('DescribeTable', { TableName: operation.table }), 'LatestStreamArn')
  const ShardId = textOf(await ask('DescribeStream', { StreamArn }), 'ShardId')
  const begin = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
  const body = { ShardIterator: textOf(await ask('GetShardIterator', begin), 'ShardIterator') }
  const found = (await ask('GetRecords', body)).split('"eventID"').length - 1
  connection.close()
  if (found < recordsMax) throw new Error(`the first shard has ${found} records: GetRecords needs larger tables`)
  return { ...operation, body }
}

/** The first string of that name in a JSON text. */
function textOf(text: string, name: string): string {
  const value = new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1]
  if (value === undefined) throw new Error(`no ${name} in ${text}`)
  return value
}
