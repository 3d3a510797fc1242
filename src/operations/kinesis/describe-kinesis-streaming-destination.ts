/** DescribeKinesisStreamingDestination (global-tables-and-kinesis.md §7). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export async function describeKinesisStreamingDestination(
  engine: MeteredEngine,
  input: InputOf<'DescribeKinesisStreamingDestination'>,
): Promise<OutputOf<'DescribeKinesisStreamingDestination'>> {
  const name = tableNameOf(input.TableName)
  const table = engine.catalog.find(name)
  if (table === undefined) throw tableNotFound(name)
  const destinations = (table.kinesisDestinations ?? []).map(({ streamArn, status, description, precision }) => ({
    StreamArn: streamArn,
    DestinationStatus: status,
    ...(description !== undefined && { DestinationStatusDescription: description }),
    ...(precision !== undefined && { ApproximateCreationDateTimePrecision: precision }),
  }))
  return { TableName: name, KinesisDataStreamDestinations: destinations }
}
