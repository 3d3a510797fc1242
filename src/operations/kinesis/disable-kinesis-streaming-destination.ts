/** DisableKinesisStreamingDestination (global-tables-and-kinesis.md §7): nothing more is taken up; what waits is still sent while it is DISABLING. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { tableWithDestination } from '../../engine/destinations/change-destination.ts'
import { withClosedOutbox } from '../../engine/outboxes/change-outboxes.ts'
import { inStatus } from '../../engine/schema/kinesis-destination.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { notInState, tableToChange } from './destination-faults.ts'

export async function disableKinesisStreamingDestination(
  engine: MeteredEngine,
  input: InputOf<'DisableKinesisStreamingDestination'>,
): Promise<OutputOf<'DisableKinesisStreamingDestination'>> {
  const name = tableNameOf(input.TableName)
  const { StreamArn: streamArn } = input
  await changeTables(engine, [name], (tables) => {
    const table = tableToChange(tables, name)
    const found = table.kinesisDestinations?.find((each) => each.streamArn === streamArn)
    if (found?.status !== 'ACTIVE' || found.outboxId === undefined) {
      throw notInState('KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.')
    }
    const closed = withClosedOutbox(table, found.outboxId)
    tables.replace(tableWithDestination(closed, inStatus(found, 'DISABLING', engine.clock.now()), found.outboxId))
  })
  return { TableName: name, StreamArn: streamArn, DestinationStatus: 'DISABLING' }
}
