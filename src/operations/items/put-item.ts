/** PutItem: replaces or inserts a whole item (operations.md §2.3). */
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { changeItem } from '../../engine/items/change-item.ts'
import { itemPlace } from '../../engine/items/item-key.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { attributesLookedAt } from '../../engine/schema/looked-at.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { writeMeter } from '../../metering/throughput/write-meter.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { accessPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { sentItem } from '../request/sent-items.ts'
import { answerWithOldItem, checkReturnValues } from './answer-with-old-item.ts'
import { checkItemSize } from './item-size.ts'
import { checkIndexKeys, checkItemKey } from './key-parameters.ts'

const { wording } = operations.PutItem
const languages = clauseLanguages.put

interface Prepared {
  readonly newItem: StoredItem
  readonly condition: Condition | undefined
}

export async function putItem(engine: MeteredEngine, input: InputOf<'PutItem'>, usage: RequestUsage): Promise<OutputOf<'PutItem'>> {
  const { newItem, condition } = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  const lookedAt = newItem.having(attributesLookedAt(table))
  checkItemKey(table, lookedAt)
  checkIndexKeys(table, lookedAt)

  usage.pattern = accessPattern(engine, 'PutItem', { table }, input, { condition })
  const place = itemPlace(table, lookedAt)
  if (usage.beforeDoing !== undefined) await usage.beforeDoing({ access: 'write', members: [{ table, key: place.key }] })
  const outcome = await changeItem(engine, {
    table,
    meter: writeMeter(engine, usage),
    ...place,
    decide: (oldItem, current) => {
      if (current !== table) checkIndexKeys(current, newItem.attributes)
      if (condition !== undefined && !condition.matches(oldItem?.attributes ?? {})) return { kind: 'conditionFailed', attempted: newItem }
      checkItemSize(table, newItem)
      return { kind: 'become', newItem }
    },
  })
  return answerWithOldItem(input, outcome)
}

function prepare(input: InputOf<'PutItem'>): Prepared {
  const written = readClauses(input, languages)
  const newItem = sentItem(input.Item, wording)
  const { condition } = compileClauses(written)
  checkReturnValues(input.ReturnValues)
  return { newItem, condition }
}
