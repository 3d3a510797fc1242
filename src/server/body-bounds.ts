/**
 * How many values a large body of each operation can be right with, so that one with more is refused before it is parsed: no item
 * has more than it has bytes, and what is compared with items has bounds of its own.
 */
import { invalid } from '../api/errors.ts'
import {
  batchWriteRequestsMax,
  itemSizeBytesMax,
  statementBatchMax,
  substitutionVariablesSizeBytesMax,
  transactionActionsMax,
  transactionSizeBytesMax,
} from '../api/limits.ts'
import type { OperationName } from '../api/operations.ts'
import type { BodyBounds } from '../protocols/parse-body.ts'

/** Items of a request, which are all that is called so and is an object. */
const itemsMax: { readonly [Name in OperationName]?: number } = {
  PutItem: 1,
  BatchWriteItem: batchWriteRequestsMax,
  TransactWriteItems: transactionActionsMax,
}

/** Bytes of values outside of items: variables of expressions, parameters of statements. A request without has keys and definitions. */
const valuesMax: { readonly [Name in OperationName]?: number } = {
  PutItem: substitutionVariablesSizeBytesMax,
  UpdateItem: substitutionVariablesSizeBytesMax,
  DeleteItem: substitutionVariablesSizeBytesMax,
  Query: substitutionVariablesSizeBytesMax,
  Scan: substitutionVariablesSizeBytesMax,
  SearchVectors: substitutionVariablesSizeBytesMax,
  ExecuteStatement: substitutionVariablesSizeBytesMax,
  BatchExecuteStatement: statementBatchMax * itemSizeBytesMax,
  TransactWriteItems: transactionSizeBytesMax,
  ExecuteTransaction: transactionSizeBytesMax,
}

export function bodyBounds(name: OperationName | undefined): BodyBounds {
  const countMax = name && itemsMax[name]
  return {
    valuesMax: (name && valuesMax[name]) ?? itemSizeBytesMax,
    own: countMax === undefined ? undefined : { member: 'Item', sizeBytesMax: itemSizeBytesMax, countMax },
    refusal,
  }
}

/** [I] AWS may have something else to say of such a request first; the second text is ours, for what AWS says of it is not known. */
function refusal(excess: 'own' | 'values'): Error {
  if (excess === 'own') return invalid('Item size has exceeded the maximum allowed size')
  return invalid('The request holds more values than its limits allow')
}
