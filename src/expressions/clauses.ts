/** What a request can say about items, compiled: the same whichever language said it, expressions or the legacy parameters. */
import type { Condition } from './condition.ts'
import type { KeyCondition } from './key-condition.ts'
import type { Projection } from './projection.ts'
import type { Update } from './update.ts'

/** Undefined where the request says nothing. */
export interface Clauses {
  readonly update: Update | undefined
  readonly condition: Condition | undefined
  readonly keyCondition: KeyCondition | undefined
  readonly filter: Condition | undefined
  readonly projection: Projection | undefined
}
