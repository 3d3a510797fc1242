/** What Query and Scan give back of the items they evaluated: Select, projection and filter (operations.md §2.6). */
import type { ServiceError } from '../../api/errors.ts'
import { JsonText } from '../../base/json-text.ts'
import { inSlices, type Pace } from '../../base/pace.ts'
import type { Page } from '../../engine/items/read-page.ts'
import type { StoredItem } from '../../engine/keyspace/stored-item.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { Projection } from '../../expressions/projection.ts'
import { projectedText } from '../request/projected-text.ts'

export type Select = 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT'

export interface SelectParameters {
  readonly Select?: Select
  readonly IndexName?: string
  readonly ProjectionExpression?: string
  readonly AttributesToGet?: readonly string[]
}

/** Refuses a Select that does not go with the projection or the index. `fault` makes the message what the operation says. */
export function checkSelect(input: SelectParameters, fault: (message: string) => ServiceError): void {
  const { Select: select, ProjectionExpression: projection, AttributesToGet: names } = input
  if (select === 'SPECIFIC_ATTRIBUTES' && projection === undefined && names === undefined) {
    throw fault('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES')
  }
  if (select !== undefined && select !== 'SPECIFIC_ATTRIBUTES' && projection !== undefined) {
    throw fault(`Cannot specify the ProjectionExpression when choosing to get ${spoken(select)}`)
  }
  if (select !== undefined && select !== 'SPECIFIC_ATTRIBUTES' && names !== undefined) {
    throw fault(`Cannot specify the AttributesToGet when choosing to get ${spoken(select)}`)
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && input.IndexName === undefined) {
    throw fault('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName')
  }
}

function spoken(select: Select): string {
  return select === 'COUNT' ? 'only the Count' : select
}

export interface Selection {
  readonly filter: Condition | undefined
  readonly projection: Projection | undefined
  /** Items are counted and not shown. */
  readonly countOnly: boolean
}

interface Selected {
  readonly Items?: JsonText
  /** After the filter. */
  readonly Count: number
  /** Before it. */
  readonly ScannedCount: number
}

/** In slices: what an item is held against may be long. `pace`: of these slices. */
export async function select(page: Page, { filter, projection, countOnly }: Selection, pace?: Pace): Promise<Selected> {
  const texts: string[] = []
  let count = 0
  const take = (item: StoredItem): void => {
    if (filter !== undefined && !filter.matches(item.attributes)) return
    count += 1
    if (!countOnly) texts.push(projectedText(item, projection).text)
  }
  await inSlices(page.items, workOf, take, pace)
  const counts = { Count: count, ScannedCount: page.items.length }
  return countOnly ? counts : { Items: new JsonText(`[${texts.join(',')}]`), ...counts }
}

/** What looking at an item is, as a pace counts it. */
export function workOf({ sizeBytes }: StoredItem): number {
  return 1 + Math.floor(sizeBytes / 1024)
}
