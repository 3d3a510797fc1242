/**
 * Fits a key condition to the key of a table or index: which values name the partition, and how far they and one range narrow its
 * order (expressions.md §6). Also for the legacy KeyConditions, which obey the same rules.
 */
import { invalid } from '../api/errors.ts'
import { type AttributeValue, type ScalarType, typeOf } from '../values/attribute-value.ts'
import type { KeyClause, KeyCondition, KeyOperator } from './key-condition.ts'

export interface KeyAttribute {
  readonly name: string
  readonly type: ScalarType
}

export interface KeyAttributes {
  /** One, or up to four in a global secondary index. */
  readonly hash: readonly KeyAttribute[]
  /** None or one, or up to four in a global secondary index; in the order of the schema. */
  readonly range: readonly KeyAttribute[]
}

export interface FittedKeyCondition {
  /** One for every partition key attribute, in the order of the schema. */
  readonly hashValues: readonly AttributeValue[]
  /** What the first sort key attributes must equal, in the order of the schema. */
  readonly rangeEquals: readonly AttributeValue[]
  /** What holds for the sort key attribute behind those. */
  readonly rangeCondition?: { readonly operator: Exclude<KeyOperator, '='>; readonly values: readonly AttributeValue[] }
}

/** Throws (`invalid`) when the condition does not suit the key, in the order of the table of expressions.md §6. */
export function fitKeyCondition(condition: KeyCondition, { hash, range }: KeyAttributes): FittedKeyCondition {
  const attributesMax = hash.length + range.length
  if (condition.length > attributesMax) {
    throw invalid(
      `The number of query conditions (${condition.length}) exceeds the number of key attributes defined in the schema (${attributesMax})`,
    )
  }
  const clauses = new Map(condition.map((clause) => [clause.attribute, clause]))
  checkEveryHash(clauses, hash)
  const hashClauses = hash.map(({ name }) => {
    const clause = clauses.get(name)
    if (clause === undefined) throw invalid(`Query condition missed key schema element: ${name}`)
    return clause
  })
  const named = [...hash, ...range].filter(({ name }) => clauses.has(name))
  if (named.length < condition.length || hashClauses.some(({ operator }) => operator !== '=')) {
    throw invalid('Query key condition not supported')
  }
  const rangeClauses = leadingClauses(clauses, range)
  for (const { name, type } of named) checkValues(clauses.get(name)?.values ?? [], { name, type })

  const last = rangeClauses.at(-1)
  const equal = rangeClauses.filter(({ operator }) => operator === '=')
  const fitted = { hashValues: equalValues(hashClauses), rangeEquals: equalValues(equal) }
  if (last === undefined || last.operator === '=') return fitted
  return { ...fitted, rangeCondition: { operator: last.operator, values: last.values } }
}

/** Of several partition key attributes those without an equality are named, as those of the sort key are [I: the words]. */
function checkEveryHash(clauses: ReadonlyMap<string, KeyClause>, hash: readonly KeyAttribute[]): void {
  if (hash.length < 2) return
  const unequal = hash.map(({ name }) => name).filter((name) => clauses.get(name)?.operator !== '=')
  if (unequal.length === 0) return
  throw invalid(`HASH key attributes ${unequal.join(', ')} must have equality conditions specified in the query`)
}

/** The clauses on sort key attributes: from the first attribute on without a gap, and equalities up to the last one. */
function leadingClauses(clauses: ReadonlyMap<string, KeyClause>, range: readonly KeyAttribute[]): readonly KeyClause[] {
  const lastAt = range.findLastIndex(({ name }) => clauses.has(name))
  const leading = range.slice(0, Math.max(0, lastAt))
  const unequal = leading.filter(({ name }) => clauses.get(name)?.operator !== '=').map(({ name }) => name)
  if (unequal.length > 0) {
    // [I] Several are joined by comma and space.
    throw invalid(
      `RANGE key attributes ${unequal.join(', ')} must have equality conditions specified in the query because a condition is present on key attribute ${range[lastAt]?.name}`,
    )
  }
  return range.flatMap(({ name }) => clauses.get(name) ?? [])
}

function checkValues(values: readonly AttributeValue[], { name, type }: KeyAttribute): void {
  for (const value of values) {
    if (typeOf(value) !== type) {
      throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type')
    }
  }
  for (const value of values) {
    const empty = 'S' in value && value.S === '' ? 'string' : 'B' in value && value.B === '' ? 'binary' : undefined
    if (empty === undefined) continue
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${name}`,
    )
  }
}

function equalValues(clauses: readonly KeyClause[]): readonly AttributeValue[] {
  return clauses.flatMap(({ values }) => values)
}
