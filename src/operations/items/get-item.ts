/** GetItem: one item by its whole key (operations.md §2.2). */

import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { itemKey } from '../../engine/items/item-key.ts'
import { readItem } from '../../engine/items/read-item.ts'
import { readUnits } from '../../engine/partitions/capacity-units.ts'
import type { Projection } from '../../expressions/projection.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { admit, charge } from '../../metering/throughput/admit.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { accessPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { consumedCapacity } from '../request/consumed-capacity.ts'
import { projectedText } from '../request/projected-text.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { readerOf } from '../request/stale-reader.ts'
import { checkStrongRead } from '../request/strong-read.ts'
import { checkKey } from './key-parameters.ts'

const { wording } = operations.GetItem
const languages = clauseLanguages.get

interface Prepared {
  readonly key: Item
  readonly projection: Projection | undefined
}

export async function getItem(engine: MeteredEngine, input: InputOf<'GetItem'>, usage: RequestUsage): Promise<OutputOf<'GetItem'>> {
  const { key, projection } = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  checkKey(table, key)
  usage.pattern = accessPattern(engine, 'GetItem', { table }, input, { projection })

  const place = itemKey(table, key)
  if (input.ConsistentRead === true && table.replication !== undefined) await checkStrongRead(engine, table)
  if (usage.beforeDoing !== undefined)
    await usage.beforeDoing({ access: 'read', members: [{ table, key: place, isConsistent: input.ConsistentRead === true }] })
  const isPaid = admit(engine, usage, { table }, place)
  const item = await readItem(readerOf(engine, usage), { table, key: place })
  const tableUnits = readUnits(item?.sizeBytes ?? 0, { consistent: input.ConsistentRead === true })
  charge(engine, usage, { table, key: place, units: tableUnits, isPaid })
  return {
    ...(item !== undefined && { Item: projectedText(item, projection) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, { tableName: input.TableName, tableUnits }),
  }
}

function prepare(input: InputOf<'GetItem'>): Prepared {
  const written = readClauses(input, languages)
  const key = checkAttributes(input.Key, wording)
  const { projection } = compileClauses(written)
  return { key, projection }
}
