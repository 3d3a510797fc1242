/**
 * Runs imports: reads the objects of a bucket and puts their items into the table that was made for them, batch by batch. How far an import
 * has come, object and record, stands in its record and is written with the items, so that it goes on after a restart and counts nothing
 * twice. Items that cannot be put are counted, and the first of them are told one by one.
 */
import { ServiceError } from '../../api/errors.ts'
import { importObjectsMax } from '../../api/limits.ts'
import type { TableHome } from '../../api/table-name.ts'
import { latin1 } from '../../base/bytes.ts'
import { BucketFault, type Buckets } from '../../storage/buckets/buckets.ts'
import type { RecordMembers, RecordReader } from '../../values/files/file-record.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { applyChange, decideChange, type ItemWrite, type ItemWriter, readsOf } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { runningTransferKey, type TransferName, transferKey, transferLineKey } from '../keyspace/transfer-keys.ts'
import { importFaultsKeptMax, importFaultTextMax, importTriesMax } from '../limits.ts'
import { settledTable } from '../schema/settle-table.ts'
import type { Table } from '../schema/table.ts'
import { encodeTransfer, type LoadProgress, nameOfTransfer, type TableImport, type TransferFailure } from '../schema/transfer.ts'
import { Awaited } from './awaited.ts'
import { type Batch, type ObjectSource, objectsBehind, readObjects } from './read-objects.ts'
import { transferArn } from './transfer-arn.ts'
import { faultList } from './transfer-lines.ts'
import { readTransfer } from './transfers.ts'

export type ImportEngine = ItemWriter & CatalogHolder & TableHome & { readonly buckets: Buckets }

/** What only those above know: the checks of a put, which throw ServiceError, and how files of a format are read. */
export interface ImportLanguage {
  readonly itemOf: (table: Table, members: RecordMembers) => StoredItem
  readerOf(imported: TableImport, table: Table): () => RecordReader
}

/** What a step has begun. */
type Begun = { readonly kind: 'listed'; readonly objects: number; readonly bytes: number } | IteratorResult<Batch>

interface Work {
  /** What stands in the record. */
  known: string
  batches: AsyncGenerator<Batch> | undefined
  begun: Awaited<Begun> | undefined
  /** How often the bucket failed since it went on. */
  faults: number
}

export class ImportRunner {
  readonly #language: ImportLanguage
  readonly #works = new Map<string, Work>()

  constructor(language: ImportLanguage) {
    this.#language = language
  }

  /** Does one bounded piece of an import. Resolves with false when there is nothing to do. */
  async step(engine: ImportEngine, name: TransferName, nowMs: number): Promise<boolean> {
    const imported = await readTransfer(engine.store, { ...name, kind: 'import' })
    if (imported === undefined || imported.status !== 'IN_PROGRESS') {
      this.#forget(name)
      return false
    }
    const table = engine.catalog.find(imported.tableName)
    if (table?.tableId !== imported.tableId || table.importId === undefined) {
      this.#forget(name)
      await endImport(engine, imported, { endMs: nowMs, failure: tableGone })
      return true
    }
    const work = this.#workOn(name, imported)
    try {
      return await this.#go(engine, { name, imported, table, work }, nowMs)
    } catch (error) {
      if (!(error instanceof BucketFault)) throw error
      work.faults += 1
      this.#restart(work)
      if (error.isPassing && work.faults < importTriesMax) return true
      this.#forget(name)
      await endImport(engine, imported, { endMs: nowMs, failure: { code: error.code, message: error.message } })
      return true
    }
  }

  async #go(engine: ImportEngine, at: At, nowMs: number): Promise<boolean> {
    const { name, imported, table, work } = at
    if (work.begun === undefined) {
      work.begun = new Awaited(this.#begin(engine, at))
      return true
    }
    if (!(await work.begun.isSettled())) return true
    const { begun } = work
    work.begun = undefined
    const result = await begun.result()
    work.faults = 0
    if ('kind' in result) {
      const { objects, bytes } = result
      const failure = objects === 0 ? nothingFound : objects > importObjectsMax ? tooManyObjects : undefined
      if (failure !== undefined) {
        this.#forget(name)
        await endImport(engine, imported, { endMs: nowMs, failure })
      } else await keepProgress(engine, imported, { ...imported.progress, objects, objectBytes: bytes }, work)
    } else if (result.done === true) {
      this.#forget(name)
      await endImport(engine, imported, { endMs: nowMs })
    } else await this.#put(engine, { imported, table, work }, result.value)
    return true
  }

  #begin(engine: ImportEngine, { imported, table, work }: At): Promise<Begun> {
    const source = sourceOf(imported, this.#language.readerOf(imported, table))
    if (imported.progress.objects === undefined) return listed(engine.buckets, source)
    work.batches ??= readObjects(engine.buckets, source, imported.progress)
    return work.batches.next()
  }

  async #put(engine: ImportEngine, { imported, table, work }: Pick<At, 'imported' | 'table' | 'work'>, batch: Batch): Promise<void> {
    const { writes, faults } = checkedRecords(table, batch, this.#language)
    const progress = progressAfter(imported.progress, batch, faults.length)
    const name = nameOfTransfer(engine.catalog.region, imported)
    const key = transferKey(name)
    const before = encodeTransfer(imported)
    const lines = faults
      .slice(0, Math.max(0, importFaultsKeptMax - imported.progress.faultCount))
      .map((fault) => faultLine(engine, imported, batch.key, fault))
    await engine.store.writeReading(
      () => [key, ...writes.flatMap((write) => readsOf(engine.catalog, write))],
      (turn) => {
        // Another node may have gone on.
        if (turn.get(key) !== before) return
        for (const write of writes) {
          const outcome = decideChange(engine, turn, write)
          if (outcome.kind === 'changed') applyChange(engine, turn, outcome)
        }
        for (const [at, line] of lines.entries()) turn.put(transferLineKey(name, faultList, imported.progress.faultCount + at), line)
        turn.put(key, encodeTransfer({ ...imported, progress }))
      },
    )
    work.known = JSON.stringify(progress)
  }

  #workOn({ region, path }: TransferName, { progress }: TableImport): Work {
    const id = `${region} ${path}`
    const known = JSON.stringify(progress)
    const found = this.#works.get(id)
    if (found?.known === known) return found
    if (found !== undefined) this.#restart(found)
    const work = { known, batches: undefined, begun: undefined, faults: 0 }
    this.#works.set(id, work)
    return work
  }

  /** Reading begins again where the record says. */
  #restart(work: Work): void {
    void work.batches?.return(undefined).catch(() => {})
    work.batches = undefined
    work.begun = undefined
  }

  #forget({ region, path }: TransferName): void {
    const id = `${region} ${path}`
    const work = this.#works.get(id)
    if (work !== undefined) this.#restart(work)
    this.#works.delete(id)
  }
}

interface At {
  readonly name: TransferName
  readonly imported: TableImport
  readonly table: Table
  readonly work: Work
}

function sourceOf({ request }: TableImport, reader: () => RecordReader): ObjectSource {
  const { S3Bucket: bucket, S3BucketOwner: owner, S3KeyPrefix: key = '' } = request.S3BucketSource
  return { name: { bucket, key, ...(owner !== undefined && { owner }) }, compression: request.InputCompressionType ?? 'NONE', reader }
}

async function listed(buckets: Buckets, { name }: ObjectSource): Promise<Begun> {
  let objects = 0
  let bytes = 0
  for await (const { sizeBytes } of objectsBehind(buckets, name, undefined)) {
    objects += 1
    bytes += sizeBytes
    if (objects > importObjectsMax) break
  }
  return { kind: 'listed', objects, bytes }
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

function progressAfter(before: LoadProgress, batch: Batch, faults: number): LoadProgress {
  const counted = {
    ...before,
    itemCount: before.itemCount + batch.records.length,
    goodCount: before.goodCount + batch.records.length - faults,
    faultCount: before.faultCount + faults,
  }
  if (!batch.isObjectDone) return { ...counted, records: batch.recordsDone, bytes: batch.bytes }
  return {
    ...counted,
    doneKey: batch.key,
    objectsDone: before.objectsDone + 1,
    records: 0,
    doneBytes: before.doneBytes + batch.bytes,
    bytes: 0,
  }
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

async function keepProgress({ store, catalog }: ImportEngine, imported: TableImport, progress: LoadProgress, work: Work): Promise<void> {
  const key = transferKey(nameOfTransfer(catalog.region, imported))
  const before = encodeTransfer(imported)
  await store.write([key], (turn) => {
    if (turn.get(key) === before) turn.put(key, encodeTransfer({ ...imported, progress }))
  })
  work.known = JSON.stringify(progress)
}

const invalidItems: TransferFailure = {
  code: 'ItemValidationError',
  message: 'Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more details.',
}
/** [I] Codes and words. */
const nothingFound: TransferFailure = { code: 'S3NoSuchKey', message: 'There are no objects below the given prefix' }
const tooManyObjects: TransferFailure = {
  code: 'ResourceLimitExceeded',
  message: `An import can have ${importObjectsMax} objects at most`,
}
const tableGone: TransferFailure = { code: 'TableNotFound', message: 'The table was deleted while it was imported' }

interface ImportEnd {
  readonly endMs: number
  readonly failure?: TransferFailure
}

/** The table is ACTIVE; without an item, when the import failed for something else than its items, there is none. */
async function endImport(engine: ImportEngine, imported: TableImport, { endMs, failure: given }: ImportEnd): Promise<void> {
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
