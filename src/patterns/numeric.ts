/** `{"numeric": [">", 0, "<=", 5]}`: comparisons of numbers, by their values. */
import { numericMax } from './limits.ts'
import { PatternError } from './pattern-error.ts'

type Comparison = (number: number) => boolean

/** What is no number is in no range: numbers of attribute values are text. */
export function numericTest(value: unknown): (leaf: unknown) => boolean {
  if (!Array.isArray(value)) throw new PatternError('Value of numeric must be an array.')
  if (value.length === 0) throw new PatternError('Invalid member in numeric match: ]')
  const [operator, bound, otherOperator, otherBound, more] = value as readonly unknown[]
  const first = comparison(operator, bound)
  if (value.length === 2) return (leaf) => typeof leaf === 'number' && first(leaf)
  if (more !== undefined) throw new PatternError('Too many terms in numeric range')
  const isLower = operator === '>' || operator === '>='
  if (!isLower || (otherOperator !== '<' && otherOperator !== '<='))
    throw new PatternError(`Bad numeric range operator: ${told(otherOperator)}`)
  const second = comparison(otherOperator, otherBound)
  if (Number(bound) >= Number(otherBound)) throw new PatternError('Bottom must be less than top')
  return (leaf) => typeof leaf === 'number' && first(leaf) && second(leaf)
}

function comparison(operator: unknown, bound: unknown): Comparison {
  const compare = comparisons[String(operator)]
  if (typeof operator !== 'string' || compare === undefined)
    throw new PatternError(`Unrecognized numeric range operator: ${told(operator)}`)
  if (typeof bound !== 'number') throw new PatternError(`Value of ${operator} must be numeric`)
  if (Math.abs(bound) > numericMax) throw new PatternError(`Value must be between -${numericMax} and ${numericMax}, inclusive`)
  return compare(bound)
}

const comparisons: { readonly [operator: string]: (bound: number) => Comparison } = {
  '=': (bound) => (number) => number === bound,
  '<': (bound) => (number) => number < bound,
  '<=': (bound) => (number) => number <= bound,
  '>': (bound) => (number) => number > bound,
  '>=': (bound) => (number) => number >= bound,
}

function told(operator: unknown): string {
  return typeof operator === 'string' ? operator : JSON.stringify(operator)
}
