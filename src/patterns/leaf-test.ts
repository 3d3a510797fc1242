/** The elements of a pattern's list: values, and matchers, each compiled to a function that is asked of a leaf. */
import { cidrTest } from './cidr.ts'
import { toldWordMax } from './limits.ts'
import { numericTest } from './numeric.ts'
import { PatternError } from './pattern-error.ts'
import { wildcardTest } from './wildcard.ts'

/** `leaf` is text, a number, a boolean or null; undefined: there is none. */
export type LeafTest = (leaf: unknown) => boolean

export function leafTest(element: unknown): LeafTest {
  if (Array.isArray(element)) throw new PatternError('Match value must be String, number, true, false, or null')
  if (typeof element !== 'object' || element === null) return (leaf) => leaf === element
  const [member, other] = Object.entries(element)
  if (member === undefined) throw new PatternError('Empty match expression')
  if (other !== undefined) throw new PatternError('Only one key allowed in match expression')
  const [name, value] = member
  switch (name) {
    case 'prefix':
    case 'suffix':
      return affixTest(name, value)
    case 'equals-ignore-case':
      return ofText(sameLetters(textOf(name, value)))
    case 'wildcard':
      return ofText(wildcardTest(textOf(name, value)))
    case 'anything-but':
      return anythingBut(value)
    case 'numeric':
      return numericTest(value)
    case 'exists':
      if (typeof value !== 'boolean') throw new PatternError('exists match pattern must be either true or false.')
      return (leaf) => (leaf !== undefined) === value
    case 'cidr':
      return ofText(cidrTest(value))
    default:
      throw new PatternError(`Unrecognized match type ${name.slice(0, toldWordMax)}`)
  }
}

type TextTest = (text: string) => boolean

function ofText(test: TextTest): LeafTest {
  return (leaf) => typeof leaf === 'string' && test(leaf)
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new PatternError(`${name} match pattern must be a string`)
  return value
}

function affixTest(name: 'prefix' | 'suffix', value: unknown): LeafTest {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ofText(affix(name, textOf(name, value)))
  const [member, other] = Object.entries(value)
  if (member?.[0] !== 'equals-ignore-case' || other !== undefined) throw new PatternError(`Unsupported ${name} match pattern`)
  const test = affix(name, lowered(textOf('equals-ignore-case', member[1])))
  return ofText((text) => test(lowered(text)))
}

function affix(name: 'prefix' | 'suffix', wanted: string): TextTest {
  if (wanted === '') throw new PatternError('Null prefix/suffix not allowed')
  return name === 'prefix' ? (text) => text.startsWith(wanted) : (text) => text.endsWith(wanted)
}

function sameLetters(wanted: string): TextTest {
  const letters = lowered(wanted)
  return (text) => lowered(text) === letters
}

function lowered(text: string): string {
  return text.toLowerCase()
}

/** It needs a leaf that is none of these. */
function anythingBut(value: unknown): LeafTest {
  if (Array.isArray(value)) return noneOf(value)
  if (typeof value === 'string' || typeof value === 'number') return noneOf([value])
  if (typeof value !== 'object' || value === null) throw badAnythingBut()
  const [member, other] = Object.entries(value)
  if (member === undefined || other !== undefined) throw badAnythingBut()
  const [name, wanted] = member
  const texts = (Array.isArray(wanted) ? wanted : [wanted]).map((each) => textOf(name, each))
  if (texts.length === 0) throw new PatternError('Empty arrays are not allowed')
  const tests = texts.map((text) => exceptionTest(name, text))
  return (leaf) => leaf !== undefined && !(typeof leaf === 'string' && tests.some((test) => test(leaf)))
}

function exceptionTest(name: string, text: string): TextTest {
  switch (name) {
    case 'prefix':
    case 'suffix':
      return affix(name, text)
    case 'equals-ignore-case':
      return sameLetters(text)
    case 'wildcard':
      return wildcardTest(text)
    default:
      throw new PatternError(`Unsupported anything-but pattern: ${name.slice(0, toldWordMax)}`)
  }
}

function noneOf(values: readonly unknown[]): LeafTest {
  const [first] = values
  if (first === undefined) throw new PatternError('Empty arrays are not allowed')
  if (typeof first !== 'string' && typeof first !== 'number') throw badAnythingBut()
  if (values.some((each) => typeof each !== typeof first)) {
    throw new PatternError('Inside anything but list, either all values are number or string, mixed type is not supported')
  }
  const excluded = new Set(values)
  return (leaf) => leaf !== undefined && !excluded.has(leaf)
}

function badAnythingBut(): PatternError {
  return new PatternError('Value of anything-but must be an array or single string/number value.')
}
