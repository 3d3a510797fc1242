/** What PutItem and DeleteItem answer alike: at most the item that was there before (operations.md §2.3, §2.5). */
import { invalidRequest } from '../../api/errors.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { JsonText } from '../../base/json-text.ts'
import type { Outcome } from '../../engine/items/decide-change.ts'
import { consumedCapacity, unitsOfWrite } from '../request/consumed-capacity.ts'
import { conditionalCheckFailed } from './conditional-check.ts'
import { itemCollectionMetrics } from './item-collection-metrics.ts'

type Input = InputOf<'PutItem'> | InputOf<'DeleteItem'>
type Answer = OutputOf<'PutItem'> & OutputOf<'DeleteItem'>

/** They know two of the five values. */
export function checkReturnValues(returnValues: Input['ReturnValues']): void {
  if (returnValues === undefined || returnValues === 'NONE' || returnValues === 'ALL_OLD') return
  throw invalidRequest('ReturnValues can only be ALL_OLD or NONE')
}

/** Throws ConditionalCheckFailedException when the condition did not hold. */
export function answerWithOldItem(input: Input, outcome: Outcome): Answer {
  if (outcome.kind === 'conditionFailed') throw conditionalCheckFailed(outcome.oldItem, input.ReturnValuesOnConditionCheckFailure)
  const { oldItem } = outcome.change
  return {
    ...(input.ReturnValues === 'ALL_OLD' && oldItem !== undefined && { Attributes: new JsonText(oldItem.text) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, unitsOfWrite(input.TableName, outcome)),
    ...itemCollectionMetrics(input.ReturnItemCollectionMetrics, outcome),
  }
}
