/**
 * Bulk operations: the items of objects are put into a table that is there, each as PutItem puts one and on its own condition
 * (load-runner.ts). What could not be put is told in objects of a bucket when all is done.
 */
import { ServiceError } from '../../api/errors.ts'
import type { WriteTurn } from '../../storage/store.ts'
import type { RecordMembers, RecordReader } from '../../values/files/file-record.ts'
import { resourceNotFound } from '../catalog/find-table.ts'
import { CollectionSizes } from '../changes/item-collections.ts'
import { bringOver } from '../items/bring-over.ts'
import { applyChange, type Changed, decideChange, readsOf } from '../items/decide-change.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { runningTransferKey, type TransferName, transferKey, transferLineKey } from '../keyspace/transfer-keys.ts'
import type { Table } from '../schema/table.ts'
import { type BulkProgress, type BulkPut, type BulkUsage, encodeTransfer, nameOfTransfer } from '../schema/transfer.ts'
import { reportBulkPut } from './bulk-report.ts'
import { type Attempt, checkedRecords, faultLine, type ItemS3Pointer } from './checked-records.ts'
import { type LoadEnd, type LoadEngine, type LoadKind, progressAfter, tableOf } from './load-runner.ts'
import { type Batch, objectSource } from './read-objects.ts'
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
    tableOf: (engine, bulk) => {
      const table = tableOf(engine, bulk)
      return table?.status === 'DELETING' ? undefined : table
    },
    sourceOf: (bulk) => {
      const { InputS3Configuration: input } = bulk.request
      return objectSource(input, input.InputCompressionType, language.readerOf(bulk))
    },
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

interface ToPut {
  readonly bulk: BulkPut
  readonly table: Table
  readonly batch: Batch
}

interface Told {
  readonly list: number
  readonly line: string
}

interface BatchPut {
  readonly progress: BulkProgress
  readonly units: number
}

/** Resolves with how far the operation has come: no further than before, when it was another node that went on. */
async function putBatch(engine: LoadEngine, { bulk, table, batch }: ToPut, { bulkItemOf }: BulkLanguage): Promise<BatchPut> {
  const { attempts, faults } = checkedRecords(table, batch, (members) => {
    const { newItem, matches } = bulkItemOf(table, members)
    return {
      newItem,
      decide: (oldItem) => (matches(oldItem) ? { kind: 'become', newItem } : { kind: 'conditionFailed', attempted: newItem }),
    }
  })
  const name = nameOfTransfer(engine.catalog.region, bulk)
  const key = transferKey(name)
  const before = encodeTransfer(bulk)
  await bringOver(
    engine,
    attempts.map(({ write }) => write),
  )
  return engine.store.writeReading(
    () => [key, ...attempts.flatMap(({ write }) => readsOf(engine.catalog, write))],
    (turn) => {
      if (turn.get(key) !== before) return { progress: bulk.progress, units: 0 }
      const { changes, refused } = decideAll(engine, turn, attempts, (index) => pointerTo(bulk, batch, index))
      const faultLines = faults.map(({ index, message }) => faultLine(pointerTo(bulk, batch, index), message))
      const told = [...faultLines.map((line) => ({ list: faultList, line })), ...refused]
      const faultCount = told.filter(({ list }) => list === faultList).length
      const unmet = told.length - faultCount
      const after = progressAfter(bulk.progress, batch, faultCount, unmet)
      const progress = { ...after, unmetCount: after.unmetCount + unmet, usage: usageAfter(after.usage, changes) }
      for (const change of changes) applyChange(engine, turn, change)
      tellAll(turn, bulk, name, told)
      turn.put(key, encodeTransfer({ ...bulk, progress }))
      return { progress, units: changes.reduce((sum, { units }) => sum + units.tableUnits, 0) }
    },
  )
}

interface Decided {
  readonly changes: readonly Changed[]
  readonly refused: readonly Told[]
}

function decideAll(engine: LoadEngine, turn: WriteTurn, attempts: readonly Attempt[], pointer: (index: number) => ItemS3Pointer): Decided {
  const changes: Changed[] = []
  const refused: Told[] = []
  const sizes = new CollectionSizes(turn)
  for (const { index, newItem, write } of attempts) {
    try {
      const outcome = decideChange(engine, turn, write, sizes)
      if (outcome.kind === 'changed') {
        changes.push(outcome)
        sizes.follow(outcome.collection)
      } else refused.push({ list: conditionList, line: conditionLine(pointer(index), newItem, outcome.oldItem) })
    } catch (error) {
      // A transaction holds the item: the whole batch is tried again.
      if (!(error instanceof ServiceError) || error.name === 'TransactionConflictException') throw error
      refused.push({ list: faultList, line: faultLine(pointer(index), error.message) })
    }
  }
  return { changes, refused }
}

/** As far as it is asked for. Lines have numbers all the same. */
function tellAll(turn: WriteTurn, { request, progress }: BulkPut, name: TransferName, told: readonly Told[]): void {
  const numbers = new Map([
    [faultList, progress.faultCount],
    [conditionList, progress.unmetCount],
  ])
  for (const { list, line } of told) {
    const number = numbers.get(list) ?? 0
    numbers.set(list, number + 1)
    const type = list === faultList ? 'ERROR' : 'CONDITION_CHECK_FAILURE'
    if (request.OutputS3Configuration.OutputType.includes(type)) turn.put(transferLineKey(name, list, number), line)
  }
}

/** [I] The layout of both kinds of lines. */
function pointerTo({ request }: BulkPut, { key }: Batch, itemIndex: number): ItemS3Pointer {
  return { bucket: request.InputS3Configuration.S3Bucket, key, itemIndex }
}

function conditionLine(itemS3Pointer: ItemS3Pointer, newItem: StoredItem, oldItem: StoredItem | undefined): string {
  const existing = oldItem === undefined ? '' : `,"ExistingItem":${oldItem.text}`
  return `{"itemS3Pointer":${JSON.stringify(itemS3Pointer)},"Item":${newItem.text}${existing}}`
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
