/**
 * Bulk operations: the items of objects are put into a table that is there, each as PutItem puts one and on its own condition
 * (load-runner.ts). What could not be put is told in objects of a bucket when all is done.
 */
import { ServiceError } from '../../api/errors.ts'
import { latin1 } from '../../base/bytes.ts'
import type { RecordMembers, RecordReader } from '../../values/files/file-record.ts'
import { resourceNotFound } from '../catalog/find-table.ts'
import { CollectionSizes } from '../changes/item-collections.ts'
import { bringOver } from '../items/bring-over.ts'
import { applyChange, type Changed, decideChange, type ItemWrite, readsOf } from '../items/decide-change.ts'
import { itemPlace } from '../items/item-key.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { runningTransferKey, transferKey, transferLineKey } from '../keyspace/transfer-keys.ts'
import { importFaultTextMax } from '../limits.ts'
import type { Table } from '../schema/table.ts'
import { type BulkProgress, type BulkPut, type BulkUsage, encodeTransfer, nameOfTransfer } from '../schema/transfer.ts'
import { reportBulkPut } from './bulk-report.ts'
import { type LoadEnd, type LoadEngine, type LoadKind, progressAfter } from './load-runner.ts'
import type { Batch, ObjectSource } from './read-objects.ts'
import { conditionList, faultList } from './transfer-lines.ts'
import { readTransfer } from './transfers.ts'

/** A record as a put. */
export interface BulkItem {
  readonly newItem: StoredItem
  /** Whether the condition of the record holds. */
  readonly matches: (oldItem: StoredItem | undefined) => boolean
}

export interface BulkLanguage {
  /** The checks of PutItem, which throw ServiceError. */
  readonly bulkItemOf: (table: Table, members: RecordMembers) => BulkItem
  readonly readerOf: (bulk: BulkPut) => () => RecordReader
}

/** What a client asked for is not exceeded: units of a second, by the clock. */
class Rate {
  #second = 0
  #units = 0

  isOver(nowMs: number, unitsPerSecond: number): boolean {
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#units = 0
    }
    return this.#units >= unitsPerSecond
  }

  take(units: number): void {
    this.#units += units
  }
}

export function bulkKind(language: BulkLanguage): LoadKind<BulkPut> {
  const rates = new Map<string, Rate>()
  return {
    read: async ({ store }, name) => {
      const bulk = await readTransfer(store, { ...name, kind: 'bulk' })
      return bulk?.status === 'IN_PROGRESS' || bulk?.status === 'CANCELLING' ? bulk : undefined
    },
    tableOf: ({ catalog }, { tableName, tableId }) => {
      const table = catalog.find(tableName)
      return table?.tableId === tableId && table.status !== 'DELETING' ? table : undefined
    },
    sourceOf: (bulk) => sourceOf(bulk, language.readerOf(bulk)),
    isCancelled: ({ status }) => status === 'CANCELLING',
    put: async (engine, { load, table, batch }, nowMs) => {
      const { MaxWriteRequestUnits: most = Number.POSITIVE_INFINITY } = load.request
      const rate = rates.get(load.id) ?? new Rate()
      rates.set(load.id, rate)
      if (rate.isOver(nowMs, most)) return undefined
      const put = await putBatch(engine, { bulk: load, table, batch }, language)
      rate.take(put.units)
      return put.progress
    },
    report: reportBulkPut,
    end: async (engine, bulk, end) => {
      rates.delete(bulk.id)
      await endBulk(engine, bulk, end)
    },
  }
}

function sourceOf({ request }: BulkPut, reader: () => RecordReader): ObjectSource {
  const {
    S3Bucket: bucket,
    S3BucketOwner: owner,
    S3KeyPrefix: key = '',
    InputCompressionType: compression = 'NONE',
  } = request.InputS3Configuration
  return { name: { bucket, key, ...(owner !== undefined && { owner }) }, compression, reader }
}

interface ToPut {
  readonly bulk: BulkPut
  readonly table: Table
  readonly batch: Batch
}

/** A record whose item is to be put. */
interface Attempt extends BulkItem {
  readonly index: number
  readonly write: ItemWrite
}

interface Told {
  readonly list: number
  readonly line: string
}

interface BatchPut {
  readonly progress: BulkProgress
  readonly units: number
}

async function putBatch(engine: LoadEngine, { bulk, table, batch }: ToPut, language: BulkLanguage): Promise<BatchPut> {
  const { attempts, faults } = attemptsIn(table, batch, language)
  const name = nameOfTransfer(engine.catalog.region, bulk)
  const key = transferKey(name)
  const before = encodeTransfer(bulk)
  await bringOver(
    engine,
    attempts.map(({ write }) => write),
  )
  let done: BatchPut = { progress: bulk.progress, units: 0 }
  await engine.store.writeReading(
    () => [key, ...attempts.flatMap(({ write }) => readsOf(engine.catalog, write))],
    (turn) => {
      if (turn.get(key) !== before) return
      const told: Told[] = faults.map(({ index, message }) => ({ list: faultList, line: faultLine(bulk, batch.key, { index, message }) }))
      const changes: Changed[] = []
      const sizes = new CollectionSizes(turn)
      for (const attempt of attempts) {
        try {
          const outcome = decideChange(engine, turn, attempt.write, sizes)
          if (outcome.kind === 'changed') {
            changes.push(outcome)
            sizes.follow(outcome.collection)
          } else told.push({ list: conditionList, line: conditionLine(bulk, batch.key, attempt, outcome.oldItem) })
        } catch (error) {
          // A transaction holds the item: the whole batch is tried again.
          if (!(error instanceof ServiceError) || error.name === 'TransactionConflictException') throw error
          told.push({ list: faultList, line: faultLine(bulk, batch.key, { index: attempt.index, message: error.message }) })
        }
      }
      const faultCount = told.filter(({ list }) => list === faultList).length
      const unmet = told.length - faultCount
      const after = progressAfter(bulk.progress, batch, faultCount, unmet)
      const progress = { ...after, unmetCount: after.unmetCount + unmet, usage: usageAfter(after.usage, changes) }
      for (const change of changes) applyChange(engine, turn, change)
      const numbers = new Map([
        [faultList, bulk.progress.faultCount],
        [conditionList, bulk.progress.unmetCount],
      ])
      for (const { list, line } of told) {
        const number = numbers.get(list) ?? 0
        numbers.set(list, number + 1)
        if (bulk.request.OutputS3Configuration.OutputType.includes(list === faultList ? 'ERROR' : 'CONDITION_CHECK_FAILURE'))
          turn.put(transferLineKey(name, list, number), line)
      }
      turn.put(key, encodeTransfer({ ...bulk, progress }))
      done = { progress, units: changes.reduce((sum, { units }) => sum + units.tableUnits, 0) }
    },
  )
  return done
}

interface Fault {
  readonly index: number
  readonly message: string
}

/** Of several records with one key in a batch the last one is put: they are read in no order that anybody could rely on. */
function attemptsIn(
  table: Table,
  { records, recordsDone }: Batch,
  { bulkItemOf }: BulkLanguage,
): { readonly attempts: readonly Attempt[]; readonly faults: readonly Fault[] } {
  const attempts = new Map<string, Attempt>()
  const faults: Fault[] = []
  for (const [at, record] of records.entries()) {
    const index = recordsDone - records.length + at
    if (record.kind !== 'record') {
      faults.push({ index, message: record.reason })
      continue
    }
    try {
      const item = bulkItemOf(table, record.members)
      const { newItem, matches } = item
      const place = itemPlace(table, newItem.attributes)
      const decide: ItemWrite['decide'] = (oldItem) =>
        matches(oldItem) ? { kind: 'become', newItem } : { kind: 'conditionFailed', attempted: newItem }
      attempts.set(latin1(place.key), { ...item, index, write: { ...place, table, decide } })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      faults.push({ index, message: error.message })
    }
  }
  return { attempts: [...attempts.values()], faults }
}

/** [I] The layout of both. */
function faultLine({ request }: BulkPut, key: string, { index, message }: Fault): string {
  const bucket = request.InputS3Configuration.S3Bucket
  return JSON.stringify({ itemS3Pointer: { bucket, key, itemIndex: index }, errorMessages: [message.slice(0, importFaultTextMax)] })
}

function conditionLine({ request }: BulkPut, key: string, { index, newItem }: Attempt, oldItem: StoredItem | undefined): string {
  const pointer = JSON.stringify({ bucket: request.InputS3Configuration.S3Bucket, key, itemIndex: index })
  const existing = oldItem === undefined ? '' : `,"ExistingItem":${oldItem.text}`
  return `{"itemS3Pointer":${pointer},"Item":${newItem.text}${existing}}`
}

function usageAfter(before: BulkUsage, changes: readonly Changed[]): BulkUsage {
  const indexes = { ...before.indexes }
  const vectors = { ...before.vectors }
  let table = before.table
  for (const { change, indexChanges, vectorChanges } of changes) {
    table += change.newItem?.sizeBytes ?? 0
    for (const { index, newEntry } of indexChanges) indexes[index.name] = (indexes[index.name] ?? 0) + (newEntry?.item.sizeBytes ?? 0)
    for (const { index } of vectorChanges) vectors[index.name] = (vectors[index.name] ?? 0) + (change.newItem?.sizeBytes ?? 0)
  }
  return { table, indexes, vectors }
}

async function endBulk({ store, catalog }: LoadEngine, bulk: BulkPut, { endMs, failure }: LoadEnd): Promise<void> {
  const name = nameOfTransfer(catalog.region, bulk)
  const key = transferKey(name)
  await store.write([key], (turn) => {
    if (turn.get(key) === undefined) throw resourceNotFound()
    turn.put(key, encodeTransfer({ ...bulk, status: endStatus(bulk, failure !== undefined), endMs, ...(failure && { failure }) }))
    turn.delete(runningTransferKey(name))
  })
}

function endStatus({ status, progress }: BulkPut, hasFailed: boolean): BulkPut['status'] {
  if (status === 'CANCELLING') return 'CANCELLED'
  if (hasFailed) return 'FAILED'
  return progress.faultCount > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED'
}
