/** Shards below the ones that they came from. */

export interface Shard {
  readonly id: string
  readonly parent: string | undefined
  readonly isOpen: boolean
}

export interface Branch {
  readonly shard: Shard
  readonly depth: number
}

/** In the order of a walk: each before its children. One whose parent is trimmed stands at the top. */
export function shardTree(shards: readonly Shard[]): readonly Branch[] {
  const ids = new Set(shards.map(({ id }) => id))
  const children = Map.groupBy(shards, ({ parent }) => (parent !== undefined && ids.has(parent) ? parent : ''))
  const walk = (parent: string, depth: number): readonly Branch[] =>
    (children.get(parent) ?? []).flatMap((shard) => [{ shard, depth }, ...walk(shard.id, depth + 1)])
  return walk('', 0)
}
