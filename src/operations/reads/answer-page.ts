/** What Query and Scan do alike once they know their range: read a page of it, pay for it, and answer with what was asked of it. */
import { pageSizeBytesMax } from '../../api/limits.ts'
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { readPage } from '../../engine/items/read-page.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import { consumedCapacity } from '../request/consumed-capacity.ts'
import { readerOf } from '../request/stale-reader.ts'
import { admitPage, chargePage, partitionsRead, type ReadRange } from './metered-page.ts'
import { type Selection, select } from './read-selection.ts'
import { itemsOf, lastEvaluatedKey, type ReachBack, type ReadTarget, unitsOfPage } from './read-target.ts'

interface PageRequest extends Pick<Selection, 'filter' | 'projection'> {
  readonly input: InputOf<'Query'> | InputOf<'Scan'>
  readonly range: ReadRange
  /** Items evaluated at most; undefined: as many as a page holds. */
  readonly itemsMax: number | undefined
  readonly fetched: ReachBack | undefined
}

export async function answerPage(
  engine: MeteredEngine,
  usage: RequestUsage,
  target: ReadTarget,
  { input, range, itemsMax = Number.POSITIVE_INFINITY, fetched, filter, projection }: PageRequest,
): Promise<OutputOf<'Query'> & OutputOf<'Scan'>> {
  const isPaid = admitPage(engine, usage, target, range)
  const page = await readPage(
    readerOf(engine, usage),
    range,
    { items: itemsMax, sizeBytes: pageSizeBytesMax },
    {
      table: itemsOf(target),
      baseKey: fetched?.baseKey,
      pace: usage.pace,
    },
  )
  usage.hasMore = page.stopped !== 'exhausted'
  const units = unitsOfPage(target, page, { ...input, partitions: partitionsRead(engine, target, range, page) })
  chargePage(engine, usage, target, { range, page, units, isPaid })
  const shown = fetched === undefined ? projection : fetched.shown
  const selected = await select(page, { filter, projection: shown, countOnly: input.Select === 'COUNT' }, usage.pace)
  usage.returnedItems = selected.Count
  return { ...selected, ...lastEvaluatedKey(target, page), ...consumedCapacity(input.ReturnConsumedCapacity, units) }
}
