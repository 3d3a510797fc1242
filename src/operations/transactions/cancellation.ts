/** How a transaction says why nothing of it was done: one reason for each action, in their order (errors.md §5). */
import { type ExceptionName, ServiceError } from '../../api/errors.ts'
import { JsonText } from '../../base/json-text.ts'
import type { Refusal } from '../../engine/transactions/write-transaction.ts'

export interface Reason {
  readonly Code: string
  readonly Message?: string
  readonly Item?: JsonText
}

/** What is to be told of an item whose condition failed. */
export type Returned = 'ALL_OLD' | 'NONE' | undefined

const codes: { readonly [Name in ExceptionName]?: string } = {
  ThrottlingException: 'ThrottlingError',
  ValidationException: 'ValidationError',
  // Of global tables with strong consistency: the model has no codes for them [I].
  ReplicatedWriteConflictException: 'TransactionConflict',
  ServiceUnavailable: 'InternalServerError',
}

/** The code of an exception where it is one of many: in a reason, or in the slot of a batch of statements. */
export function codeOf({ exception }: ServiceError): string {
  return codes[exception] ?? exception.replace(/Exception$/, '')
}

export function reasonOf(refusal: Refusal | undefined, returned: Returned): Reason {
  if (refusal === undefined) return { Code: 'None' }
  if (refusal.kind === 'fault') return { Code: codeOf(refusal.error), Message: refusal.error.message }
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(returned === 'ALL_OLD' && refusal.oldItem !== undefined && { Item: new JsonText(refusal.oldItem.text) }),
  }
}

/** What a check throws, for the reason of one action. */
export function faultOf(check: () => void): ServiceError | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof ServiceError) return error
    throw error
  }
}

export function transactionCancelled(reasons: readonly Reason[]): ServiceError {
  return new ServiceError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    { members: { CancellationReasons: reasons } },
  )
}
