/**
 * Imports: the items of objects become a table that was made for them (load-runner.ts). Items that cannot be put are counted, and the first
 * of them are told one by one.
 */
import { ServiceError } from '../../api/errors.ts'
import type { TableHome } from '../../api/table-name.ts'
import { latin1 } from '../../base/bytes.ts'
import type { RecordMembers, RecordReader } from '../../values/files/file-record.ts'
import { changeTables } from '../catalog/change-tables.ts'

import { applyChange, decideChange, type ItemWrite, readsOf } from '../items/decide-change.ts'

import { itemPlace } from '../items/item-key.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { runningTransferKey, transferKey, transferLineKey } from '../keyspace/transfer-keys.ts'
import { importFaultsKeptMax, importFaultTextMax } from '../limits.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'
import { encodeTransfer, type LoadProgress, nameOfTransfer, type TableImport, type TransferFailure } from '../schema/transfer.ts'
import { type LoadEnd, type LoadEngine, type LoadKind, progressAfter } from './load-runner.ts'
import type { Batch, ObjectSource } from './read-objects.ts'
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
    tableOf: ({ catalog }, { tableName, tableId }) => {
      const table = catalog.find(tableName)
      return table?.tableId === tableId && table.importId !== undefined ? table : undefined
    },
    sourceOf: (imported, table) => sourceOf(imported, language.readerOf(imported, table)),
    put: (engine, { load, table, batch }) => put(engine, { imported: load, table, batch }, language),
    end: endImport,
  }
}

function sourceOf({ request }: TableImport, reader: () => RecordReader): ObjectSource {
  const { S3Bucket: bucket, S3BucketOwner: owner, S3KeyPrefix: key = '' } = request.S3BucketSource
  return { name: { bucket, key, ...(owner !== undefined && { owner }) }, compression: request.InputCompressionType ?? 'NONE', reader }
}

interface ToPut {
  readonly imported: TableImport
  readonly table: Table
  readonly batch: Batch
}

async function put(engine: LoadEngine, { imported, table, batch }: ToPut, language: ImportLanguage): Promise<LoadProgress> {
  const { writes, faults } = checkedRecords(table, batch, language)
  const { faultCount } = imported.progress
  const progress = progressAfter(imported.progress, batch, faults.length)
  const name = nameOfTransfer(engine.catalog.region, imported)
  const key = transferKey(name)
  const before = encodeTransfer(imported)
  const kept = faults.slice(0, Math.max(0, importFaultsKeptMax - faultCount))
  const lines = kept.map((fault) => faultLine(engine, imported, batch.key, fault))
  await engine.store.writeReading(
    () => [key, ...writes.flatMap((write) => readsOf(engine.catalog, write))],
    (turn) => {
      // Another node may have gone on.
      if (turn.get(key) !== before) return
      for (const write of writes) {
        const outcome = decideChange(engine, turn, write)
        if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
      }
      for (const [at, line] of lines.entries()) turn.put(transferLineKey(name, faultList, faultCount + at), line)
      turn.put(key, encodeTransfer({ ...imported, progress }))
    },
  )
  return progress
}

interface Fault {
  /** Of the record in its object, from 0. */
  readonly index: number
  readonly message: string
}

/** Of several items with one key the last one is put. */
function checkedRecords(
  table: Table,
  { records, recordsDone }: Batch,
  { itemOf }: ImportLanguage,
): { readonly writes: readonly ItemWrite[]; readonly faults: readonly Fault[] } {
  const writes = new Map<string, ItemWrite>()
  const faults: Fault[] = []
  for (const [at, record] of records.entries()) {
    const index = recordsDone - records.length + at
    if (record.kind !== 'record') {
      faults.push({ index, message: record.reason })
      continue
    }
    try {
      const newItem = itemOf(table, record.members)
      const place = itemPlace(table, newItem.attributes)
      writes.set(latin1(place.key), { ...place, table, cause: 'restore', decide: () => ({ kind: 'become', newItem }) })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      faults.push({ index, message: error.message })
    }
  }
  return { writes: [...writes.values()], faults }
}

/** As AWS logs it (backup-export-import.md §6). */
function faultLine(home: TableHome, imported: TableImport, key: string, { index, message }: Fault): string {
  const { S3Bucket: bucket } = imported.request.S3BucketSource
  return JSON.stringify({
    itemS3Pointer: { bucket, key, itemIndex: index },
    importArn: transferArn(home, imported),
    errorMessages: [message.slice(0, importFaultTextMax)],
  })
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
