/**
 * Runs exports: writes the items of tables as they were, or what was changed between two moments, into data files of a bucket, a partition
 * after the other, and the manifests when all is there. Every step is bounded; a bucket is waited for between them. How far an export has
 * come stands in its record, file by file: what was not in a file yet is read again after a restart, and written under the same name.
 */
import type { TableHome } from '../../api/table-name.ts'
import { BucketFault, type Buckets } from '../../storage/buckets/buckets.ts'
import type { KeyBytes, KeyRange } from '../../storage/store.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import { changeTables } from '../catalog/change-tables.ts'
import { readChanges } from '../history/read-changes.ts'
import { readPast } from '../history/read-past.ts'
import { copyKey } from '../keyspace/backup-keys.ts'
import { hashRange, hashSpace } from '../keyspace/keys.ts'
import type { StoredItem } from '../keyspace/stored-item.ts'
import { runningTransferKey, type TransferName, transferKey, transferLineKey } from '../keyspace/transfer-keys.ts'
import { copyHistoryBudget, exportBudget, exportFileBytes } from '../limits.ts'
import { withoutCopy } from '../schema/history.ts'
import { type ExportProgress, encodeTransfer, nameOfTransfer, type TableExport, type TransferFailure } from '../schema/transfer.ts'
import { Awaited } from './awaited.ts'
import { DataFile } from './data-file.ts'
import { changeLine, itemLine } from './export-lines.ts'
import { checksumOf, dataFileKey, exportFolder, fileLine, summaryText } from './export-manifest.ts'
import { objectName, putOptions } from './object-names.ts'
import { fileList, readLines } from './transfer-lines.ts'
import { readTransfer } from './transfers.ts'

export type ExportEngine = CatalogHolder & TableHome & { readonly buckets: Buckets }

/** Which items an export has, and what of them: the language of it is known to those above. */
export interface ExportFilter {
  /** The items that it can have. Default: all. */
  readonly range?: KeyRange
  /** Whether it has the item; or a change, by what the item became or, when it is gone, by what it was. */
  readonly has: (item: StoredItem) => boolean
  /** What it has of an item. */
  readonly part: (item: StoredItem) => StoredItem
}

export type FilterOf = (exported: TableExport) => ExportFilter | undefined

/** What a step has begun. */
type Begun =
  | { readonly kind: 'started' }
  | { readonly kind: 'file'; readonly line: string; readonly progress: ExportProgress }
  | { readonly kind: 'manifests'; readonly endMs: number }

/** An export under way on this node. */
interface Work {
  /** What stood in the record when this was begun, or was written to it since. */
  known: string
  progress: ExportProgress
  isStarted: boolean
  file: DataFile | undefined
  fileItems: number
  begun: Awaited<Begun> | undefined
  readonly filter: ExportFilter | undefined
}

export class ExportRunner {
  readonly #filterOf: FilterOf
  readonly #works = new Map<string, Work>()

  constructor(filterOf: FilterOf) {
    this.#filterOf = filterOf
  }

  /** Does one bounded piece of an export. Resolves with false when there is nothing to do. */
  async step(engine: ExportEngine, name: TransferName, nowMs: number): Promise<boolean> {
    const exported = await readTransfer(engine.store, { ...name, kind: 'export' })
    if (exported === undefined || exported.status !== 'IN_PROGRESS') {
      this.#forget(name)
      return false
    }
    try {
      return await this.#go(engine, name, exported, nowMs)
    } catch (error) {
      // What was done here and does not stand in the record may lack what has failed.
      this.#forget(name)
      if (!(error instanceof BucketFault)) throw error
      await endExport(engine, exported, { failure: { code: error.code, message: error.message }, endMs: nowMs })
      return true
    }
  }

  async #go(engine: ExportEngine, name: TransferName, exported: TableExport, nowMs: number): Promise<boolean> {
    const work = this.#workOn(name, exported)
    if (work.begun !== undefined) {
      if (!(await work.begun.isSettled())) return true
      const { begun } = work
      work.begun = undefined
      return this.#follow(engine, { name, exported, work }, await begun.result())
    }
    if (!work.isStarted) {
      work.begun = new Awaited(put(engine, exported, '_started', '').then(() => ({ kind: 'started' })))
      return true
    }
    if (work.progress.partition < exported.partitions.length) await writePiece(engine, exported, work)
    else work.begun = new Awaited(writeManifests(engine, { ...exported, progress: work.progress }, nowMs))
    return true
  }

  async #follow(
    engine: ExportEngine,
    { name, exported, work }: { readonly name: TransferName; readonly exported: TableExport; readonly work: Work },
    begun: Begun,
  ): Promise<boolean> {
    switch (begun.kind) {
      case 'started':
        work.isStarted = true
        break
      case 'file':
        work.known = JSON.stringify(begun.progress)
        await keepFile(engine, exported, begun)
        break
      case 'manifests':
        this.#forget(name)
        // Of partitions that left no file nothing stands in the record.
        await endExport(engine, { ...exported, progress: work.progress }, { endMs: begun.endMs })
    }
    return true
  }

  /** As it goes on here; from the record when another node, or an earlier life of this one, has got it so far. */
  #workOn({ region, path }: TransferName, exported: TableExport): Work {
    const id = `${region} ${path}`
    const known = JSON.stringify(exported.progress)
    const found = this.#works.get(id)
    if (found?.known === known) return found
    found?.file?.drop()
    const { progress } = exported
    const work = { known, progress, isStarted: false, file: undefined, fileItems: 0, begun: undefined, filter: this.#filterOf(exported) }
    this.#works.set(id, work)
    return work
  }

  #forget({ region, path }: TransferName): void {
    const id = `${region} ${path}`
    this.#works.get(id)?.file?.drop()
    this.#works.delete(id)
  }
}

/** The next lines of a partition; with its last ones, or enough of them, the file goes to the bucket. */
async function writePiece(engine: ExportEngine, exported: TableExport, work: Work): Promise<void> {
  const { partition, after } = work.progress
  const within = partitionRange(exported, partition, work.filter)
  const { lines, sizeBytes, upTo } =
    within === undefined
      ? nothing
      : await readLinesOf(engine, exported, { work, within, after: after === undefined ? undefined : fromHex(after) })
  work.file ??= new DataFile()
  await work.file.write(lines)
  const { files, itemCount, sizeBytes: before } = work.progress
  const counted = { files, itemCount: itemCount + lines.length, sizeBytes: before + sizeBytes }
  const isWhole = upTo === undefined
  work.progress = isWhole ? { ...counted, partition: partition + 1 } : { ...counted, partition, after: Buffer.from(upTo).toString('hex') }
  if (!isWhole && work.file.bytes < exportFileBytes) return
  const { file } = work
  work.file = undefined
  // A full export has a file for each partition, empty ones, too.
  if (file.lineCount === 0 && exported.since !== undefined) file.drop()
  else {
    work.progress = { ...work.progress, files: files + 1 }
    work.begun = new Awaited(putFile(engine, exported, { file, number: files, progress: work.progress }))
  }
}

const nothing: PieceOfLines = { lines: [], sizeBytes: 0, upTo: undefined }

interface PieceOfLines {
  readonly lines: readonly string[]
  /** Of all that was looked at. */
  readonly sizeBytes: number
  readonly upTo: KeyBytes | undefined
}

interface LinesWanted {
  readonly work: Work
  readonly within: KeyRange
  readonly after: KeyBytes | undefined
}

async function readLinesOf({ store }: ExportEngine, exported: TableExport, wanted: LinesWanted): Promise<PieceOfLines> {
  const { tableId, cut, since, request, key } = exported
  const { work, within, after } = wanted
  const { filter } = work
  const format = request.ExportFormat ?? 'DYNAMODB_JSON'
  if (since === undefined) {
    const budgets = { budget: exportBudget, historyBudget: copyHistoryBudget }
    const { items, upTo } = await store.view((view) => readPast(view, { tableId, cut, within }, after, budgets))
    const chosen = filter === undefined ? items : items.filter(filter.has).map(filter.part)
    return { lines: chosen.map((item) => itemLine(format, item)), sizeBytes: sizeOf(items), upTo }
  }
  const { changes, upTo } = await store.view((view) => readChanges(view, { within, since, cut }, after))
  const hasOldImages = request.IncrementalExportSpecification?.ExportViewType !== 'NEW_IMAGE'
  const chosen = changes.flatMap((change) => {
    const { oldItem, newItem } = change
    const decisive = newItem ?? oldItem
    if (filter === undefined || decisive === undefined) return [change]
    if (!filter.has(decisive)) return []
    return [{ ...change, oldItem: oldItem && filter.part(oldItem), newItem: newItem && filter.part(newItem) }]
  })
  const lines = chosen.map((change) => changeLine(format, { key, hasOldImages }, change))
  return { lines, sizeBytes: sizeOf(changes.flatMap(({ oldItem, newItem }) => [oldItem ?? [], newItem ?? []].flat())), upTo }
}

function sizeOf(items: readonly StoredItem[]): number {
  return items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** Undefined when the filter has nothing of it. */
function partitionRange({ tableId, partitions }: TableExport, at: number, filter: ExportFilter | undefined): KeyRange | undefined {
  const whole = hashRange({ tableId, indexId: 0 }, partitions[at] ?? 0, partitions[at + 1] ?? hashSpace)
  const wanted = filter?.range
  if (wanted === undefined) return whole
  const start = Buffer.compare(whole.start, wanted.start) > 0 ? whole.start : wanted.start
  const end = Buffer.compare(whole.end, wanted.end) < 0 ? whole.end : wanted.end
  return Buffer.compare(start, end) < 0 ? { start, end } : undefined
}

function fromHex(hex: string): KeyBytes {
  return new Uint8Array(Buffer.from(hex, 'hex')) as KeyBytes
}

async function putFile(
  engine: ExportEngine,
  exported: TableExport,
  { file, number, progress }: { readonly file: DataFile; readonly number: number; readonly progress: ExportProgress },
): Promise<Begun> {
  const body = await file.end()
  const key = dataFileKey(exported, number)
  const etag = await putObject(engine, exported, key, body)
  return { kind: 'file', line: fileLine({ itemCount: file.lineCount, body, etag, key }), progress }
}

function put(engine: ExportEngine, exported: TableExport, name: string, text: string): Promise<string> {
  return putObject(engine, exported, `${exportFolder(exported)}${name}`, Buffer.from(text))
}

/** Resolves with the ETag. */
function putObject({ buckets }: ExportEngine, { request }: TableExport, key: string, body: Uint8Array): Promise<string> {
  return buckets.put(objectName(request, key), body, putOptions(request))
}

/** The file is in the bucket, and is never written again. */
async function keepFile(
  { store, catalog: { region } }: ExportEngine,
  exported: TableExport,
  { line, progress }: { readonly line: string; readonly progress: ExportProgress },
): Promise<void> {
  const name = nameOfTransfer(region, exported)
  const key = transferKey(name)
  const before = encodeTransfer(exported)
  await store.write([key], (turn) => {
    // Another node may have gone on.
    if (turn.get(key) !== before) return
    turn.put(transferLineKey(name, fileList, exported.progress.files), line)
    turn.put(key, encodeTransfer({ ...exported, progress }))
  })
}

async function writeManifests(engine: ExportEngine, exported: TableExport, endMs: number): Promise<Begun> {
  const lines: string[] = []
  const name = nameOfTransfer(engine.catalog.region, exported)
  for await (const piece of readLines(engine.store, name, fileList)) lines.push(...piece.map((line) => `${line}\n`))
  const files = lines.join('')
  const summary = summaryText(engine, exported, endMs)
  await put(engine, exported, 'manifest-files.json', files)
  await put(engine, exported, 'manifest-files.md5', checksumOf(files))
  await put(engine, exported, 'manifest-summary.md5', checksumOf(summary))
  await put(engine, exported, 'manifest-summary.json', summary)
  return { kind: 'manifests', endMs }
}

interface ExportEnd {
  readonly endMs: number
  readonly failure?: TransferFailure
}

/** It is COMPLETED or FAILED, and its source need not keep anything for it any more. */
async function endExport(engine: ExportEngine, exported: TableExport, end: ExportEnd): Promise<void> {
  const name = nameOfTransfer(engine.catalog.region, exported)
  const { tableName, tableId } = exported
  const key = transferKey(name)
  await changeTables(
    engine,
    [tableName],
    (tables) => {
      const ended = { ...exported, status: end.failure === undefined ? 'COMPLETED' : 'FAILED', ...end } as const
      tables.put(key, encodeTransfer(ended))
      tables.delete(runningTransferKey(name))
      tables.delete(copyKey(exported.copyId))
      const source = tables.find(tableName)
      if (source?.tableId !== tableId || source.history === undefined) return
      tables.replace({ ...source, history: withoutCopy(source.history, exported.id) })
    },
    [key],
  )
}
