/** How a page of a Query, a Scan or a SELECT meets the limits of what it reads (capacity.md §2, §7.2). */

import type { Page, readPage } from '../../engine/items/read-page.ts'
import { hashOf, hasPartitionKey, keyAfter } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { admit, charge, chargeRange } from '../../metering/throughput/admit.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { ConsumedUnits } from '../request/consumed-capacity.ts'
import type { ReadTarget } from './read-target.ts'

export type ReadRange = Parameters<typeof readPage>[1]

/** Whether there is capacity where the page begins. Throws the throttle when there is none and limits are enforced. */
export function admitPage(engine: MeteredEngine, usage: RequestUsage, target: ReadTarget, range: ReadRange): boolean {
  usage.index = target.index
  return admit(engine, usage, target, range.start)
}

/** How many partitions a page was read from: all up to where it ended, those without an item too. */
export function partitionsRead({ catalog }: MeteredEngine, { table, index }: ReadTarget, range: ReadRange, page: Page): number {
  const map = catalog.partitionMap(spaceOf(table, index?.kind === 'global' ? index : undefined))
  // The table may have gone while the page was read.
  if (map === undefined) return 1
  const [lowest, highest = lowest] = page.ends
  if (page.stopped === 'exhausted' || lowest === undefined || highest === undefined) return map.countIn(range)
  return map.countIn(range.reverse ? { ...range, start: lowest } : { ...range, end: keyAfter(highest) })
}

export interface ReadPage {
  readonly range: ReadRange
  readonly page: Page
  readonly units: ConsumedUnits
  readonly isPaid: boolean
}

/** A local index and the items fetched for it are paid for by the table, a global index pays for itself: so one meter takes all. */
export function chargePage(engine: MeteredEngine, usage: RequestUsage, target: ReadTarget, { range, page, units, isPaid }: ReadPage): void {
  const { table, index } = target
  const sum = (units.indexUnits ?? []).reduce((before, arm) => before + arm.units, units.tableUnits)
  const [from = range.start, to = from] = page.ends
  usage.evaluatedItems += page.items.length
  if (hasPartitionKey(from) && hashOf(from) === hashOf(to)) {
    charge(engine, usage, { table, index, key: from, units: sum, isPaid })
  } else {
    chargeRange(engine, usage, { table, index, from, to, units: sum, isPaid })
  }
}
