/**
 * RestoreTableToPointInTime (backup-export-import.md §4): one turn makes the new table and says up to which change of its source it is to
 * be filled; jobs/fill-restored-tables.ts does that.
 */
import { invalid, ServiceError } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableArn, tableNameOf } from '../../api/table-name.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { allEmpty, tableDescription } from '../../engine/catalog/describe.ts'
import { type History, momentAt, secondOf, withNewEpoch } from '../../engine/schema/history.ts'
import { settledTable } from '../../engine/schema/settle-table.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { checkTableQuotas, newTable } from '../tables/new-table.ts'
import { checkRoomToRestore } from './check-room-to-restore.ts'
import { checkCanBranch, checkCanKeep, timeText, windowOf } from './continuous-backups.ts'
import { restoredDefinition } from './restored-definition.ts'

type Request = InputOf<'RestoreTableToPointInTime'>

export async function restoreTableToPointInTime(engine: MeteredEngine, input: Request): Promise<OutputOf<'RestoreTableToPointInTime'>> {
  const sourceName = sourceNameOf(input)
  checkTimeAsked(input)
  const name = input.TargetTableName
  const creating = await tableOfPast(engine, { sourceName, name, request: input })
  return { TableDescription: tableDescription(engine, creating, allEmpty) }
}

export interface PastWanted {
  readonly sourceName: string
  readonly name: string
  readonly request: Omit<Request, 'SourceTableName' | 'SourceTableArn' | 'TargetTableName'>
  /** It is ACTIVE at once, and reads from its source what it does not have yet. */
  readonly isBranch?: true
}

/** A new table, to be filled with what the other was. Throws what is wrong with the request as ServiceError. */
export function tableOfPast(engine: MeteredEngine, { sourceName, name, request, isBranch }: PastWanted): Promise<Table> {
  return changeTables(engine, [sourceName, name], (tables) => {
    const source = tables.find(sourceName)
    if (source === undefined || source.status === 'DELETING') {
      throw new ServiceError('TableNotFoundException', `Source table not found: ${sourceName}`)
    }
    checkCanKeep(engine, source)
    if (isBranch) checkCanBranch(engine)
    const { history, second } = restorable(engine, source, request, isBranch ? 0 : engine.settings.pitrLagMs)
    checkRoomToRestore(tables, name)
    const definition = restoredDefinition(name, source, request)
    checkTableQuotas(tables, definition)
    const cut = momentAt(history, second)
    const address = { region: engine.region, account: engine.account, tableName: sourceName }
    const made = newTable(engine, definition)
    const created = tables.create({
      ...(isBranch ? settledTable({ ...made, tableId: 0 }) : made),
      restore: {
        sourceTableArn: tableArn(address),
        dateTimeMs: second * 1000,
        source: { tableId: source.tableId, tableName: sourceName, cut },
        ...(isBranch && { isBranch }),
      },
    })
    // The second may not be over: what is changed in it from now on is of another epoch.
    const kept = withNewEpoch(history, engine.clock.now())
    tables.replace({ ...source, history: { ...kept, copies: [...(kept.copies ?? []), { id: created.uuid, cut }] } })
    return created
  })
}

/** Which members exclude each other is documented, the words are ours [I]. */
function sourceNameOf({ SourceTableName, SourceTableArn }: Request): string {
  if ((SourceTableName === undefined) === (SourceTableArn === undefined)) {
    throw invalid('One or more parameter values were invalid: Either SourceTableName or SourceTableArn must be specified, but not both')
  }
  return SourceTableName ?? tableNameOf(SourceTableArn ?? '')
}

function checkTimeAsked({ UseLatestRestorableTime: latest = false, RestoreDateTime }: Request): void {
  if (latest === (RestoreDateTime === undefined)) return
  throw invalid(
    'One or more parameter values were invalid: Either RestoreDateTime or UseLatestRestorableTime must be specified, but not both',
  )
}

interface Restorable {
  readonly history: History
  readonly second: number
}

function restorable(engine: MeteredEngine, source: Table, { RestoreDateTime }: PastWanted['request'], lagMs: number): Restorable {
  const { history, earliest, latest } = windowOf(engine, source, lagMs)
  const second = RestoreDateTime === undefined ? latest : secondOf(RestoreDateTime * 1000)
  if (second >= earliest && second <= latest) return { history, second }
  throw new ServiceError(
    'InvalidRestoreTimeException',
    `An invalid restore time was specified. RestoreDateTime must be between ${timeText(earliest)} and ${timeText(latest)}`,
  )
}
