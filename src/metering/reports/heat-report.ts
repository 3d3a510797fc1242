/**
 * A column of a heat grid as JSON: `[epoch, reads, writes, refused]`, each of the three `[range, amount, range, amount …]`. Sums of several
 * nodes are exact as far as their cells are (heat-grid.ts).
 */
import type { StoredValue } from '../../storage/store.ts'
import type { HeatCell, HeatColumn } from '../traffic/heat-grid.ts'

type Flat = readonly number[]

export function encodeHeat({ cells: { read, write, refused } }: HeatColumn, epoch: number): string {
  return JSON.stringify([epoch, read.flat(), write.flat(), refused.flat()])
}

/** Undefined when it was counted before all was forgotten. */
export function decodeHeat(minute: number, value: StoredValue, epoch: number): HeatColumn | undefined {
  const [toldEpoch, read, write, refused] = JSON.parse(String(value)) as readonly [number, Flat, Flat, Flat]
  return toldEpoch === epoch ? { minute, cells: { read: cellsOf(read), write: cellsOf(write), refused: cellsOf(refused) } } : undefined
}

function cellsOf(flat: Flat): readonly HeatCell[] {
  const cells: HeatCell[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) cells.push([flat[at] ?? 0, flat[at + 1] ?? 0])
  return cells
}
