/**
 * What a mutation run changes in the code, one small change at a time: conditions, bounds, arithmetic, literals, statements. Texts are left
 * as they are, types too, and so is what an `assert` says of our own code, which is true whatever the tests do.
 */
import { createHash } from 'node:crypto'
import { type Expression, type Node, parseSync, Visitor } from 'oxc-parser'

export interface Mutant {
  /** Made of the path, the whole text of the file and the change: the same until the file changes. */
  readonly id: string
  /** Relative to the root of the repository. */
  readonly path: string
  readonly operator: 'condition' | 'bound' | 'equality' | 'logic' | 'arithmetic' | 'literal' | 'statement'
  /** What is replaced, in UTF-16 units, and by what. */
  readonly start: number
  readonly end: number
  readonly replacement: string
  readonly line: number
  /** The lines that change, before and after, without indentation. */
  readonly before: string
  readonly after: string
}

type Change = Pick<Mutant, 'operator' | 'start' | 'end' | 'replacement'>

const bounds: { readonly [operator: string]: string } = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }
const equalities: { readonly [operator: string]: string } = { '===': '!==', '!==': '===' }
const arithmetic: { readonly [operator: string]: string } = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&': '|',
  '|': '&',
  '^': '&',
}
const assignments: { readonly [operator: string]: string } = { '+=': '-=', '-=': '+=', '*=': '/=', '/=': '*=' }
const logic: { readonly [operator: string]: string } = { '&&': '||', '||': '&&' }

/** All mutants of one file that can be parsed, in the order of the text. */
export function findMutants(path: string, text: string): Mutant[] {
  const changes = changesOf(path, text)
  const lines = lineStarts(text)
  const textHash = createHash('sha256').update(text).digest('hex')
  const seen = new Set<string>()
  return changes
    .sort((one, other) => one.start - other.start || one.end - other.end)
    .flatMap((change) => {
      const changed = applied(text, change)
      if (seen.has(changed) || parseSync(path, changed).errors.length > 0) return []
      seen.add(changed)
      const id = createHash('sha256')
        .update(JSON.stringify([path, textHash, change.start, change.end, change.replacement]))
        .digest('hex')
      const line = lines.findLastIndex((start) => start <= change.start)
      const lastLine = lines.findLastIndex((start) => start <= change.end)
      const [from, to] = [lines[line] ?? 0, lines[lastLine + 1] ?? text.length]
      const after = changed.slice(from, to + changed.length - text.length)
      return [{ ...change, id: id.slice(0, 16), path, line: line + 1, before: flat(text.slice(from, to)), after: flat(after) }]
    })
}

/** The text of the file with one change made. */
export function applied(text: string, { start, end, replacement }: Pick<Change, 'start' | 'end' | 'replacement'>): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function changesOf(path: string, text: string): Change[] {
  const changes: Change[] = []
  /** Types and assertions: nothing in them is changed. */
  const closed: { readonly start: number; readonly end: number }[] = []
  const textOf = (node: Node): string => text.slice(node.start, node.end)
  const replace = (operator: Change['operator'], { start, end }: { start: number; end: number }, replacement: string): void => {
    changes.push({ operator, start, end, replacement })
  }
  /** The sign between two operands. */
  const replaceSign = (operator: Change['operator'], left: Node, right: Node, sign: string, other: string | undefined): void => {
    if (other === undefined) return
    const start = text.indexOf(sign, left.end)
    if (start >= 0 && start < right.start) replace(operator, { start, end: start + sign.length }, other)
  }
  const negate = (test: Expression): void => {
    if (test.type === 'UnaryExpression' && test.operator === '!') return
    if (test.type !== 'BinaryExpression') replace('condition', test, `!(${textOf(test)})`)
  }
  new Visitor({
    IfStatement: ({ test }) => negate(test),
    WhileStatement: ({ test }) => negate(test),
    ConditionalExpression: ({ test }) => negate(test),
    UnaryExpression: (node) => {
      if (node.operator === '!') replace('condition', node, textOf(node.argument))
    },
    BinaryExpression: ({ left, right, operator }) => {
      replaceSign('bound', left, right, operator, bounds[operator])
      replaceSign('equality', left, right, operator, equalities[operator])
      if (!isText(left) && !isText(right)) replaceSign('arithmetic', left, right, operator, arithmetic[operator])
    },
    LogicalExpression: ({ left, right, operator }) => replaceSign('logic', left, right, operator, logic[operator]),
    AssignmentExpression: ({ left, right, operator }) => {
      if (!isText(right)) replaceSign('arithmetic', left, right, operator, assignments[operator])
    },
    UpdateExpression: (node) => {
      replace('arithmetic', node, textOf(node).replace(node.operator, node.operator === '++' ? '--' : '++'))
    },
    Literal: (node) => {
      if (typeof node.value === 'number') replace('literal', node, String(node.value + 1))
      if (typeof node.value === 'boolean') replace('literal', node, String(!node.value))
    },
    ExpressionStatement: (node) => {
      if (!('directive' in node && node.directive)) replace('statement', node, ';')
    },
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'assert') closed.push(node)
    },
    TSLiteralType: (node) => void closed.push(node),
    ImportDeclaration: (node) => void closed.push(node),
  }).visit(parseSync(path, text).program)
  return changes.filter(({ start, end }) => !closed.some((node) => node.start <= start && end <= node.end))
}

function isText(node: Node): boolean {
  if (node.type === 'TemplateLiteral') return true
  if (node.type === 'BinaryExpression') return isText(node.left) || isText(node.right)
  return node.type === 'Literal' && typeof node.value === 'string'
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
}

function flat(lines: string): string {
  return lines.trim().replace(/\s*\n\s*/g, ' ')
}
