/** ExportTableToPointInTime (backup-export-import.md §5.1): one turn says what is exported, engine/transfers/run-exports.ts writes it. */
import { ServiceError } from '../../api/errors.ts'
import { exportsAtOnceMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { tableNameOf } from '../../api/table-name.ts'
import { partitionMapOf } from '../../engine/catalog/catalog.ts'
import type { TableTurn } from '../../engine/catalog/change-tables.ts'
import { copyKey } from '../../engine/keyspace/backup-keys.ts'
import { encodeCopy } from '../../engine/schema/backup-record.ts'
import { currentEpoch, type History, lastSecond, withNewEpoch } from '../../engine/schema/history.ts'
import type { Table } from '../../engine/schema/table.ts'
import { timedId } from '../../engine/schema/timed-id.ts'
import type { TableExport } from '../../engine/schema/transfer.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { tableToKeep } from '../backups/continuous-backups.ts'
import { beginTransfer } from './begin-transfer.ts'
import { checkEncryption } from './check-encryption.ts'
import { exportDescription } from './export-description.ts'
import { exportFilter } from './export-filter.ts'
import { type ExportTimes, exportTimes } from './export-times.ts'

type Request = InputOf<'ExportTableToPointInTime'>

export async function exportTableToPointInTime(engine: MeteredEngine, input: Request): Promise<OutputOf<'ExportTableToPointInTime'>> {
  const tableName = tableNameOf(input.TableArn)
  checkEncryption(input)
  const exported = await beginTransfer(engine, {
    kind: 'export',
    tableName,
    input,
    conflict: (token) => new ServiceError('ExportConflictException', `Export with client token ${token} exists with other parameters`),
    begin: (tables, running) => {
      const table = tableToKeep(tables.find(tableName), tableName)
      const times = exportTimes(engine, table, input)
      exportFilter(table, input)
      if (running >= exportsAtOnceMax) {
        throw new ServiceError(
          'LimitExceededException',
          `Subscriber limit exceeded: Only ${exportsAtOnceMax} tables can be exported simultaneously`,
        )
      }
      return startExport(engine, tables, table, { input, times })
    },
  })
  return { ExportDescription: exportDescription(engine, exported) }
}

interface Asked {
  readonly input: Request
  readonly times: ExportTimes
}

function startExport(engine: MeteredEngine, tables: TableTurn, table: Table, { input, times }: Asked): TableExport {
  const { catalog, clock } = engine
  const nowMs = clock.now()
  const copyId = tables.takeId()
  const { partitions } = partitionMapOf(catalog, table, undefined)
  // The second may not be over: what is changed in it from now on is of another epoch.
  const history = withNewEpoch(table.history, nowMs)
  const exported: TableExport = {
    kind: 'export',
    id: timedId(nowMs, copyId),
    tableName: table.name,
    tableId: table.tableId,
    tableUuid: table.uuid,
    status: 'IN_PROGRESS',
    startMs: nowMs,
    request: input,
    toMs: times.toMs,
    ...(times.fromMs !== undefined && { fromMs: times.fromMs }),
    key: table.key,
    cut: times.cut ?? untilNow(history),
    ...(times.since !== undefined && { since: times.since }),
    copyId,
    partitions: [...new Set(partitions.map(({ start }) => start.hash))],
    progress: { files: 0, partition: 0, itemCount: 0, sizeBytes: 0 },
  }
  const { id, cut, since } = exported
  tables.replace({ ...table, history: { ...history, copies: [...(history.copies ?? []), { id, cut: since ?? cut, isBackup: true }] } })
  tables.put(copyKey(copyId), encodeCopy({ region: catalog.region, id, sourceId: table.tableId }))
  return exported
}

/** All that was decided before the newest epoch. */
function untilNow(history: History): TableExport['cut'] {
  return { epoch: currentEpoch(history).number - 1, second: lastSecond }
}
