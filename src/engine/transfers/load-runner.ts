/**
 * Puts the records of objects into a table, batch by batch, for imports and bulk operations. How far one has come, object and record, stands
 * in its record and is written with the items, so that it goes on after a restart and counts nothing twice. A bucket is waited for between
 * steps; after a fault it is read again from where the record says.
 */
import { importObjectsMax } from '../../api/limits.ts'
import type { TableHome } from '../../api/table-name.ts'
import { BucketFault, type Buckets } from '../../storage/buckets/buckets.ts'
import type { CatalogHolder } from '../catalog/catalog-holder.ts'
import type { ItemWriter } from '../items/decide-change.ts'
import type { TransferName } from '../keyspace/transfer-keys.ts'
import { transferKey } from '../keyspace/transfer-keys.ts'
import { importTriesMax } from '../limits.ts'
import type { Table } from '../schema/table.ts'
import { encodeTransfer, type LoadProgress, type Transfer, type TransferFailure } from '../schema/transfer.ts'
import { Awaited } from './awaited.ts'
import { type Batch, type ObjectSource, objectsBehind, readObjects } from './read-objects.ts'

export type LoadEngine = ItemWriter & CatalogHolder & TableHome & { readonly buckets: Buckets }

/** What is loaded for: an import, or a bulk operation. */
export interface LoadKind<Load extends Transfer & { readonly progress: LoadProgress }> {
  /** Undefined: it is over, or never was. */
  read(engine: LoadEngine, name: TransferName): Promise<Load | undefined>
  /** The table that is filled; undefined: it is gone. */
  tableOf(engine: LoadEngine, load: Load): Table | undefined
  sourceOf(load: Load, table: Table): ObjectSource
  /** Puts a batch and writes how far it has come. Resolves with how far that is; undefined: no more can be put for now. */
  put(
    engine: LoadEngine,
    at: { readonly load: Load; readonly table: Table; readonly batch: Batch },
    nowMs: number,
  ): Promise<Load['progress'] | undefined>
  /** Whether it is to stop where it is. */
  isCancelled?(load: Load): boolean
  /** What is to be written to buckets when all is read. May be done twice. */
  report?(engine: LoadEngine, load: Load): Promise<void>
  end(engine: LoadEngine, load: Load, end: LoadEnd): Promise<void>
}

export interface LoadEnd {
  readonly endMs: number
  /** Not one of its items'. */
  readonly failure?: TransferFailure
}

/** What a step has begun. */
type Begun =
  | { readonly kind: 'listed'; readonly objects: number; readonly bytes: number }
  | { readonly kind: 'reported' }
  | IteratorResult<Batch>

interface Work {
  /** What stands in the record. */
  known: string
  batches: AsyncGenerator<Batch> | undefined
  begun: Awaited<Begun> | undefined
  /** What was read and could not be put yet. */
  waiting: Batch | undefined
  /** How often the bucket failed since it went on. */
  faults: number
}

interface At<Load> {
  readonly name: TransferName
  readonly load: Load
  readonly table: Table
  readonly work: Work
}

/** [I] Codes and words. */
const nothingFound: TransferFailure = { code: 'S3NoSuchKey', message: 'There are no objects below the given prefix' }
const tooManyObjects: TransferFailure = { code: 'ResourceLimitExceeded', message: `There can be ${importObjectsMax} objects at most` }
const tableGone: TransferFailure = { code: 'TableNotFound', message: 'The table was deleted meanwhile' }

export class LoadRunner<Load extends Transfer & { readonly progress: LoadProgress }> {
  readonly #kind: LoadKind<Load>
  readonly #works = new Map<string, Work>()

  constructor(kind: LoadKind<Load>) {
    this.#kind = kind
  }

  /** Does one bounded piece. Resolves with false when there is nothing to do, or not yet. */
  async step(engine: LoadEngine, name: TransferName, nowMs: number): Promise<boolean> {
    const load = await this.#kind.read(engine, name)
    if (load === undefined) {
      this.#forget(name)
      return false
    }
    const table = this.#kind.tableOf(engine, load)
    if (table === undefined) return this.#end(engine, { name, load }, { endMs: nowMs, failure: tableGone })
    const work = this.#workOn(name, load)
    try {
      return await this.#go(engine, { name, load, table, work }, nowMs)
    } catch (error) {
      // A batch that could not be put waits. After everything else, reading begins again: what has failed once says that it is at its end.
      if (work.waiting === undefined) restart(work)
      if (!(error instanceof BucketFault)) throw error
      work.faults += 1
      if (error.isPassing && work.faults < importTriesMax) return true
      return this.#end(engine, { name, load }, { endMs: nowMs, failure: { code: error.code, message: error.message } })
    }
  }

  async #go(engine: LoadEngine, at: At<Load>, nowMs: number): Promise<boolean> {
    const { load, work } = at
    if (work.waiting !== undefined && this.#kind.isCancelled?.(load) !== true) return this.#put(engine, at, work.waiting, nowMs)
    if (work.begun === undefined) {
      work.begun = new Awaited(this.#begin(engine, at))
      return true
    }
    if (!(await work.begun.isSettled())) return true
    const { begun } = work
    work.begun = undefined
    const result = await begun.result()
    work.faults = 0
    if ('kind' in result) return this.#follow(engine, at, result, nowMs)
    if (result.done !== true) return this.#put(engine, at, result.value, nowMs)
    if (this.#kind.report === undefined) return this.#end(engine, at, { endMs: nowMs })
    work.begun = new Awaited(this.#report(engine, load))
    return true
  }

  async #follow(engine: LoadEngine, at: At<Load>, begun: Exclude<Begun, IteratorResult<Batch>>, nowMs: number): Promise<boolean> {
    if (begun.kind === 'reported') return this.#end(engine, at, { endMs: nowMs })
    const { objects, bytes } = begun
    const failure = objects === 0 ? nothingFound : objects > importObjectsMax ? tooManyObjects : undefined
    if (failure !== undefined) return this.#end(engine, at, { endMs: nowMs, failure })
    const progress = { ...at.load.progress, objects, objectBytes: bytes }
    await keepProgress(engine, at, progress)
    at.work.known = JSON.stringify(progress)
    return true
  }

  #begin(engine: LoadEngine, { load, table, work }: At<Load>): Promise<Begun> {
    if (this.#kind.isCancelled?.(load) === true) {
      restart(work)
      return this.#report(engine, load)
    }
    const source = this.#kind.sourceOf(load, table)
    if (load.progress.objects === undefined) return listed(engine.buckets, source)
    work.batches ??= readObjects(engine.buckets, source, load.progress)
    return work.batches.next()
  }

  async #report(engine: LoadEngine, load: Load): Promise<Begun> {
    await this.#kind.report?.(engine, load)
    return { kind: 'reported' }
  }

  async #put(engine: LoadEngine, { load, table, work }: At<Load>, batch: Batch, nowMs: number): Promise<boolean> {
    work.waiting = batch
    const progress = await this.#kind.put(engine, { load, table, batch }, nowMs)
    if (progress === undefined) return false
    work.waiting = undefined
    work.known = JSON.stringify(progress)
    return true
  }

  async #end(engine: LoadEngine, { name, load }: Pick<At<Load>, 'name' | 'load'>, end: LoadEnd): Promise<boolean> {
    this.#forget(name)
    await this.#kind.end(engine, load, end)
    return true
  }

  #workOn({ region, path }: TransferName, { progress }: Load): Work {
    const id = `${region} ${path}`
    const known = JSON.stringify(progress)
    const found = this.#works.get(id)
    if (found?.known === known) return found
    if (found !== undefined) restart(found)
    const work = { known, batches: undefined, begun: undefined, waiting: undefined, faults: 0 }
    this.#works.set(id, work)
    return work
  }

  #forget({ region, path }: TransferName): void {
    const id = `${region} ${path}`
    const work = this.#works.get(id)
    if (work !== undefined) restart(work)
    this.#works.delete(id)
  }
}

/** Reading begins again where the record says. */
function restart(work: Work): void {
  void work.batches?.return(undefined).catch(() => {})
  work.batches = undefined
  work.begun = undefined
  work.waiting = undefined
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

async function keepProgress<Load extends Transfer>(
  { store }: LoadEngine,
  { name, load }: { readonly name: TransferName; readonly load: Load },
  progress: object,
): Promise<void> {
  const key = transferKey(name)
  const before = encodeTransfer(load)
  await store.write([key], (turn) => {
    if (turn.get(key) === before) turn.put(key, encodeTransfer({ ...load, progress } as Transfer))
  })
}

/** The table that it was begun for; undefined: it is gone. */
export function tableOf({ catalog }: LoadEngine, { tableName, tableId }: Transfer): Table | undefined {
  const table = catalog.find(tableName)
  return table?.tableId === tableId ? table : undefined
}

/** With what a batch adds to it, of which so many records could not be put. */
export function progressAfter<Progress extends LoadProgress>(before: Progress, batch: Batch, faults: number, notPut = 0): Progress {
  const counted = {
    ...before,
    itemCount: before.itemCount + batch.records.length,
    goodCount: before.goodCount + batch.records.length - faults - notPut,
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
