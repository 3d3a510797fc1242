/**
 * Which reads a SELECT comes to, by its WHERE and a key schema (partiql.md §2). An OR that says something of the key is multiplied
 * out with what stands beside it; any other is a filter. When each of the branches so made names the partition key, by `=` or IN,
 * it comes to
 *
 *   for every value of the partition key    a read for every value that the sort key must equal, by `=` or IN;
 *                                           else one, narrowed by one condition on the sort key if there is any
 *
 * with the rest of the branch as filter. Everything else is a scan with the whole WHERE as filter.
 *
 * Two reads of a partition must not find the same item, which is refused elsewhere. But where a branch says what the sort key is
 * not, all those of its partition become one read, with all of them as filter.
 */
import { invalid } from '../../api/errors.ts'
import { decomposedReadsMax } from '../../api/limits.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import type { BoundCondition } from '../ast.ts'
import { attributesOf } from '../condition-attributes.ts'
import type { KeyClause } from '../key-condition.ts'
import { conjunction, conjuncts, equalitiesOn, keyClauseOn } from './where-terms.ts'

/** Of PartiQL keys have one partition key attribute and at most one sort key attribute. */
export interface KeyNames {
  readonly hash: string
  readonly range: string | undefined
}

export interface PartitionRead {
  /** On the sort key. */
  readonly range: KeyClause | undefined
  readonly filter: BoundCondition | undefined
}

export interface PartitionReads {
  readonly hash: AttributeValue
  readonly reads: readonly PartitionRead[]
}

export type ReadPlan =
  | { readonly kind: 'scan'; readonly filter: BoundCondition | undefined }
  | {
      readonly kind: 'keyed'
      /** In the order in which they are named. */
      readonly partitions: readonly PartitionReads[]
      /** What filters every read, whichever branch it comes from. */
      readonly commonFilter: readonly BoundCondition[]
    }

/** Throws when there are too many reads. */
export function planReads(where: BoundCondition | undefined, key: KeyNames): ReadPlan {
  const terms = conjuncts(where)
  if (!terms.some((term) => namesPartition(term, key))) return { kind: 'scan', filter: where }
  const branches = multipliedOut(terms, key).map((branch) => branchOf(branch, key))
  const [first, ...others] = branches
  const commonFilter = first?.rest.filter((term) => others.every(({ rest }) => rest.includes(term))) ?? []
  return { kind: 'keyed', partitions: partitionsOf(branches), commonFilter }
}

/** Whether every item for which the condition holds is in a partition that it names. */
function namesPartition(condition: BoundCondition, key: KeyNames): boolean {
  if (condition.kind === 'and') return condition.terms.some((term) => namesPartition(term, key))
  if (condition.kind === 'or') return condition.terms.every((term) => namesPartition(term, key))
  return equalitiesOn(key.hash, condition) !== undefined
}

function speaksOfKey(condition: BoundCondition, key: KeyNames): boolean {
  if (condition.kind === 'and' || condition.kind === 'or') return condition.terms.some((term) => speaksOfKey(term, key))
  return equalitiesOn(key.hash, condition) !== undefined || (key.range !== undefined && narrows(key.range, condition))
}

function narrows(range: string, term: BoundCondition): boolean {
  return equalitiesOn(range, term) !== undefined || keyClauseOn(range, term) !== undefined
}

/** What must hold, as alternatives without an OR about the key. */
function multipliedOut(terms: readonly BoundCondition[], key: KeyNames): readonly (readonly BoundCondition[])[] {
  let branches: readonly (readonly BoundCondition[])[] = [[]]
  for (const term of terms) {
    const alternatives =
      term.kind === 'or' && speaksOfKey(term, key) ? term.terms.flatMap((each) => multipliedOut(conjuncts(each), key)) : [[term]]
    checkCount(branches.length * alternatives.length)
    branches = branches.flatMap((branch) => alternatives.map((alternative) => [...branch, ...alternative]))
  }
  return branches
}

/** Conditions of which one is on the partition key. */
interface Branch {
  readonly hashValues: readonly AttributeValue[]
  /** One read for each of them. */
  readonly ranges: readonly (KeyClause | undefined)[]
  readonly rest: readonly BoundCondition[]
  readonly all: readonly BoundCondition[]
  /** It says what the sort key is not, and nothing else of it that a key could answer. */
  readonly negatesRange: boolean
}

function branchOf(all: readonly BoundCondition[], { hash, range }: KeyNames): Branch {
  const hashTerm = all.find((term) => equalitiesOn(hash, term) !== undefined)
  const others = all.filter((term) => term !== hashTerm)
  const rangeTerm = range === undefined ? undefined : rangeTermOf(range, others)
  return {
    hashValues: (hashTerm && equalitiesOn(hash, hashTerm)) ?? [],
    ranges: range === undefined || rangeTerm === undefined ? [undefined] : rangesOf(range, rangeTerm),
    rest: others.filter((term) => term !== rangeTerm),
    all,
    negatesRange: range !== undefined && rangeTerm === undefined && others.some((term) => isNegationOn(range, term)),
  }
}

/** The one that leaves the fewest items. */
function rangeTermOf(name: string, terms: readonly BoundCondition[]): BoundCondition | undefined {
  return (
    terms.find((term) => equalitiesOn(name, term)?.length === 1) ??
    terms.find((term) => equalitiesOn(name, term) !== undefined) ??
    terms.find((term) => keyClauseOn(name, term) !== undefined)
  )
}

function rangesOf(attribute: string, term: BoundCondition): readonly (KeyClause | undefined)[] {
  return (
    equalitiesOn(attribute, term)?.map((value): KeyClause => ({ attribute, operator: '=', values: [value] })) ?? [
      keyClauseOn(attribute, term),
    ]
  )
}

function isNegationOn(name: string, term: BoundCondition): boolean {
  if (term.kind === 'not') return attributesOf(term).includes(name)
  return term.kind === 'comparison' && term.comparator === '<>' && attributesOf(term).includes(name)
}

function partitionsOf(branches: readonly Branch[]): readonly PartitionReads[] {
  checkCount(branches.reduce((count, { hashValues, ranges }) => count + hashValues.length * ranges.length, 0))
  const byHash = new Map<string, { readonly hash: AttributeValue; readonly branches: Branch[] }>()
  for (const branch of branches) {
    for (const hash of branch.hashValues) {
      const text = JSON.stringify(hash)
      const known = byHash.get(text)
      if (known === undefined) byHash.set(text, { hash, branches: [branch] })
      else known.branches.push(branch)
    }
  }
  return [...byHash.values()].map(({ hash, branches: ofHash }) => ({ hash, reads: readsOf(ofHash) }))
}

function readsOf(branches: readonly Branch[]): readonly PartitionRead[] {
  if (branches.length > 1 && branches.some(({ negatesRange }) => negatesRange)) {
    return [{ range: undefined, filter: { kind: 'or', terms: branches.map(({ all }) => ({ kind: 'and', terms: all })) } }]
  }
  return branches.flatMap(({ ranges, rest }) => ranges.map((range) => ({ range, filter: conjunction(rest) })))
}

function checkCount(reads: number): void {
  if (reads > decomposedReadsMax) throw invalid('Too many decomposed read operations for a given query.')
}
