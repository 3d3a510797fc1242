/** The numbers of a heat map, and what of them a place in the picture means. */
import type { HotKey, HotKeys, SpaceHeat } from '../../../src/server/control/traffic-routes.ts'

export const heatKinds = ['reads', 'writes', 'refused'] as const
export type HeatKind = (typeof heatKinds)[number]

const hashes = 2 ** 32

export function hottest(heat: SpaceHeat, kind: HeatKind): number {
  return heat[kind].reduce((most, column) => Math.max(most, ...column), 0)
}

export interface Cell {
  readonly column: number
  readonly range: number
  readonly amount: number
  readonly fromMs: number
  readonly fromHash: number
  readonly toHash: number
  readonly partitionId: number | undefined
}

export function cellAt(heat: SpaceHeat, kind: HeatKind, column: number, range: number): Cell {
  const fromHash = (range * hashes) / heat.ranges
  const toHash = ((range + 1) * hashes) / heat.ranges
  return {
    column,
    range,
    amount: heat[kind][column]?.[range] ?? 0,
    fromMs: heat.fromMs + column * heat.columnMs,
    fromHash,
    toHash,
    partitionId: heat.partitions.findLast(({ hash }) => hash <= fromHash)?.id,
  }
}

/** The hot keys whose hashes lie in a cell. */
export function keysOf(keys: HotKeys | undefined, kind: HeatKind, { fromHash, toHash }: Cell): readonly HotKey[] {
  const all =
    kind === 'reads'
      ? keys?.reads.keys
      : kind === 'writes'
        ? keys?.writes.keys
        : [...(keys?.reads.keys ?? []), ...(keys?.writes.keys ?? [])]
  return (all ?? []).filter(({ hash }) => hash >= fromHash && hash < toHash)
}

/** 0 to 1; small amounts beside large ones can still be seen. */
export function brightness(amount: number, most: number): number {
  return most === 0 || amount === 0 ? 0 : 0.12 + 0.88 * Math.sqrt(amount / most)
}
