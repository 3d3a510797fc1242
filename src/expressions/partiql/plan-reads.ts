/**
 * Which reads a SELECT comes to, by its WHERE and a key schema (partiql.md §2):
 *
 *   `=` or IN on the partition key      one read for every value, narrowed by one condition on the sort key; the rest is filter
 *   the same in every branch of an OR   the reads of all branches
 *   anything else                       a scan with everything as filter
 *
 * Branches about one partition would read the same items twice when one of them has no condition on the sort key, or a negated
 * one: those of one partition become one read with both as filter, where that is allowed.
 */
import { invalid } from '../../api/errors.ts'
import { statementInHashOperandsMax } from '../../api/limits.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import type { BoundCondition } from '../ast.ts'
import { attributesOf } from '../condition-attributes.ts'
import type { KeyClause } from '../key-condition.ts'
import { conjunction, conjuncts, equalityOn, isAttribute, keyClauseOn, valuesOf } from './where-terms.ts'

/** Of PartiQL keys have one partition key attribute and at most one sort key attribute. */
export interface KeyNames {
  readonly hash: string
  readonly range: string | undefined
}

export interface KeyedRead {
  readonly hash: AttributeValue
  /** On the sort key. */
  readonly range: KeyClause | undefined
  readonly filter: BoundCondition | undefined
}

export type ReadPlan =
  | { readonly kind: 'scan'; readonly filter: BoundCondition | undefined }
  | {
      readonly kind: 'keyed'
      readonly reads: readonly KeyedRead[]
      /** What filters every read, whichever branch it comes from. */
      readonly commonFilter: readonly BoundCondition[]
    }

/** Throws when there are too many reads. */
export function planReads(where: BoundCondition | undefined, key: KeyNames): ReadPlan {
  const terms = conjuncts(where)
  const single = branchOf(terms, key)
  if (single !== undefined) return { kind: 'keyed', reads: checkCount(readsOf([single])), commonFilter: single.rest }
  for (const alternatives of terms) {
    if (alternatives.kind !== 'or') continue
    const others = terms.filter((term) => term !== alternatives)
    const branches = alternatives.terms.map((term) => branchOf([...conjuncts(term), ...others], key))
    const keyed = branches.filter((branch) => branch !== undefined)
    if (keyed.length < branches.length || keyed.length === 0) continue
    return { kind: 'keyed', reads: checkCount(readsOf(keyed)), commonFilter: others }
  }
  return { kind: 'scan', filter: where }
}

/** Conditions of which one is on the partition key. */
interface Branch {
  readonly hashValues: readonly AttributeValue[]
  readonly range: KeyClause | undefined
  readonly rest: readonly BoundCondition[]
  readonly all: readonly BoundCondition[]
  /** It says what the sort key is not, and nothing else of it that a key could answer. */
  readonly negatesRange: boolean
}

function branchOf(all: readonly BoundCondition[], { hash, range: rangeName }: KeyNames): Branch | undefined {
  const hashTerm = all.find((term) => hashValuesOf(hash, term) !== undefined)
  const hashValues = hashTerm && hashValuesOf(hash, hashTerm)
  if (hashValues === undefined) return undefined
  const others = all.filter((term) => term !== hashTerm)
  const rangeTerm = rangeName === undefined ? undefined : rangeTermOf(rangeName, others)
  const range = rangeName === undefined || rangeTerm === undefined ? undefined : keyClauseOn(rangeName, rangeTerm)
  const negatesRange = rangeName !== undefined && range === undefined && others.some((term) => isNegationOn(rangeName, term))
  return { hashValues, range, rest: others.filter((term) => term !== rangeTerm), all, negatesRange }
}

function hashValuesOf(name: string, term: BoundCondition): readonly AttributeValue[] | undefined {
  if (term.kind === 'in') return isAttribute(term.operand, name) ? valuesOf(term.candidates) : undefined
  const value = equalityOn(name, term)
  return value && [value]
}

/** An equality before any other. */
function rangeTermOf(name: string, terms: readonly BoundCondition[]): BoundCondition | undefined {
  return terms.find((term) => equalityOn(name, term) !== undefined) ?? terms.find((term) => keyClauseOn(name, term) !== undefined)
}

function isNegationOn(name: string, term: BoundCondition): boolean {
  if (term.kind === 'not') return attributesOf(term).includes(name)
  return term.kind === 'comparison' && term.comparator === '<>' && attributesOf(term).includes(name)
}

function readsOf(branches: readonly Branch[]): readonly KeyedRead[] {
  const [only] = branches
  const [hashValue] = only?.hashValues ?? []
  if (hashValue !== undefined && branches.length === 1 && only?.hashValues.length === 1) return readsOfPartition(hashValue, branches)
  const byHash = new Map<string, { readonly hash: AttributeValue; readonly branches: Branch[] }>()
  for (const branch of branches) {
    for (const hash of branch.hashValues) {
      const text = JSON.stringify(hash)
      const known = byHash.get(text)
      if (known === undefined) byHash.set(text, { hash, branches: [branch] })
      else if (known.branches.at(-1) !== branch) known.branches.push(branch)
    }
  }
  return [...byHash.values()].flatMap(({ hash, branches: ofHash }) => readsOfPartition(hash, ofHash))
}

function readsOfPartition(hash: AttributeValue, branches: readonly Branch[]): readonly KeyedRead[] {
  const isUnion = branches.some(({ negatesRange }) => negatesRange) || branches.every(({ range }) => range === undefined)
  if (branches.length === 1 || !isUnion) return branches.map(({ range, rest }) => ({ hash, range, filter: conjunction(rest) }))
  return [{ hash, range: undefined, filter: { kind: 'or', terms: branches.map(({ all }) => ({ kind: 'and', terms: all })) } }]
}

function checkCount(reads: readonly KeyedRead[]): readonly KeyedRead[] {
  if (reads.length > statementInHashOperandsMax) throw invalid('Too many decomposed read operations for a given query.')
  return reads
}
