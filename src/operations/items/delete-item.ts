/** DeleteItem: removes one item; to delete what is not there succeeds (operations.md §2.5). */
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { changeItem } from '../../engine/items/change-item.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { accessPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { answerWithOldItem, checkReturnValues } from './answer-with-old-item.ts'
import { checkKey } from './key-parameters.ts'

const { wording } = operations.DeleteItem
const languages = clauseLanguages.delete

interface Prepared {
  readonly key: Item
  readonly condition: Condition | undefined
}

export async function deleteItem(
  engine: MeteredEngine,
  input: InputOf<'DeleteItem'>,
  usage: RequestUsage,
): Promise<OutputOf<'DeleteItem'>> {
  const { key, condition } = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  checkKey(table, key)

  usage.pattern = accessPattern(engine, 'DeleteItem', { table }, input, { condition })
  const place = itemPlace(table, key)
  if (usage.beforeDoing !== undefined) await usage.beforeDoing({ access: 'write', members: [{ table, key: place.key }] })
  const outcome = await changeItem(engine, {
    table,
    meter: writeMeter(engine, usage),
    ...place,
    decide: (oldItem) =>
      condition === undefined || condition.matches(oldItem?.attributes ?? {})
        ? { kind: 'become', newItem: undefined }
        : { kind: 'conditionFailed' },
  })
  return answerWithOldItem(input, outcome)
}

function prepare(input: InputOf<'DeleteItem'>): Prepared {
  const written = readClauses(input, languages)
  const key = checkAttributes(input.Key, wording)
  const { condition } = compileClauses(written)
  checkReturnValues(input.ReturnValues)
  return { key, condition }
}
