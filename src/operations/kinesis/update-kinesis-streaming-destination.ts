/** UpdateKinesisStreamingDestination (global-tables-and-kinesis.md §7): the precision of the times in records, of all that are sent from now on. */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { tableWithDestination } from '../../engine/destinations/change-destination.ts'
import { inStatus, type KinesisDestination } from '../../engine/schema/kinesis-destination.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { destinationOf, notInState, tableToChange } from './destination-faults.ts'

export async function updateKinesisStreamingDestination(
  engine: MeteredEngine,
  input: InputOf<'UpdateKinesisStreamingDestination'>,
): Promise<OutputOf<'UpdateKinesisStreamingDestination'>> {
  const name = tableNameOf(input.TableName)
  const { StreamArn: streamArn } = input
  const precision = input.UpdateKinesisStreamingConfiguration?.ApproximateCreationDateTimePrecision
  await changeTables(engine, [name], (tables) => {
    const table = tableToChange(tables, name)
    if (precision === undefined) {
      throw invalid(
        'Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values',
      )
    }
    const found = destinationOf(table, streamArn)
    checkChange(table, found, precision)
    const updating = { ...inStatus(found, 'UPDATING', engine.clock.now()), precision }
    tables.replace(tableWithDestination(table, updating, found.outboxId))
  })
  return {
    TableName: name,
    StreamArn: streamArn,
    DestinationStatus: 'UPDATING',
    UpdateKinesisStreamingConfiguration: { ...(precision !== undefined && { ApproximateCreationDateTimePrecision: precision }) },
  }
}

/** One that never had a precision has MILLISECOND [I], and only what is ACTIVE is updated [I]. */
function checkChange({ uuid }: Table, { status, streamArn, precision: current = 'MILLISECOND' }: KinesisDestination, wanted: string): void {
  if (status !== 'ACTIVE') throw notInState('KinesisStreamingDestination must be ACTIVE to perform UPDATE operation.')
  if (current !== wanted) return
  throw invalid(`Invalid Request: Precision is already set to the desired value of ${wanted} for tableId: ${uuid}, kdsArn: ${streamArn}`)
}
