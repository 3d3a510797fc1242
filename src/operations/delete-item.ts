/** DeleteItem: removes one item; to delete what is not there succeeds (operations.md §2.5). */
import { type InputOf, type OutputOf, operations } from '../api/operations.ts'
import { JsonText } from '../base/json-text.ts'
import { activeTable } from '../engine/catalog/find-table.ts'
import type { Engine } from '../engine/engine.ts'
import { changeItem } from '../engine/items/change-item.ts'
import { itemPlace } from '../engine/items/item-key.ts'
import type { Condition } from '../expressions/condition.ts'
import type { Item } from '../values/attribute-value.ts'
import { checkAttributes } from '../values/check.ts'
import { conditionalCheckFailed } from './conditional-check.ts'
import { consumedCapacity, unitsOfWrite } from './consumed-capacity.ts'
import { itemCollectionMetrics } from './item-collection-metrics.ts'
import { checkKey } from './key-parameters.ts'
import { checkReturnValues } from './put-item.ts'
import { compileClauses, languagesOf, readClauses } from './request-clauses.ts'

const { wording } = operations.DeleteItem
const languages = languagesOf('DeleteItemInput', wording)

interface Prepared {
  readonly key: Item
  readonly condition: Condition | undefined
}

export async function deleteItem(engine: Engine, input: InputOf<'DeleteItem'>): Promise<OutputOf<'DeleteItem'>> {
  const { key, condition } = prepare(input)
  const table = activeTable(engine.catalog.durable, input.TableName)
  checkKey(table, key)

  const outcome = await changeItem(engine, {
    table,
    ...itemPlace(table, key),
    decide: (oldItem) =>
      condition === undefined || condition.matches(oldItem?.attributes ?? {})
        ? { kind: 'become', newItem: undefined }
        : { kind: 'conditionFailed' },
  })
  if (outcome.kind === 'conditionFailed') throw conditionalCheckFailed(outcome.oldItem, input.ReturnValuesOnConditionCheckFailure)

  const { oldItem } = outcome.change
  return {
    ...(input.ReturnValues === 'ALL_OLD' && oldItem !== undefined && { Attributes: new JsonText(oldItem.text) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, unitsOfWrite(input.TableName, outcome)),
    ...itemCollectionMetrics(input.ReturnItemCollectionMetrics, outcome),
  }
}

function prepare(input: InputOf<'DeleteItem'>): Prepared {
  const written = readClauses(input, languages)
  const key = checkAttributes(input.Key, wording)
  const { condition } = compileClauses(written)
  checkReturnValues(input.ReturnValues)
  return { key, condition }
}
