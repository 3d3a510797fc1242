/** ItemCollectionMetrics as the answers show them: only for tables with local indexes (capacity.md §5, operations.md §2.1). */
import { JsonText } from '../../base/json-text.ts'
import { setOwn } from '../../base/own.ts'
import type { Changed } from '../../engine/items/decide-change.ts'
import { type AttributeValue, attributeOf } from '../../values/attribute-value.ts'
import { itemText } from '../../values/item-text.ts'

interface ItemCollectionMetrics {
  /** The partition key attribute with its value. */
  readonly ItemCollectionKey: JsonText
  /** Lower and upper estimate, one gigabyte apart. */
  readonly SizeEstimateRangeGB: readonly number[]
}

const gigabyte = 2 ** 30

/** The member of the answer; none unless the request asked for it and the table keeps collection sizes. */
export function itemCollectionMetrics(
  asked: 'SIZE' | 'NONE' | undefined,
  changed: Changed,
): { readonly ItemCollectionMetrics?: ItemCollectionMetrics } {
  const metrics = asked === 'SIZE' ? metricsOf(changed) : undefined
  return metrics === undefined ? {} : { ItemCollectionMetrics: metrics }
}

/** The changes of one table. */
export interface WrittenTable {
  /** The name or ARN the caller used. */
  readonly tableName: string
  readonly changes: readonly Changed[]
}

interface MetricsByTable {
  readonly ItemCollectionMetrics?: { readonly [tableName: string]: readonly ItemCollectionMetrics[] }
}

/** The member of an answer about several tables: only those that keep collection sizes are in it. */
export function itemCollectionMetricsByTable(asked: 'SIZE' | 'NONE' | undefined, written: readonly WrittenTable[]): MetricsByTable {
  const metrics: Record<string, readonly ItemCollectionMetrics[]> = {}
  if (asked !== 'SIZE') return {}
  for (const { tableName, changes } of written) {
    const ofTable = metricsOfAll(changes)
    if (ofTable.length > 0) setOwn(metrics, tableName, ofTable)
  }
  return Object.keys(metrics).length === 0 ? {} : { ItemCollectionMetrics: metrics }
}

/** One for every collection that the changes touched, as the last of them left it. */
function metricsOfAll(changes: readonly Changed[]): readonly ItemCollectionMetrics[] {
  const byCollection = new Map<string, ItemCollectionMetrics>()
  for (const changed of changes) {
    const metrics = metricsOf(changed)
    if (metrics !== undefined) byCollection.set(metrics.ItemCollectionKey.text, metrics)
  }
  return [...byCollection.values()]
}

function metricsOf({ change, collection }: Changed): ItemCollectionMetrics | undefined {
  if (collection === undefined) return undefined
  const key: Record<string, AttributeValue> = {}
  for (const { name } of change.table.key.hash) {
    const value = attributeOf(change.keyAttributes, name)
    if (value !== undefined) setOwn(key, name, value)
  }
  const lower = Math.floor(collection.sizeBytes / gigabyte)
  return { ItemCollectionKey: new JsonText(itemText(key)), SizeEstimateRangeGB: [lower, lower + 1] }
}
