/**
 * The operators of conditions, one row each: how a value of the request and a value of the policy are read, and when they match
 * (iam-and-sigv4.md §3.2). Set prefixes, `IfExists`, negation and absent keys are the same for all and stand in compile-condition.ts.
 */

import { type Address, type AddressRange, parseAddress, parseRange } from './addresses.ts'
import type { ContextKeys } from './context-keys.ts'
import { parseInstant } from './instants.ts'
import { arnParts, literal, matches, type Pattern, resolve, resolveText, type Symbols, textOf } from './pattern.ts'

export interface Operator {
  /** It holds where none of its values matches. */
  readonly isNegated: boolean
  /** Whether its values may have variables. */
  readonly takesVariables: boolean
  /** The test of a value of the request against one of the policy's; undefined when a variable of that one has no value. */
  readonly testOf: (listed: Pattern, keys: ContextKeys) => ((given: string) => boolean) | undefined
  /** Whether a value of the request can be compared at all: one that can't matches no operator, a negated one neither. */
  readonly isComparable: (given: string) => boolean
}

interface Kind<Written, Given, Listed> {
  readonly takesVariables: boolean
  /** What a value of the policy stands for in the request: text, or symbols where wildcards mean something. */
  readonly resolve: (pattern: Pattern, keys: ContextKeys) => Written | undefined
  readonly readGiven: (text: string) => Given | undefined
  readonly readListed: (written: Written) => Listed | undefined
}

const textWithVariables = { takesVariables: true, resolve: resolveText }
const textAlone = { takesVariables: false, resolve: resolveText }
const patternWithVariables = { takesVariables: true, resolve }

const text: Kind<string, string, string> = { ...textWithVariables, readGiven: asIs, readListed: asIs }
const foldedText: Kind<string, string, string> = { ...textWithVariables, readGiven: fold, readListed: fold }
const likeness: Kind<Symbols, string, Symbols> = { ...patternWithVariables, readGiven: asIs, readListed: asIs }
const number: Kind<string, number, number> = { ...textAlone, readGiven: readNumber, readListed: readNumber }
const instant: Kind<string, number, number> = { ...textAlone, readGiven: parseInstant, readListed: parseInstant }
const truth: Kind<string, string, string> = { ...textWithVariables, readGiven: readTruth, readListed: readTruth }
const binary: Kind<string, string, string> = { ...textAlone, readGiven: asIs, readListed: asIs }
const address: Kind<string, Address, AddressRange> = { ...textAlone, readGiven: parseAddress, readListed: parseRange }
const arn: Kind<Symbols, readonly string[], readonly Symbols[]> = {
  ...patternWithVariables,
  readGiven: (given) => arnParts(literal(given))?.map(textOf),
  readListed: arnParts,
}

const isSame = <T>(given: T, listed: T): boolean => given === listed
const isLess = (given: number, listed: number): boolean => given < listed
const isAtMost = (given: number, listed: number): boolean => given <= listed
const isMore = (given: number, listed: number): boolean => given > listed
const isAtLeast = (given: number, listed: number): boolean => given >= listed
const isLike = (given: string, listed: Symbols): boolean => matches(listed, given)
const isWithin = (given: Address, listed: AddressRange): boolean => listed.check(given.text, given.version)
const isLikeByPart = (given: readonly string[], listed: readonly Symbols[]): boolean =>
  listed.every((part, at) => matches(part, given[at] ?? ''))

/** By name, without set prefix and `IfExists`. `Null` is none of them: it asks for no value. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', operator(text, isSame)],
  ['StringNotEquals', negated(operator(text, isSame))],
  ['StringEqualsIgnoreCase', operator(foldedText, isSame)],
  ['StringNotEqualsIgnoreCase', negated(operator(foldedText, isSame))],
  ['StringLike', operator(likeness, isLike)],
  ['StringNotLike', negated(operator(likeness, isLike))],
  ['NumericEquals', operator(number, isSame)],
  ['NumericNotEquals', negated(operator(number, isSame))],
  ['NumericLessThan', operator(number, isLess)],
  ['NumericLessThanEquals', operator(number, isAtMost)],
  ['NumericGreaterThan', operator(number, isMore)],
  ['NumericGreaterThanEquals', operator(number, isAtLeast)],
  ['DateEquals', operator(instant, isSame)],
  ['DateNotEquals', negated(operator(instant, isSame))],
  ['DateLessThan', operator(instant, isLess)],
  ['DateLessThanEquals', operator(instant, isAtMost)],
  ['DateGreaterThan', operator(instant, isMore)],
  ['DateGreaterThanEquals', operator(instant, isAtLeast)],
  ['Bool', operator(truth, isSame)],
  ['BinaryEquals', operator(binary, isSame)],
  ['IpAddress', operator(address, isWithin)],
  ['NotIpAddress', negated(operator(address, isWithin))],
  ['ArnEquals', operator(arn, isLikeByPart)],
  ['ArnLike', operator(arn, isLikeByPart)],
  ['ArnNotEquals', negated(operator(arn, isLikeByPart))],
  ['ArnNotLike', negated(operator(arn, isLikeByPart))],
])

function operator<Written, Given, Listed>(
  kind: Kind<Written, Given, Listed>,
  isMatch: (given: Given, listed: Listed) => boolean,
): Operator {
  const { takesVariables, readGiven, readListed } = kind
  const testOf: Operator['testOf'] = (pattern, keys) => {
    const written = kind.resolve(pattern, keys)
    if (written === undefined) return undefined
    const listed = readListed(written)
    if (listed === undefined) return matchesNothing
    return (given) => {
      const read = readGiven(given)
      return read !== undefined && isMatch(read, listed)
    }
  }
  return { isNegated: false, takesVariables, testOf, isComparable: (given) => readGiven(given) !== undefined }
}

function matchesNothing(): boolean {
  return false
}

function asIs<T>(value: T): T {
  return value
}

function fold(value: string): string {
  return value.toLowerCase()
}

function negated(row: Operator): Operator {
  return { ...row, isNegated: true }
}

function readNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d*)?$|^[+-]?\.\d+$/.test(text) ? Number(text) : undefined
}

function readTruth(text: string): string | undefined {
  const folded = text.toLowerCase()
  return folded === 'true' || folded === 'false' ? folded : undefined
}
