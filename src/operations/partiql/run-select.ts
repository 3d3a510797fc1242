/** Runs the reads of a SELECT one after the other, until they are done or a page is full (partiql.md §2, capacity.md §2). */
import { pageSizeBytesMax } from '../../api/limits.ts'
import { inSlices } from '../../base/pace.ts'
import { rangeAfter } from '../../engine/items/key-range.ts'
import { type ItemReader, readItem } from '../../engine/items/read-item.ts'
import { readPage } from '../../engine/items/read-page.ts'
import type { IndexUnits } from '../../engine/items/write-units.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import { readUnits } from '../../engine/partitions/capacity-units.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { admit, charge } from '../../metering/throughput/admit.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { admitPage, chargePage, partitionsRead } from '../reads/metered-page.ts'
import { workOf } from '../reads/read-selection.ts'
import { cursorOf, itemsOf, positionOf, unitsOfPage } from '../reads/read-target.ts'
import type { ConsumedUnits } from '../request/consumed-capacity.ts'
import { readerOf } from '../request/stale-reader.ts'
import { invalidToken, type Position } from './next-token.ts'
import type { Read, SelectPlan } from './plan-select.ts'

export interface SelectRequest {
  readonly tableName: string
  readonly consistent: boolean
  /** Items evaluated at most. */
  readonly limit: number
  readonly position: Position
  /** Of its first read among the members of the request. */
  readonly place: number
}

export interface SelectedPage {
  /** What passed the filters, whole. */
  readonly items: readonly StoredItem[]
  /** Undefined when everything was evaluated. */
  readonly next: Position | undefined
  /** The cursor of the last evaluated item, when there is more to come. */
  readonly lastKey: Item | undefined
  readonly units: ConsumedUnits
}

/** What one read gave. */
interface Evaluated {
  readonly items: readonly StoredItem[]
  readonly sizeBytes: number
  readonly stopped: boolean
  readonly units: ConsumedUnits
}

interface Step {
  readonly limit: number
  readonly sizeBytesMax: number
  readonly after: Item | undefined
}

export async function runSelect(
  engine: MeteredEngine,
  usage: RequestUsage,
  plan: SelectPlan,
  request: SelectRequest,
): Promise<SelectedPage> {
  const { target, reads } = plan
  const items: StoredItem[] = []
  const units = new UnitsSum(request.tableName)
  let evaluated = 0
  let sizeBytes = 0
  let last: StoredItem | undefined
  let next: Position | undefined = request.position
  if (next.read >= Math.max(1, reads.length)) throw invalidToken()
  while (next !== undefined) {
    if (usage.pace.isOver(1)) await usage.pace.pause()
    const at: Position = next
    const read = reads[at.read]
    next = undefined
    if (read === undefined) break
    const step = { limit: request.limit - evaluated, sizeBytesMax: pageSizeBytesMax - sizeBytes, after: at.after }
    const result = await evaluate({ engine, usage, plan, reader: readerOf(engine, usage, request.place + at.read) }, read, request, step)
    units.add(result.units)
    await inSlices(
      result.items,
      workOf,
      (item) => {
        if (read.filter === undefined || read.filter.matches(item.attributes)) items.push(item)
      },
      usage.pace,
    )
    evaluated += result.items.length
    sizeBytes += result.sizeBytes
    last = result.items.at(-1) ?? last
    if (result.stopped) next = { read: at.read, after: last && cursorOf(target, last.attributes) }
    else if (at.read + 1 < reads.length) next = { read: at.read + 1, after: undefined }
    if (result.stopped || evaluated >= request.limit || sizeBytes >= pageSizeBytesMax) break
  }
  usage.returnedItems = (usage.returnedItems ?? 0) + items.length
  return { items, next, lastKey: next && last && cursorOf(target, last.attributes), units: units.sum() }
}

interface Running {
  readonly engine: MeteredEngine
  readonly usage: RequestUsage
  readonly plan: SelectPlan
  readonly reader: ItemReader
}

async function evaluate({ engine, usage, plan, reader }: Running, read: Read, request: SelectRequest, step: Step): Promise<Evaluated> {
  const { tableName, consistent } = request
  if (read.kind === 'item') {
    if (step.after !== undefined) throw invalidToken()
    const { table } = plan.target
    const isPaid = admit(engine, usage, { table }, read.key)
    const item = await readItem(reader, { table, key: read.key })
    const sizeBytes = item?.sizeBytes ?? 0
    const units = { tableName, tableUnits: readUnits(sizeBytes, { consistent }) }
    charge(engine, usage, { table, key: read.key, units: units.tableUnits, isPaid })
    return { items: item === undefined ? [] : [item], sizeBytes, stopped: false, units }
  }
  const range = step.after === undefined ? read.range : rangeAfter(read.range, positionOf(plan.target, step.after))
  if (range === undefined) throw invalidToken()
  const isPaid = admitPage(engine, usage, plan.target, range)
  const page = await readPage(
    reader,
    range,
    { items: step.limit, sizeBytes: step.sizeBytesMax },
    {
      table: itemsOf(plan.target),
      baseKey: plan.baseKey,
      pace: usage.pace,
    },
  )
  const partitions = partitionsRead(engine, plan.target, range, page)
  const units = unitsOfPage(plan.target, page, { TableName: tableName, ConsistentRead: consistent, partitions })
  chargePage(engine, usage, plan.target, { range, page, units, isPaid })
  return { items: page.items, sizeBytes: page.sizeBytes, stopped: page.stopped !== 'exhausted', units }
}

class UnitsSum {
  readonly #tableName: string
  #tableUnits = 0
  readonly #indexUnits: IndexUnits[] = []

  constructor(tableName: string) {
    this.#tableName = tableName
  }

  add({ tableUnits, indexUnits = [] }: ConsumedUnits): void {
    this.#tableUnits += tableUnits
    this.#indexUnits.push(...indexUnits)
  }

  sum(): ConsumedUnits {
    return { tableName: this.#tableName, tableUnits: this.#tableUnits, indexUnits: this.#indexUnits }
  }
}
