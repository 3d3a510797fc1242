/** The contributors of all tables and global indexes that Contributor Insights look at, on this node. */
import type { CatalogChange } from '../../engine/catalog/catalog-records.ts'
import { spaceNumber } from '../../engine/keyspace/keys.ts'
import { insightsOf, rulesOf } from '../../engine/schema/contributor-insights.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import { type EndedMinute, SpaceContributors } from './space-contributors.ts'

interface Watched {
  /** By what it is looked at, as text: another one begins anew. */
  readonly rules: string
  readonly contributors: SpaceContributors
}

export class Insights {
  readonly #watched = new Map<number, Watched>()
  /** Of rules that changed meanwhile. */
  #left: EndedMinute[] = []

  /** Undefined: nobody looks at it. Hold on to it for as long as table and index are the same objects. */
  of(table: Table, index: GlobalIndex | undefined): SpaceContributors | undefined {
    if (table.insights === undefined) return undefined
    const insights = insightsOf(table, index)
    const rules = insights === undefined ? [] : rulesOf(index ?? table, insights)
    const space = spaceOf(table, index)
    const number = spaceNumber(space)
    const known = this.#watched.get(number)
    const text = `${rules.join(' ')} ${insights?.rulesMs}`
    if (known?.rules === text) return known.contributors
    if (known !== undefined) this.#drop(number, known)
    if (rules.length === 0) return undefined
    const contributors = new SpaceContributors(space, (index ?? table).key, rules)
    this.#watched.set(number, { rules: text, contributors })
    return contributors
  }

  all(): Iterable<SpaceContributors> {
    return this.#watched.values().map(({ contributors }) => contributors)
  }

  /** Of what is not looked at any more. */
  takeLeft(): readonly EndedMinute[] {
    const left = this.#left
    this.#left = []
    return left
  }

  /** What belongs to deleted tables and indexes is forgotten. */
  catalogChanged({ tables }: CatalogChange): void {
    if (this.#watched.size === 0) return
    for (const { before, after } of tables) {
      if (before === undefined) continue
      for (const index of [undefined, ...before.indexes]) {
        const isKept =
          after?.tableId === before.tableId && (index === undefined || after.indexes.some(({ indexId }) => indexId === index.indexId))
        if (!isKept) this.#watched.delete(spaceNumber(spaceOf(before, index)))
      }
    }
  }

  #drop(number: number, { contributors }: Watched): void {
    this.#watched.delete(number)
    this.#left.push(...contributors.takeEnded(Number.POSITIVE_INFINITY))
  }
}
