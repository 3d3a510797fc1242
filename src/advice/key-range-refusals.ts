/** What was refused, or would have been, because one partition has a limit: of a table or a global index, lately. */

import { spaceNumber } from '../engine/keyspace/keys.ts'
import type { Access } from '../engine/partitions/capacity-units.ts'
import { spaceOf } from '../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../engine/schema/table.ts'
import { throttlesOfAll } from '../metering/reports/traffic-of-all.ts'
import { partitionKeyText } from './key-text.ts'
import { refusalsAgeMsMax } from './limits.ts'
import type { Look } from './rule.ts'

export interface KeyRangeRefusals {
  readonly refused: number
  /**
   * The same and what was let through because nothing is enforced: in production alone, for a test does in an instant what takes minutes
   * elsewhere.
   */
  readonly all: number
  /** By the text of their keys, counted from above. */
  readonly ofKeys: ReadonlyMap<string, number>
}

const none: KeyRangeRefusals = { refused: 0, all: 0, ofKeys: new Map() }

export async function keyRangeRefusals(
  { engine, profile, nowMs }: Look,
  access: Access,
  table: Table,
  index?: GlobalIndex | undefined,
): Promise<KeyRangeRefusals> {
  const reason = `${index === undefined ? 'Table' : 'Index'}${access === 'read' ? 'Read' : 'Write'}KeyRangeThroughputExceeded`
  const space = spaceNumber(spaceOf(table, index))
  const counts = await throttlesOfAll(engine, table.name)
  const count = counts.find((each) => each.reason === reason && each.space === space && nowMs - each.lastMs < refusalsAgeMsMax)
  if (count === undefined) return none
  const ofKeys = new Map(count.keys.map(({ key, count: times }) => [partitionKeyText(key), times]))
  const observed = profile === 'prod' ? count.observed : 0
  return { refused: count.refused, all: count.refused + observed, ofKeys: observed + count.refused === 0 ? new Map() : ofKeys }
}
