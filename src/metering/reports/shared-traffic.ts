/**
 * How nodes of a shared store know of each other's traffic without calling each other: when a minute of the clock is over, each puts what
 * it counted into the store, in one turn (report-keys.ts has the table of what), and whoever is asked adds what the others told to what
 * it knows itself. Who has nothing to tell writes nothing. So an answer has all that the others did until the minute that is going on.
 */
import { type Clock, minuteMs } from '../../base/clock.ts'
import type { CatalogChange } from '../../engine/catalog/catalog-records.ts'
import { wholeRange } from '../../engine/records/whole-view.ts'
import type { KeyRange, Store } from '../../storage/store.ts'
import { reportsLoadBudget } from '../limits.ts'
import { nodeIn, patternsOfNodeRange, reportsOfSpaceRanges, reportsRange, throttlesKey, toldKey } from './report-keys.ts'
import { deleteRange } from './sweep-reports.ts'
import { type ReporterParts, type TrafficReport, TrafficReporter } from './traffic-reporter.ts'

export interface SharedTrafficParts extends ReporterParts {
  readonly store: Store
}

/** When another node told of its traffic last, by its clock. One that had nothing to tell has not done so for long. */
export interface ToldNode {
  readonly nodeId: string
  readonly toldMs: number
}

export class SharedTraffic {
  readonly nodeId: string
  readonly store: Store
  readonly #clock: Clock
  readonly #reporter: TrafficReporter
  /** The minute that was going on when it was told last. */
  #minute: number
  /** Whether the store has a word of this node. */
  #hasTold = false
  /** What is to be deleted, since its table or index is gone. */
  #gone: KeyRange[] = []

  constructor(parts: SharedTrafficParts) {
    const { store, nodeId, clock } = parts
    this.store = store
    this.nodeId = nodeId
    this.#clock = clock
    this.#minute = minuteAt(clock.now())
    this.#reporter = new TrafficReporter(parts, this.#minute)
  }

  /** Tells of the minutes that are over, once in each minute of the clock. Rejects as the store does; then it is told the next time. */
  async exchange(): Promise<void> {
    await this.#deleteGone()
    const nowMs = this.#clock.now()
    const minute = minuteAt(nowMs)
    if (minute === this.#minute) return this.#retract()
    await this.#tell(await this.#reporter.report(minute), nowMs)
    this.#minute = minute
  }

  /** Tells of the minute that is going on, and takes along what goes with the node. */
  async leave(): Promise<void> {
    const { entries } = await this.#reporter.lastReport(minuteAt(this.#clock.now()) + 1)
    if (!this.#hasTold && entries.length === 0) return
    await deleteRange(this.store, patternsOfNodeRange(this.nodeId))
    await this.store.write([], (turn) => {
      for (const { key, value } of entries) turn.put(key, value)
      turn.delete(throttlesKey(this.nodeId))
      turn.delete(toldKey(this.nodeId))
    })
  }

  /** What was told of tables and indexes that are gone goes with the next exchange: their numbers may be another's. */
  catalogChanged({ tables }: CatalogChange): void {
    for (const { before, after } of tables) {
      if (before === undefined) continue
      const { tableId } = before
      if (after?.tableId !== tableId) this.#gone.push(...reportsOfSpaceRanges(tableId, undefined))
      else {
        const gone = before.indexes.filter(({ indexId }) => !after.indexes.some((index) => index.indexId === indexId))
        this.#gone.push(...gone.flatMap(({ indexId }) => reportsOfSpaceRanges(tableId, indexId)))
      }
    }
  }

  /** The other nodes that have told something and are not gone. */
  async others(): Promise<readonly ToldNode[]> {
    const rows = await wholeRange(this.store, reportsRange(6), reportsLoadBudget)
    return rows.map(({ key, value }) => ({ nodeId: nodeIn(key), toldMs: Number(value) })).filter(({ nodeId }) => nodeId !== this.nodeId)
  }

  async #tell({ entries, deleted, told }: TrafficReport, nowMs: number): Promise<void> {
    if (entries.length === 0 && deleted.length === 0) return told()
    const own = toldKey(this.nodeId)
    const isThere = await this.store.write([own], (turn) => {
      // A node that was thought dead was swept. What goes with the node is to be told anew.
      if (this.#hasTold && turn.get(own) === undefined) return false
      for (const { key, value } of entries) turn.put(key, value)
      for (const key of deleted) turn.delete(key)
      turn.put(own, String(nowMs))
      return true
    })
    this.#hasTold = isThere
    if (isThere) return told()
    this.#reporter.forgetTold()
    return this.#tell(await this.#reporter.report(minuteAt(nowMs)), nowMs)
  }

  async #retract(): Promise<void> {
    const { entries, told } = this.#reporter.retraction()
    if (entries.length === 0) return
    const own = toldKey(this.nodeId)
    await this.store.write([own], (turn) => {
      if (turn.get(own) !== undefined) for (const { key, value } of entries) turn.put(key, value)
    })
    told()
  }

  async #deleteGone(): Promise<void> {
    for (let range = this.#gone[0]; range !== undefined; range = this.#gone[0]) {
      await deleteRange(this.store, range)
      this.#gone.shift()
    }
  }
}

function minuteAt(nowMs: number): number {
  return Math.floor(nowMs / minuteMs)
}
