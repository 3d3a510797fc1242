/**
 * What one request came to: which tables it touched, what it consumed, how many items it looked at. Whoever finds something out
 * notes it here; whoever counts requests reads it when the answer is known, be it an answer or an error.
 */
import type { ServiceError } from '../../api/errors.ts'
import { stopwatchMs } from '../../base/clock.ts'
import { Pace } from '../../base/pace.ts'
import type { CatalogHolder } from '../../engine/catalog/catalog-holder.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import type { Staleness } from '../../engine/recent/recent-changes.ts'
import type { SecondaryIndex, Table, VectorIndex } from '../../engine/schema/table.ts'
import type { KeyBytes } from '../../storage/store.ts'
import type { AccessPattern } from './access-pattern.ts'

/** What a request for items is about, once it is understood. */
export interface UnderstoodRequest {
  readonly access: Access
  /** The items and ranges that it names, in their order. */
  readonly members: readonly UnderstoodMember[]
  /** What it reads of a stream; then there are no members. */
  readonly shard?: UnderstoodShard
}

export interface UnderstoodShard {
  /** Of its stream: the table may be gone. */
  readonly tableName: string
  readonly id: string
  /** Whether it matters to the request which records are the newest. */
  readonly meetsNewest: boolean
}

export interface UnderstoodMember {
  readonly table: Table
  /** What it reads instead of the table. */
  readonly index?: SecondaryIndex | VectorIndex | undefined
  /** Of its item, or where what it reads of one partition key begins. Left out: it reads of many. */
  readonly key?: KeyBytes | undefined
  /** Whether it is to see all that was written before. */
  readonly isConsistent?: boolean
}

/** Members that are not to be done, by their places, with what keeps them. */
export type KeptMembers = ReadonlyMap<number, ServiceError>

/** What is not to be seen yet, though it is there. */
export type Lag =
  /** For the members at these places, each with the id of its table. */
  | { readonly kind: 'stale'; readonly staleness: Staleness; readonly tables: ReadonlyMap<number, number> }
  /** Records of a stream that are younger, and those behind them. */
  | { readonly kind: 'records'; readonly ageMs: number }

/** One for each request, and for that request alone. Units are those of tables and indexes together. */
export class RequestUsage {
  /** The first table that the request found; undefined when there is none. */
  table: Table | undefined
  /** The further ones of a batch, a transaction or a batch of statements; each table once. */
  otherTables: Table[] | undefined
  /** What a Query or Scan reads instead of the table. */
  index: SecondaryIndex | undefined
  pattern: AccessPattern | undefined
  readUnits = 0
  writeUnits = 0
  /** Items that a read evaluated, and those it answered with. */
  evaluatedItems = 0
  returnedItems: number | undefined
  /** Whether a Query or Scan goes on behind a page, and whether there is more behind the one it answers with. */
  continues = false
  hasMore = false
  /** What it is made of (a batch of many members, any other request of one): within the limits, and beyond them. */
  admittedMembers = 0
  refusedMembers = 0
  /**
   * To be asked by what reads or writes items, once nothing is wrong with the request and before anything is done. Rejects with what it is to
   * be refused with. Undefined: nothing is to be asked.
   */
  beforeDoing: ((request: UnderstoodRequest) => Promise<KeptMembers | undefined>) | undefined = undefined
  /** Said by `beforeDoing`. */
  lag: Lag | undefined = undefined
  readonly isWanted: () => boolean
  #pace: Pace | undefined

  /** `isWanted`: whether somebody waits for the answer. */
  constructor(isWanted: () => boolean = () => true) {
    this.isWanted = isWanted
  }

  /** In whose slices its long reads are done, until nobody waits for them any more. What has begun to be written is finished. */
  get pace(): Pace {
    this.#pace ??= new Pace(stopwatchMs, this.isWanted)
    return this.#pace
  }

  /** Notes that the request is about this table, too. */
  touch(table: Table): void {
    if (this.table === undefined) this.table = table
    else if (this.table.tableId !== table.tableId && !this.otherTables?.some(({ tableId }) => tableId === table.tableId)) {
      this.otherTables ??= []
      this.otherTables.push(table)
    }
  }
}

/** Whether the tables of the request are what they were when it looked them up. A read is asked again otherwise, and costs nothing until then. */
export function isCurrent({ catalog }: Pick<CatalogHolder, 'catalog'>, { table, otherTables }: RequestUsage): boolean {
  if (table !== undefined && catalog.find(table.name) !== table) return false
  return otherTables?.every((each) => catalog.find(each.name) === each) ?? true
}
