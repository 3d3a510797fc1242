/**
 * What is remembered of traffic in memory, of bounded size whatever the traffic: the heat and the heavy keys of the spaces used
 * last, and how clients ask (access-patterns.ts). It ends with the process.
 *
 * | what                            | memory                                                                       |
 * | ------------------------------- | ---------------------------------------------------------------------------- |
 * | the heat of a space             | 90 KiB                                                                       |
 * | its heavy keys                  | 33 KiB each for reads and writes, and for refused ones when there are any    |
 * | their names                     | as they are, 128 KiB at most for each of those four                          |
 * | all spaces                      | 128 of those used last: 20 MiB, 92 MiB at the very worst                     |
 * | access patterns                 | 2,000 and what is left over, about 3 KiB each and their texts; the forms they are found by, 4 million letters at most |
 */
import type { CatalogChange } from '../../engine/catalog/catalog-records.ts'
import { type DataSpace, spaceNumber } from '../../engine/keyspace/keys.ts'
import { heatSpacesMax } from '../limits.ts'
import { AccessPatterns } from './access-patterns.ts'
import { SpaceTraffic } from './space-traffic.ts'

export class Traffic {
  readonly patterns: AccessPatterns = new AccessPatterns()
  /** How often the nodes of a shared store have forgotten all so far: what was told before counts no more. */
  epoch = 0
  readonly #spaces = new Map<number, SpaceTraffic>()
  /** Those that take memory, the one used longest ago first; to the minute. What was used in this minute does not give way. */
  readonly #measured = new Set<SpaceTraffic>()

  /** The traffic of this space. Hold on to it: looking it up costs. */
  space(space: DataSpace): SpaceTraffic {
    const number = spaceNumber(space)
    let traffic = this.#spaces.get(number)
    if (traffic === undefined) {
      traffic = new SpaceTraffic(space, (used, minute) => this.#use(used, minute))
      this.#spaces.set(number, traffic)
    }
    return traffic
  }

  /** How many spaces are known. */
  get spaceCount(): number {
    return this.#spaces.size
  }

  /** How many spaces take memory. */
  get measuredCount(): number {
    return this.#measured.size
  }

  /** The spaces that take memory. */
  measured(): Iterable<SpaceTraffic> {
    return this.#measured
  }

  /** What belongs to deleted tables and indexes is dropped. */
  catalogChanged({ tables }: CatalogChange): void {
    const gone = new Set<number>()
    for (const { before, after } of tables) {
      if (before === undefined) continue
      if (after?.tableId !== before.tableId) {
        gone.add(before.tableId)
        continue
      }
      for (const { indexId } of before.indexes) {
        if (!after.indexes.some((index) => index.indexId === indexId)) this.dropSpace({ tableId: before.tableId, indexId })
      }
    }
    if (gone.size > 0) this.dropTables(gone)
  }

  /** Drops what belongs to a deleted index. Another may get its number: who holds the traffic of the space goes on with it. */
  dropSpace(space: DataSpace): void {
    const traffic = this.#spaces.get(spaceNumber(space))
    if (traffic !== undefined) this.#forgetSpace(traffic)
  }

  /** Drops what belongs to deleted tables and their indexes, in one look at all that there is. */
  dropTables(tableIds: ReadonlySet<number>): void {
    for (const [name, traffic] of this.#spaces) {
      if (!tableIds.has(traffic.space.tableId)) continue
      this.#forgetSpace(traffic)
      this.#spaces.delete(name)
    }
    this.patterns.dropTables(tableIds)
  }

  /** Begins anew. Who holds the traffic of a space may go on with it. */
  forget(epoch: number = this.epoch): void {
    this.epoch = epoch
    for (const traffic of [...this.#measured]) this.#forgetSpace(traffic)
    this.patterns.forget()
  }

  /** False while so many others were used in this minute that there is no room. */
  #use(traffic: SpaceTraffic, minute: number): boolean {
    if (!this.#measured.delete(traffic) && this.#measured.size >= heatSpacesMax) {
      const [oldest] = this.#measured
      if (oldest === undefined || oldest.lastMinute === minute) return false
      this.#forgetSpace(oldest)
    }
    this.#measured.add(traffic)
    return true
  }

  #forgetSpace(traffic: SpaceTraffic): void {
    this.#measured.delete(traffic)
    traffic.forget()
  }
}
