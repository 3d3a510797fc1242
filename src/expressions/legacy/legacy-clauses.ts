/**
 * All legacy parameters of one request: read, which checks their form and comes before any value of the request is looked at,
 * then compiled to the same clauses as expressions (expressions.md §10, errors.md §4.4).
 */
import type { Wording } from '../../api/wording.ts'
import type { Clauses } from '../clauses.ts'
import type { Projection } from '../projection.ts'
import { type AttributeUpdates, checkAttributeUpdates, compileAttributeUpdates } from './attribute-updates.ts'
import { compileAttributesToGet } from './attributes-to-get.ts'
import {
  type AttributeConditions,
  type ConditionalOperator,
  compileConditions,
  type ExpectedAttributes,
  readExpected,
  readFilter,
  type WrittenConditions,
} from './conditions.ts'
import { compileKeyConditions, readKeyConditions, type WrittenKeyComparison } from './key-conditions.ts'

/** As they are on the wire; an operation has some of them. */
export interface LegacyParameters {
  readonly AttributesToGet?: readonly string[] | undefined
  readonly AttributeUpdates?: AttributeUpdates | undefined
  readonly Expected?: ExpectedAttributes | undefined
  readonly KeyConditions?: AttributeConditions | undefined
  readonly QueryFilter?: AttributeConditions | undefined
  readonly ScanFilter?: AttributeConditions | undefined
  readonly ConditionalOperator?: ConditionalOperator | undefined
}

export interface WrittenLegacyClauses {
  readonly updates: AttributeUpdates | undefined
  readonly condition: WrittenConditions | undefined
  readonly keyConditions: readonly WrittenKeyComparison[] | undefined
  readonly filter: WrittenConditions | undefined
  readonly projection: Projection | undefined
}

/** Throws (`invalidRequest`) what is wrong with the parameters apart from their values. */
export function readLegacyClauses(parameters: LegacyParameters): WrittenLegacyClauses {
  const { AttributesToGet: names, AttributeUpdates: updates, KeyConditions: keyConditions } = parameters
  const projection = names === undefined ? undefined : compileAttributesToGet(names)
  if (updates !== undefined) checkAttributeUpdates(updates)
  return {
    updates,
    keyConditions: keyConditions === undefined ? undefined : readKeyConditions(keyConditions),
    ...readConditions(parameters),
    projection,
  }
}

/** ConditionalOperator joins what the operation has: a filter if it reads, else Expected. */
function readConditions(parameters: LegacyParameters): Pick<WrittenLegacyClauses, 'condition' | 'filter'> {
  const { Expected: expected, QueryFilter: queryFilter, ScanFilter: scanFilter, ConditionalOperator: operator } = parameters
  const filter = queryFilter ?? scanFilter
  if (filter === undefined) return { condition: readExpected(expected, operator), filter: undefined }
  return { condition: undefined, filter: readFilter(filter, operator) }
}

/** Throws what is wrong with the values, in the order of the parameters. */
export function compileLegacyClauses(written: WrittenLegacyClauses, wording: Wording): Clauses {
  const { updates, condition, keyConditions, filter, projection } = written
  return {
    update: updates === undefined ? undefined : compileAttributeUpdates(updates, wording),
    condition: compileConditions(condition, wording),
    keyCondition: keyConditions === undefined ? undefined : compileKeyConditions(keyConditions, wording),
    filter: compileConditions(filter, wording),
    projection,
  }
}
