/** EnableKinesisStreamingDestination (global-tables-and-kinesis.md §7): from this turn on changes wait for the stream, whatever is found out of it. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { storedLevel } from '../../engine/catalog/change-level.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { tableWithDestination } from '../../engine/destinations/change-destination.ts'
import { outboxLevel } from '../../engine/nodes/feature-level.ts'
import { withOutbox } from '../../engine/outboxes/change-outboxes.ts'
import { isInUse, outboxName } from '../../engine/schema/kinesis-destination.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkStreamArn, notInState, tableToChange } from './destination-faults.ts'

export async function enableKinesisStreamingDestination(
  engine: MeteredEngine,
  input: InputOf<'EnableKinesisStreamingDestination'>,
): Promise<OutputOf<'EnableKinesisStreamingDestination'>> {
  const name = tableNameOf(input.TableName)
  const { StreamArn: streamArn, EnableKinesisStreamingConfiguration: configuration = {} } = input
  const { ApproximateCreationDateTimePrecision: precision } = configuration
  await changeTables(engine, [name], (tables) => {
    const table = tableToChange(tables, name)
    checkStreamArn(engine, streamArn)
    // A table has one destination that is in use (§7).
    if (table.kinesisDestinations?.some(isInUse)) {
      throw notInState('EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.')
    }
    checkCanGo(engine, streamArn)
    const sinceMs = engine.clock.now()
    const { table: changed, outboxId } = withOutbox(tables, table, outboxName(streamArn))
    const destination = { streamArn, status: 'ENABLING', sinceMs, outboxId, ...(precision !== undefined && { precision }) } as const
    tables.replace(tableWithDestination(changed, destination, outboxId))
  })
  return {
    TableName: name,
    StreamArn: streamArn,
    DestinationStatus: 'ENABLING',
    EnableKinesisStreamingConfiguration: precision === undefined ? {} : { ApproximateCreationDateTimePrecision: precision },
  }
}

/** Of our own: whoever started the server says where records go, and on a shared store every node has to append to outboxes. */
function checkCanGo({ catalog, dataStreams }: MeteredEngine, streamArn: string): void {
  if (dataStreams.of(streamArn) === undefined) {
    throw invalid(
      'This server has no Kinesis endpoint: start it with --kinesis-endpoint URL, or name the stream in the file of --sinks FILE (docs/kinesis.md)',
    )
  }
  if ((storedLevel(catalog) ?? outboxLevel) < outboxLevel) {
    throw invalid(
      `Kinesis destinations need the feature level ${outboxLevel}, which comes when all servers are of this version (docs/cluster.md)`,
    )
  }
}
