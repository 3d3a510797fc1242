/**
 * Imports: the items of objects become a table that was made for them (load-runner.ts). Items that cannot be put are counted, and the first
 * of them are told one by one.
 */
import type { RecordMembers, RecordReader } from '../../values/files/file-record.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { applyChange, decideChange, readsOf } from '../items/decide-change.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { runningTransferKey, transferKey, transferLineKey } from '../keyspace/transfer-keys.ts'
import { importFaultsKeptMax } from '../limits.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'
import { encodeTransfer, type LoadProgress, nameOfTransfer, type TableImport, type TransferFailure } from '../schema/transfer.ts'
import { checkedRecords, faultLine } from './checked-records.ts'
import { type LoadEnd, type LoadEngine, type LoadKind, progressAfter, tableOf } from './load-runner.ts'
import { type Batch, objectSource } from './read-objects.ts'
import { transferArn } from './transfer-arn.ts'
import { faultList } from './transfer-lines.ts'
import { readTransfer } from './transfers.ts'

/** What only those above know: the checks of a put, which throw ServiceError, and how files of a format are read. */
export interface ImportLanguage {
  readonly itemOf: (table: Table, members: RecordMembers) => StoredItem
  readerOf(imported: TableImport, table: Table): () => RecordReader
}

export function importKind(language: ImportLanguage): LoadKind<TableImport> {
  return {
    read: async ({ store }, name) => {
      const imported = await readTransfer(store, { ...name, kind: 'import' })
      return imported?.status === 'IN_PROGRESS' ? imported : undefined
    },
    tableOf: (engine, imported) => {
      const table = tableOf(engine, imported)
      return table?.importId === undefined ? undefined : table
    },
    sourceOf: (imported, table) => {
      const { S3BucketSource, InputCompressionType } = imported.request
      return objectSource(S3BucketSource, InputCompressionType, language.readerOf(imported, table))
    },
    put: (engine, { load, table, batch }) => put(engine, { imported: load, table, batch }, language),
    end: endImport,
  }
}

/** Resolves with how far the import has come: no further than before, when it was another node that went on. */
function put(
  engine: LoadEngine,
  { imported, table, batch }: { readonly imported: TableImport; readonly table: Table; readonly batch: Batch },
  { itemOf }: ImportLanguage,
): Promise<LoadProgress> {
  const { attempts, faults } = checkedRecords(table, batch, (members) => {
    const newItem = itemOf(table, members)
    return { newItem, cause: 'restore', decide: () => ({ kind: 'become', newItem }) }
  })
  const { faultCount } = imported.progress
  const progress = progressAfter(imported.progress, batch, faults.length)
  const name = nameOfTransfer(engine.catalog.region, imported)
  const key = transferKey(name)
  const before = encodeTransfer(imported)
  const kept = faults.slice(0, Math.max(0, importFaultsKeptMax - faultCount))
  const { S3Bucket: bucket } = imported.request.S3BucketSource
  const importArn = transferArn(engine, imported)
  return engine.store.writeReading(
    () => [key, ...attempts.flatMap(({ write }) => readsOf(engine.catalog, write))],
    (turn) => {
      if (turn.get(key) !== before) return imported.progress
      for (const { write } of attempts) {
        const outcome = decideChange(engine, turn, write)
        if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
      }
      for (const [at, { index, message }] of kept.entries()) {
        const line = faultLine({ bucket, key: batch.key, itemIndex: index }, message, { importArn })
        turn.put(transferLineKey(name, faultList, faultCount + at), line)
      }
      turn.put(key, encodeTransfer({ ...imported, progress }))
      return progress
    },
  )
}

const invalidItems: TransferFailure = {
  code: 'ItemValidationError',
  message: 'Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more details.',
}

/** The table is ACTIVE; without an item, when the import failed for something else than its items, there is none. */
async function endImport(engine: LoadEngine, imported: TableImport, { endMs, failure: given }: LoadEnd): Promise<void> {
  const { tableName, tableId, progress } = imported
  const failure = given ?? (progress.faultCount > 0 ? invalidItems : undefined)
  const name = nameOfTransfer(engine.catalog.region, imported)
  await changeTables(engine, [tableName], (tables) => {
    const ended = { ...imported, endMs, status: failure === undefined ? 'COMPLETED' : 'FAILED', ...(failure && { failure }) } as const
    tables.put(transferKey(name), encodeTransfer(ended))
    tables.delete(runningTransferKey(name))
    const table = tables.find(tableName)
    if (table?.tableId !== tableId || table.importId === undefined) return
    const { importId: _, ...whole } = table
    if (given !== undefined && progress.goodCount === 0) tables.remove(table)
    else tables.replace(settledTable(whole))
  })
}
