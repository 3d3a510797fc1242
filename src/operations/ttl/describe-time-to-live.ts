/** DescribeTimeToLive (operations.md §5.4). */
import { invalid } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { tableNotFound } from '../../engine/catalog/find-table.ts'
import { timeToLiveStatus } from '../../engine/expiry/time-to-live.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'

export async function describeTimeToLive(
  engine: MeteredEngine,
  input: InputOf<'DescribeTimeToLive'>,
): Promise<OutputOf<'DescribeTimeToLive'>> {
  const name = tableNameOf(input.TableName)
  const table = engine.catalog.find(name)
  if (table === undefined) throw tableNotFound(name)
  const { status: state, timeToLive } = table
  if (state === 'CREATING' || state === 'DELETING') {
    throw invalid(`Cannot describe time to live while table is in ${state} state: Current table state is ${state}`)
  }
  const status = timeToLiveStatus(timeToLive, engine.clock.now())
  // Disabled again, it names no attribute either [I].
  if (timeToLive === undefined || status === 'DISABLED') return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }
  return { TimeToLiveDescription: { TimeToLiveStatus: status, AttributeName: timeToLive.attributeName } }
}
