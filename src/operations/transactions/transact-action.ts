/** What a transaction is made of, whichever language it was written in: actions, each on one item of a table. */
import type { Condition } from '../../expressions/condition.ts'
import type { Update } from '../../expressions/update.ts'
import type { Item } from '../../values/attribute-value.ts'
import type { Returned } from './cancellation.ts'

interface ActionOnItem {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly condition?: Condition | undefined
  /** What the reason of a failed condition holds. */
  readonly returnOnFailure?: Returned
}

/** What is in it is compiled, and checked as far as that goes without knowing the table. */
export type TransactAction =
  /** `mustBeNew`: an item that is there already gives the reason DuplicateItem. */
  | (ActionOnItem & { readonly kind: 'put'; readonly item: Item; readonly mustBeNew?: boolean })
  | (ActionOnItem & { readonly kind: 'update'; readonly key: Item; readonly update: Update })
  | (ActionOnItem & { readonly kind: 'delete'; readonly key: Item })
  | (ActionOnItem & { readonly kind: 'check'; readonly key: Item; readonly condition: Condition })
