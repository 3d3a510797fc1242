/** Stores that decide turns in the order in which they are asked for, and what else a history of turns has to know of each. */
import { seededRandom } from '../../src/base/random.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'
import type { OpenStore } from './laws.ts'
import { openPostgres } from './open-postgres.ts'
import { localStores, openFaulty } from './open-stores.ts'

export interface StoreKind {
  readonly name: string
  readonly open: OpenStore
  /** How often each turn is decided. Undefined: as often as it takes. */
  readonly attempts?: number
  /** Whether a turn that changes nothing may fail with the commit of its neighbours. */
  readonly decidesTogether?: boolean
  /** How many histories. */
  readonly runs?: number
  readonly skip?: string | false
}

export const orderedStores: readonly StoreKind[] = [
  ...localStores.map(([name, open]) => ({ name, open, attempts: 1, ...(name === 'sqlite' && { runs: 40 }) })),
  {
    name: 'faulty (that decides twice)',
    open: () => openFaulty({ random: seededRandom(1), repeatedAtOnce: 256 }),
    attempts: 2,
  },
  { name: 'postgres', open: openPostgres, decidesTogether: true, runs: 40, skip: skipWithoutPostgres },
]
