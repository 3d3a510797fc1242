/** ListStreams (operations.md §12): the streams of a table or of all, disabled ones for as long as they can be read. */
import { streamsPageMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { StreamAddress } from '../../engine/schema/stream.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { arnOf, streamAddress } from './stream-address.ts'

/** In the order of table names, then of age. A table that is not there has no streams. */
export async function listStreams(engine: MeteredEngine, input: InputOf<'ListStreams'>): Promise<OutputOf<'ListStreams'>> {
  const { TableName, ExclusiveStartStreamArn, Limit = streamsPageMax } = input
  const start = ExclusiveStartStreamArn === undefined ? undefined : streamAddress(ExclusiveStartStreamArn)
  const rest: StreamAddress[] = []
  for (const stream of engine.catalog.streams.all()) {
    if (stream.region !== engine.catalog.region) continue
    if (TableName !== undefined && stream.tableName !== TableName) continue
    if (start === undefined || compareAddresses(stream, start) > 0) rest.push(stream)
  }
  const page = rest.sort(compareAddresses).slice(0, Limit)
  const listed = page.map(({ tableName, label }) => ({
    StreamArn: arnOf(engine, { tableName, label }),
    TableName: tableName,
    StreamLabel: label,
  }))
  const last = listed.at(-1)
  return { Streams: listed, ...(last !== undefined && page.length < rest.length && { LastEvaluatedStreamArn: last.StreamArn }) }
}

function compareAddresses(a: StreamAddress, b: StreamAddress): number {
  if (a.tableName !== b.tableName) return a.tableName < b.tableName ? -1 : 1
  return a.label < b.label ? -1 : Number(a.label > b.label)
}
