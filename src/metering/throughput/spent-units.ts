/** What one node took from the limits of a table or a global index, by partition, as nodes of a shared store tell each other. */
import type { Access } from '../../engine/partitions/capacity-units.ts'

/** Id of a partition, units; id 0 where partitions are not known. */
export type PartitionUnits = readonly [partitionId: number, units: number]

export interface SpentUnits {
  readonly byPartition: readonly PartitionUnits[]
  /** What the node has left after it, to its knowledge. */
  readonly unitsLeft: number | undefined
}

export type Spent = { readonly [Of in Access]: SpentUnits }

/** Sums up what is taken until somebody asks. */
export class SpentSoFar {
  readonly #units: { readonly [Of in Access]: Map<number, number> } = { read: new Map(), write: new Map() }

  add(access: Access, partitionId: number, units: number): void {
    const sums = this.#units[access]
    sums.set(partitionId, (sums.get(partitionId) ?? 0) + units)
  }

  get isEmpty(): boolean {
    return this.#units.read.size === 0 && this.#units.write.size === 0
  }

  /** What was taken since the last call. */
  takeOut(access: Access): readonly PartitionUnits[] {
    const sums = this.#units[access]
    const all = [...sums].filter(([, units]) => units !== 0)
    sums.clear()
    return all
  }
}
