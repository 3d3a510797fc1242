/** Scan: all items of a table in the order of the hash space, whole or by segments of it (operations.md §2.7). */

import { invalid } from '../../api/errors.ts'
import { type InputOf, type OutputOf, operations } from '../../api/operations.ts'
import { rangeAfter } from '../../engine/items/key-range.ts'
import { hashRange, hashSpace } from '../../engine/keyspace/keys.ts'
import type { Condition } from '../../expressions/condition.ts'
import type { Projection } from '../../expressions/projection.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { RequestUsage } from '../../metering/traffic/request-usage.ts'
import type { Item } from '../../values/attribute-value.ts'
import { checkAttributes } from '../../values/check.ts'
import { accessPattern } from '../request/access-pattern.ts'
import { clauseLanguages } from '../request/clause-languages.ts'
import { compileClauses, readClauses } from '../request/request-clauses.ts'
import { requestTable } from '../request/request-table.ts'
import { checkStrongRead } from '../request/strong-read.ts'
import { answerPage } from './answer-page.ts'
import { checkSelect } from './read-selection.ts'
import { isCursor, positionOf, type ReadTarget, reachBack, readTarget } from './read-target.ts'

const { wording } = operations.Scan
const languages = clauseLanguages.scan

interface Prepared {
  readonly filter: Condition | undefined
  readonly projection: Projection | undefined
  readonly startKey: Item | undefined
}

export async function scan(engine: MeteredEngine, input: InputOf<'Scan'>, usage: RequestUsage): Promise<OutputOf<'Scan'>> {
  const { filter, projection, startKey } = prepare(input)
  const table = requestTable(engine, usage, input.TableName)
  const target = readTarget(table, input)
  const fetched = reachBack(target, { select: input.Select, projection, filter })

  const { Segment: segment = 0, TotalSegments: total = 1 } = input
  const whole = hashRange(target.space, segmentStart(segment, total), segmentStart(segment + 1, total))
  if (startKey !== undefined && !isCursor(target, startKey)) throw invalid(schemaMismatch(target))
  const range = startKey === undefined ? whole : rangeAfter(whole, positionOf(target, startKey))
  if (range === undefined) {
    throw invalid(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${segment}`,
    )
  }
  usage.pattern = accessPattern(engine, 'Scan', target, input, { filter, projection })
  usage.continues = startKey !== undefined
  if (input.ConsistentRead === true && table.replication !== undefined) await checkStrongRead(engine, table)
  if (usage.beforeDoing !== undefined)
    await usage.beforeDoing({ access: 'read', members: [{ table, index: target.index, isConsistent: input.ConsistentRead === true }] })
  return answerPage(engine, usage, target, { input, range, itemsMax: input.Limit, fetched, filter, projection })
}

function prepare(input: InputOf<'Scan'>): Prepared {
  const written = readClauses(input, languages)
  checkSelect(input, invalid)
  checkSegment(input)
  const startKey = input.ExclusiveStartKey === undefined ? undefined : checkAttributes(input.ExclusiveStartKey, wording)
  const { filter, projection } = compileClauses(written)
  return { filter, projection, startKey }
}

function checkSegment({ Segment: segment, TotalSegments: total }: InputOf<'Scan'>): void {
  if (segment !== undefined && total === undefined) {
    throw invalid('The TotalSegments parameter is required but was not present in the request when Segment parameter is present')
  }
  if (segment === undefined && total !== undefined) {
    throw invalid('The Segment parameter is required but was not present in the request when parameter TotalSegments is present')
  }
  if (segment !== undefined && total !== undefined && segment >= total) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    )
  }
}

function schemaMismatch({ index }: ReadTarget): string {
  return index === undefined
    ? 'The provided starting key is invalid: The provided key element does not match the schema'
    : 'The provided starting key is invalid'
}

/** Segments are equal parts of the hash space. */
function segmentStart(segment: number, total: number): number {
  return Math.floor((hashSpace * segment) / total)
}
