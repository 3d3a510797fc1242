/** What became of the items of a table between two seconds (docs/time-travel.md), a piece at a time, in the order of their keys. */
import { invalid, ServiceError } from '../../api/errors.ts'
import { setOwn } from '../../base/own.ts'
import { readChanges } from '../../engine/history/read-changes.ts'
import type { itemKey } from '../../engine/items/item-key.ts'
import { spaceRange } from '../../engine/keyspace/keys.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { momentAt, secondOf } from '../../engine/schema/history.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import { type KeySchema, keyAttributesIn, type Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { type AttributeValue, attributeOf, type Item } from '../../values/attribute-value.ts'
import { equalValues } from '../../values/equality.ts'
import { tableToKeep, timeText, windowOf } from './continuous-backups.ts'

export interface DiffWanted {
  readonly tableName: string
  /** Moments of the two seconds, milliseconds since the epoch. The first may be the later one. */
  readonly fromMs: number
  readonly toMs: number
  /** `next` of the piece before. */
  readonly after?: string | undefined
}

export type ItemDifference =
  | { readonly change: 'added' | 'removed'; readonly key: Item; readonly item: Item }
  | { readonly change: 'changed'; readonly key: Item; readonly attributes: { readonly [name: string]: AttributeDifference } }

/** Left out where the item did not have it. */
interface AttributeDifference {
  readonly before?: AttributeValue
  readonly after?: AttributeValue
}

export interface TableDifferences {
  /** None, although there may be more behind them, where what was changed was changed back. */
  readonly differences: readonly ItemDifference[]
  readonly next?: string
}

/** ServiceError: there is no such table, it has no recovery, or a time lies outside of it. */
export async function diffTable(engine: MeteredEngine, wanted: DiffWanted): Promise<TableDifferences> {
  const table = tableToKeep(engine.catalog.find(wanted.tableName), wanted.tableName)
  const [from, to] = [momentWanted(engine, table, wanted.fromMs), momentWanted(engine, table, wanted.toMs)]
  const isBackwards = wanted.toMs < wanted.fromMs
  const [since, cut] = isBackwards ? [to, from] : [from, to]
  const after = placeOf(table, wanted.after)
  const { changes, upTo } = await engine.store.view((view) => readChanges(view, { within: spaceRange(spaceOf(table)), since, cut }, after))
  const differences = changes.flatMap(({ oldItem, newItem }) => {
    const [before, behind] = isBackwards ? [newItem, oldItem] : [oldItem, newItem]
    return differenceOf(table.key, before, behind) ?? []
  })
  return { differences, ...(upTo !== undefined && { next: Buffer.from(upTo).toString('base64url') }) }
}

function momentWanted(engine: MeteredEngine, table: Table, timeMs: number): ReturnType<typeof momentAt> {
  const { history, earliest, latest } = windowOf(engine, table, 0)
  const second = secondOf(timeMs)
  if (second >= earliest && second <= latest) return momentAt(history, second)
  throw new ServiceError('InvalidRestoreTimeException', `${table.name} is known from ${timeText(earliest)} to ${timeText(latest)}`)
}

/** The place in the table where the piece before ended. */
function placeOf(table: Table, after: string | undefined): ReturnType<typeof itemKey> | undefined {
  if (after === undefined) return undefined
  const { start, end } = spaceRange(spaceOf(table))
  const place = Buffer.from(after, 'base64url') as Uint8Array as typeof start
  if (Buffer.compare(place, start) < 0 || Buffer.compare(place, end) >= 0) throw invalid('after is not what an earlier answer said')
  return place
}

/** Undefined where they are the same. */
function differenceOf(key: KeySchema, before: StoredItem | undefined, behind: StoredItem | undefined): ItemDifference | undefined {
  const some = (behind ?? before)?.attributes ?? {}
  const keyAttributes = keyAttributesIn(key, some)
  if (before === undefined && behind !== undefined) return { change: 'added', key: keyAttributes, item: behind.attributes }
  if (before !== undefined && behind === undefined) return { change: 'removed', key: keyAttributes, item: before.attributes }
  if (before === undefined || behind === undefined || before.equals(behind)) return undefined
  const attributes: Record<string, AttributeDifference> = {}
  for (const name of new Set([...Object.keys(before.attributes), ...Object.keys(behind.attributes)])) {
    const [was, is] = [attributeOf(before.attributes, name), attributeOf(behind.attributes, name)]
    if (was !== undefined && is !== undefined && equalValues(was, is)) continue
    setOwn(attributes, name, { ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) })
  }
  return { change: 'changed', key: keyAttributes, attributes }
}
