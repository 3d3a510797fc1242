/**
 * What is remembered of traffic in memory, of bounded size whatever the traffic: the heat and the heavy keys of the spaces used
 * last, and how clients ask (access-patterns.ts). It ends with the process.
 *
 * | what                            | memory                                                                       |
 * | ------------------------------- | ---------------------------------------------------------------------------- |
 * | the heat of a space             | 90 KiB                                                                       |
 * | its heavy keys                  | 33 KiB each for reads and writes, and for refused ones when there are any    |
 * | their names                     | as they are, 128 KiB at most for each of those four                          |
 * | all spaces                      | of the 128 used last: 20 MiB, 92 MiB at the very worst                       |
 * | access patterns                 | 2,000 and what is left over, about 1 KiB each and their texts; the forms they are found by, 4 million letters at most |
 */
import { heatSpacesMax } from '../../api/limits.ts'
import { type DataSpace, spaceName } from '../keyspace/keys.ts'
import { AccessPatterns } from './access-patterns.ts'
import { SpaceTraffic } from './space-traffic.ts'

export class Traffic {
  readonly patterns: AccessPatterns = new AccessPatterns()
  readonly #spaces = new Map<number, SpaceTraffic>()
  /** Those that take memory, the one used longest ago first; to the minute. */
  readonly #measured = new Set<SpaceTraffic>()

  /** The traffic of this space. Hold on to it: looking it up costs. */
  space(space: DataSpace): SpaceTraffic {
    const name = spaceName(space)
    let traffic = this.#spaces.get(name)
    if (traffic === undefined) {
      traffic = new SpaceTraffic(space, (used) => this.#use(used))
      this.#spaces.set(name, traffic)
    }
    return traffic
  }

  /** How many spaces take memory. */
  get measuredCount(): number {
    return this.#measured.size
  }

  /** Drops what belongs to a deleted index. */
  dropSpace(space: DataSpace): void {
    const traffic = this.#spaces.get(spaceName(space))
    if (traffic === undefined) return
    this.#forgetSpace(traffic)
    this.#spaces.delete(spaceName(space))
  }

  /** Drops what belongs to a deleted table and its indexes. */
  dropTable(tableId: number): void {
    for (const { space } of this.#spaces.values()) if (space.tableId === tableId) this.dropSpace(space)
    this.patterns.dropTable(tableId)
  }

  /** Begins anew. Who holds the traffic of a space may go on with it. */
  forget(): void {
    for (const traffic of [...this.#measured]) this.#forgetSpace(traffic)
    this.patterns.forget()
  }

  #use(traffic: SpaceTraffic): void {
    this.#measured.delete(traffic)
    this.#measured.add(traffic)
    const [oldest] = this.#measured
    if (this.#measured.size > heatSpacesMax && oldest !== undefined) this.#forgetSpace(oldest)
  }

  #forgetSpace(traffic: SpaceTraffic): void {
    this.#measured.delete(traffic)
    traffic.forget()
  }
}
