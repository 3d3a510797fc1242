/** UpdateItem: changes attributes of one item, or creates it (operations.md §2.4). */
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { JsonText } from '../../base/json-text.ts'
import type { ItemChange } from '../../engine/changes/item-change.ts'
import { changeItem } from '../../engine/items/change-item.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import type { Condition } from '../../expressions/condition.ts'
import { projectPaths } from '../../expressions/projection.ts'
import type { Update } from '../../expressions/update.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { itemText } from '../../values/item-text.ts'
import { accessPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { consumedCapacity, unitsOfWrite } from '../request/consumed-capacity.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { conditionalCheckFailed } from './conditional-check.ts'
import { itemCollectionMetrics } from './item-collection-metrics.ts'
import { checkUpdatedSize } from './item-size.ts'
import { checkKey } from './key-parameters.ts'
import { checkTargets, updatedItem } from './updated-item.ts'

const { wording } = operations.UpdateItem
const languages = clauseLanguages.update

interface Prepared {
  readonly key: Item
  /** Absent: the item is created if it is not there, and stays as it is if it is. */
  readonly update: Update | undefined
  readonly condition: Condition | undefined
}

export async function updateItem(
  engine: MeteredEngine,
  input: InputOf<'UpdateItem'>,
  usage: RequestUsage,
): Promise<OutputOf<'UpdateItem'>> {
  const { key, update, condition } = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  checkKey(table, key)
  if (update !== undefined) checkTargets(table, update)

  usage.pattern = accessPattern(engine, 'UpdateItem', { table }, input, { update, condition })
  const place = itemPlace(table, key)
  if (usage.beforeDoing !== undefined) await usage.beforeDoing({ access: 'write', members: [{ table, key: place.key }] })
  const outcome = await changeItem(engine, {
    table,
    meter: writeMeter(engine, usage),
    ...place,
    decide: (oldItem, current) => {
      // Before the condition: an update that is charged too much fails whatever the item holds (data-model.md §5).
      checkUpdatedSize(update?.chargeBytes ?? 0)
      if (condition !== undefined && !condition.matches(oldItem?.attributes ?? {})) return { kind: 'conditionFailed' }
      return { kind: 'become', newItem: updatedItem(current, oldItem, key, update) }
    },
  })
  if (outcome.kind === 'conditionFailed') throw conditionalCheckFailed(outcome.oldItem, input.ReturnValuesOnConditionCheckFailure)

  return {
    ...returnedAttributes(input.ReturnValues, outcome.change, update),
    ...consumedCapacity(input.ReturnConsumedCapacity, unitsOfWrite(input.TableName, outcome)),
    ...itemCollectionMetrics(input.ReturnItemCollectionMetrics, outcome),
  }
}

function prepare(input: InputOf<'UpdateItem'>): Prepared {
  const written = readClauses(input, languages)
  const key = checkAttributes(input.Key, wording)
  const { update, condition } = compileClauses(written)
  return { key, update, condition }
}

type ReturnValues = InputOf<'UpdateItem'>['ReturnValues']

/** UPDATED_OLD and UPDATED_NEW are the paths that the update names, and nothing when none of them is there. */
function returnedAttributes(
  returnValues: ReturnValues,
  { oldItem, newItem }: ItemChange,
  update: Update | undefined,
): Pick<OutputOf<'UpdateItem'>, 'Attributes'> {
  const item = returnValues === 'ALL_OLD' || returnValues === 'UPDATED_OLD' ? oldItem : newItem
  if (returnValues === undefined || returnValues === 'NONE' || item === undefined) return {}
  if (returnValues === 'ALL_OLD' || returnValues === 'ALL_NEW') return { Attributes: new JsonText(item.text) }
  const updated = projectPaths(item.attributes, update?.paths ?? [])
  return Object.keys(updated).length === 0 ? {} : { Attributes: new JsonText(itemText(updated)) }
}
