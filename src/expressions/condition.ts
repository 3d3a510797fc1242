/**
 * ConditionExpression and FilterExpression: from text to a function that weighs items. Semantics: expressions.md §5. Whatever is
 * missing or of the wrong type makes a comparison false, never an error, so nothing here throws once it is compiled.
 */
import { AssertionFailure, unreachable } from '../base/assert.ts'
import { bytesInclude, textIncludes } from '../base/search.ts'
import { type AttributeValue, attributeOf, type Item, typeOf } from '../values/attribute-value.ts'
import { equalValues } from '../values/equality.ts'
import { compareNumbers } from '../values/number.ts'
import { compareBinaries, compareStrings } from '../values/order.ts'
import { type DocumentPath, resolvePath } from '../values/path.ts'
import { binarySizeBytes } from '../values/size.ts'
import type { BoundCondition, BoundOperand, Call, Comparator, WrittenCondition } from './ast.ts'
import { bindCondition } from './bind-condition.ts'
import { attributesOf } from './condition-attributes.ts'
import { parseCondition } from './parse-condition.ts'
import { ParsedTexts } from './parsed-texts.ts'
import type { Placeholders } from './placeholders.ts'

export interface Condition {
  /** For an item that does not exist, give an item without attributes. */
  matches(item: Item): boolean
  /** The names of the top-level attributes it speaks of, in the order of their first use. */
  readonly attributes: readonly string[]
  /** What it was compiled from. */
  readonly tree: BoundCondition
}

/** Shared with key conditions, which have the same grammar. */
export const parsedConditions: ParsedTexts<WrittenCondition> = new ParsedTexts(parseCondition)

/** Throws what is wrong with the text or its placeholders (`invalidRequest`). */
export function compileCondition(kind: 'ConditionExpression' | 'FilterExpression', text: string, placeholders: Placeholders): Condition {
  return conditionOf(bindCondition(kind, parsedConditions.get(kind, text), placeholders))
}

/** For conditions that were not written as an expression. */
export function conditionOf(bound: BoundCondition): Condition {
  return new CompiledCondition(bound)
}

type Test = (item: Item) => boolean
type Read = (item: Item) => AttributeValue | undefined

/** A class for the sake of the getter, which is slow to make in an object literal. Most conditions are never asked for it. */
class CompiledCondition implements Condition {
  readonly tree: BoundCondition
  readonly matches: Test

  constructor(tree: BoundCondition) {
    this.tree = tree
    this.matches = testOf(tree)
  }

  get attributes(): readonly string[] {
    return attributesOf(this.tree)
  }
}

function testOf(condition: BoundCondition): Test {
  switch (condition.kind) {
    case 'or':
      return anyOf(condition.terms.map(testOf))
    case 'and':
      return allOf(condition.terms.map(testOf))
    case 'not': {
      const test = testOf(condition.term)
      return (item) => !test(item)
    }
    case 'comparison':
      return comparisonTest(condition.comparator, readerOf(condition.left), readerOf(condition.right))
    case 'between':
      return allOf([
        comparisonTest('>=', readerOf(condition.operand), readerOf(condition.lower)),
        comparisonTest('<=', readerOf(condition.operand), readerOf(condition.upper)),
      ])
    case 'in':
      return inTest(readerOf(condition.operand), condition.candidates.map(readerOf))
    case 'call':
      return callTest(condition)
    default:
      return unreachable(condition)
  }
}

function anyOf(tests: readonly Test[]): Test {
  return (item) => {
    for (const test of tests) if (test(item)) return true
    return false
  }
}

function allOf(tests: readonly Test[]): Test {
  return (item) => {
    for (const test of tests) if (!test(item)) return false
    return true
  }
}

function comparisonTest(comparator: Comparator, left: Read, right: Read): Test {
  switch (comparator) {
    case '=':
      return both(left, right, equalValues)
    case '<>': {
      const equal = both(left, right, equalValues)
      return (item) => !equal(item)
    }
    case '<':
      return both(left, right, (a, b) => orderOf(a, b) < 0)
    case '<=':
      return both(left, right, (a, b) => orderOf(a, b) <= 0)
    case '>':
      return both(left, right, (a, b) => orderOf(a, b) > 0)
    case '>=':
      return both(left, right, (a, b) => orderOf(a, b) >= 0)
    default:
      return unreachable(comparator)
  }
}

function inTest(operand: Read, candidates: readonly Read[]): Test {
  return (item) => {
    const value = operand(item)
    if (value === undefined) return false
    for (const candidate of candidates) {
      const other = candidate(item)
      if (other !== undefined && equalValues(value, other)) return true
    }
    return false
  }
}

function callTest({ name, operands }: Call<BoundOperand>): Test {
  const [first, second] = operands.map(readerOf)
  if (first !== undefined) {
    if (name === 'attribute_exists') return (item) => first(item) !== undefined
    if (name === 'attribute_not_exists') return (item) => first(item) === undefined
    if (second !== undefined) {
      if (name === 'attribute_type') return both(first, second, isOfType)
      if (name === 'begins_with') return both(first, second, beginsWith)
      if (name === 'contains') return both(first, second, contains)
    }
  }
  throw new AssertionFailure('a bound call is a known function with as many operands as it takes', { name, operands })
}

/** False unless both operands are there. */
function both(left: Read, right: Read, test: (a: AttributeValue, b: AttributeValue) => boolean): Test {
  return (item) => {
    const a = left(item)
    if (a === undefined) return false
    const b = right(item)
    return b !== undefined && test(a, b)
  }
}

function readerOf(operand: BoundOperand): Read {
  switch (operand.kind) {
    case 'path':
      return pathReader(operand.path)
    case 'value': {
      const { value } = operand
      return () => value
    }
    case 'size': {
      const read = readerOf(operand.of)
      return (item) => sizeOf(read(item))
    }
    case 'truth': {
      const test = testOf(operand.of)
      return (item) => (test(item) ? yes : no)
    }
    default:
      return unreachable(operand)
  }
}

const yes: AttributeValue = { BOOL: true }
const no: AttributeValue = { BOOL: false }

function pathReader(path: DocumentPath): Read {
  const [name] = path
  if (path.length === 1 && typeof name === 'string') return (item) => attributeOf(item, name)
  return (item) => resolvePath(item, path)
}

/** Below, at or above zero, as `a` is less than, equal to or greater than `b`; NaN, for which no comparison holds, if they have no order. */
function orderOf(a: AttributeValue, b: AttributeValue): number {
  if ('S' in a) return 'S' in b ? compareStrings(a.S, b.S) : Number.NaN
  if ('N' in a) return 'N' in b ? compareNumbers(a.N, b.N) : Number.NaN
  return 'B' in a && 'B' in b ? compareBinaries(a.B, b.B) : Number.NaN
}

function isOfType(value: AttributeValue, type: AttributeValue): boolean {
  return 'S' in type && typeOf(value) === type.S
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ('S' in value) return 'S' in prefix && value.S.startsWith(prefix.S)
  if (!('B' in value && 'B' in prefix)) return false
  const prefixBytes = Buffer.from(prefix.B, 'base64')
  return Buffer.from(value.B, 'base64').subarray(0, prefixBytes.length).equals(prefixBytes)
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value) return 'S' in part && textIncludes(value.S, part.S)
  if ('L' in value) return value.L.some((element) => equalValues(element, part))
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S)
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N)
  if ('BS' in value) return 'B' in part && value.BS.includes(part.B)
  return 'B' in value && 'B' in part && bytesInclude(Buffer.from(value.B, 'base64'), Buffer.from(part.B, 'base64'))
}

/** As a number, so that sizes are compared as numbers are. */
function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  const size = value === undefined ? undefined : countOf(value)
  return size === undefined ? undefined : { N: String(size) }
}

/** Strings count in UTF-16 units, not in bytes (expressions.md §5). */
function countOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length
  if ('B' in value) return binarySizeBytes(value.B)
  if ('L' in value) return value.L.length
  if ('M' in value) return Object.keys(value.M).length
  if ('SS' in value) return value.SS.length
  if ('NS' in value) return value.NS.length
  return 'BS' in value ? value.BS.length : undefined
}
