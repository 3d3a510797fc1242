/**
 * Finds the numbers in a source text that bound something: what the rule about limits files in `test/tidy.test.ts` goes by. It stands
 * alone so that the rule can be tried on texts that break it.
 *
 * | found                                                         | example                                          |
 * | ------------------------------------------------------------- | ------------------------------------------------ |
 * | a constant that is a number, or holds nothing but numbers     | `const textsMax = 1000`, `{ entries: 100 }`      |
 * | a number that something is compared with by order             | `texts.length > 100`                             |
 * | how much is kept of a text or a list                          | `faults.slice(0, 10)`                            |
 * | the least or the most that something becomes                  | `Math.min(wanted, 4096)`                         |
 * | a time to wait                                                | `setTimeout(stop, 5000)`                         |
 * | a member that is named as a bound                             | `open(file, { timeout: 250 })`                   |
 * | a range that a function is called with                        | `wholeNumber(1, 10_000)`                         |
 * | what holds when nothing is said                               | `given ?? 16`, `(places = 20_000) =>`            |
 *
 * A number may be arithmetic of numbers and units of time (`7 * dayMs`).
 */
import { type Expression, type Node, type PropertyKey, parseSync, Visitor } from 'oxc-parser'

export interface FoundLimit {
  readonly line: number
  /** The name of the constant or member, else the expression that bounds. */
  readonly name: string
  readonly text: string
}

/** Names for numbers of a format, of which no limits file speaks. */
const formatNames = /(Tag|Offset|Shift|Mask|Bits)$/
const boundNames = /(max|min|limits?|budget|default|timeout|interval|every|bytes|entries|points|depth|levels|ms|seconds|minutes)$/i
const boundMembers = /(max|min|limit|timeout|interval|delay|entries|bytes|depth|ms)$/i
/** Status codes of HTTP stand for themselves. */
const statusNames = /status$/i
/** Dates and hexadecimal digits are cut where their format says. */
const formattedTexts = /^(hex|iso|day|time)$|toISOString\(\)$/
const timeUnitsMs: { readonly [name: string]: number } = {
  secondMs: 1000,
  minuteMs: 60_000,
  hourMs: 3_600_000,
  dayMs: 86_400_000,
}

export function findLimits(path: string, text: string): FoundLimit[] {
  const found = new Map<number, FoundLimit>()
  const textOf = ({ start, end }: Node): string => text.slice(start, end)
  const note = (node: Node, name: string): void => {
    // What holds another bound has told of it.
    if ([...found.keys()].some((start) => start <= node.start && node.end <= start + (found.get(start)?.text.length ?? 0))) return
    found.set(node.start, { line: text.slice(0, node.start).split('\n').length, name, text: textOf(node) })
  }
  const noteConstant = (name: string, init: Expression | null): void => {
    if (init !== null && !formatNames.test(name) && numbersOf(init)?.some((each) => isBound(each, boundNames.test(name)))) note(init, name)
  }
  const noteMember = (key: PropertyKey, value: Node): void => {
    const name = key.type === 'Identifier' || key.type === 'PrivateIdentifier' ? key.name : textOf(key)
    // A member that is a unit of time itself bounds nothing.
    if (boundMembers.test(name) && value.type !== 'Identifier' && isBound(value, true)) note(value, name)
  }
  const noteWhole = (node: Node, ...numbers: readonly (Node | undefined)[]): void => {
    if (numbers.some((each) => each !== undefined && isBound(each))) note(node, textOf(node))
  }
  new Visitor({
    VariableDeclaration: ({ kind, declarations }) => {
      if (kind === 'const') for (const { id, init } of declarations) noteConstant(textOf(id).replace(/:.*/s, ''), init)
    },
    PropertyDefinition: (node) => {
      if (node.static) noteConstant(textOf(node.key), node.value)
      else if (node.value !== null) noteMember(node.key, node.value)
    },
    Property: ({ key, value }) => noteMember(key, value),
    BinaryExpression: (node) => {
      const isOrder = ['<', '<=', '>', '>='].includes(node.operator)
      if (isOrder && !statusNames.test(textOf(node.left))) noteWhole(node, node.left, node.right)
    },
    LogicalExpression: (node) => {
      if (node.operator === '??') noteWhole(node, node.right)
    },
    AssignmentPattern: (node) => {
      if (!statusNames.test(textOf(node.left))) noteWhole(node, node.right)
    },
    CallExpression: (node) => {
      const { callee, arguments: given } = node
      const last = given.at(-1)
      const [object, method] = callee.type === 'MemberExpression' ? [textOf(callee.object), textOf(callee.property)] : ['', textOf(callee)]
      if (['setTimeout', 'setInterval', 'timeout'].includes(method)) noteWhole(node, last)
      else if (object === 'Math' && ['min', 'max'].includes(method)) noteWhole(node, ...given)
      else if (['slice', 'substring', 'subarray'].includes(method)) {
        const fromStart = given.length > 1 && given[0] !== undefined && numberIn(given[0]) === 0
        if (fromStart && !formattedTexts.test(object)) noteWhole(node, last)
      } else if (object === '' && given.length > 1 && given.slice(-2).every((each) => numberIn(each) !== undefined)) noteWhole(node, last)
    },
  }).visit(parseSync(path, text).program)
  return [...found.values()].sort((one, other) => one.line - other.line)
}

/** The numbers that a constant holds when it holds nothing else. */
function numbersOf(node: Node): Node[] | undefined {
  if (numberIn(node) !== undefined) return [node]
  const inner = unwrapped(node)
  const parts =
    inner.type === 'ObjectExpression'
      ? inner.properties.map((each) => (each.type === 'Property' ? each.value : each))
      : inner.type === 'ArrayExpression'
        ? inner.elements
        : undefined
  if (parts === undefined || parts.length === 0) return undefined
  const numbers = parts.map((each) => (each === null ? undefined : numbersOf(each)))
  return numbers.every((each) => each !== undefined) ? numbers.flat() : undefined
}

/**
 * Nought, one and two bound nothing that anybody would set otherwise. Hexadecimal numbers and powers of two stand for codes, masks and
 * what fits into so many bits, unless the name says that they bound.
 */
function isBound(node: Node, isNamedBound = false): boolean {
  const value = numberIn(node)
  if (value === undefined || [0, 1, 2].includes(Math.abs(value))) return false
  return isNamedBound || !isOfBits(unwrapped(node))
}

function isOfBits(node: Node): boolean {
  if (node.type === 'Literal') return /^0[xb]/.test(node.raw ?? '')
  if (node.type === 'UnaryExpression') return isOfBits(unwrapped(node.argument))
  if (node.type !== 'BinaryExpression') return false
  if (node.operator === '**') return numberIn(node.left) === 2
  return (
    ['+', '-'].includes(node.operator) &&
    node.left.type !== 'PrivateIdentifier' &&
    numberIn(node.right) === 1 &&
    isOfBits(unwrapped(node.left))
  )
}

/** The number that an expression stands for without anything being looked up but units of time. */
function numberIn(given: Node): number | undefined {
  const node = unwrapped(given)
  if (node.type === 'Literal') return typeof node.value === 'number' || typeof node.value === 'bigint' ? Number(node.value) : undefined
  if (node.type === 'Identifier') return timeUnitsMs[node.name]
  if (node.type === 'UnaryExpression' && node.operator === '-') return negated(numberIn(node.argument))
  if (node.type !== 'BinaryExpression' || node.left.type === 'PrivateIdentifier') return undefined
  const calculate = operators[node.operator]
  const [left, right] = [numberIn(node.left), numberIn(node.right)]
  return calculate === undefined || left === undefined || right === undefined ? undefined : calculate(left, right)
}

const operators: { readonly [operator: string]: (left: number, right: number) => number } = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '**': (left, right) => left ** right,
  '<<': (left, right) => left << right,
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value
}

function unwrapped(node: Node): Node {
  return node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression' || node.type === 'ParenthesizedExpression'
    ? unwrapped(node.expression)
    : node
}
