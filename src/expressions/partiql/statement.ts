/**
 * What a PartiQL statement says, as immutable trees that depend on its text alone. Values are still terms: literals as they are
 * written, parameters by their number. `bindStatement` makes of them what the other operations' requests come to as well.
 */
import type { DocumentPath } from '../../values/path.ts'
import type { Comparator } from '../ast.ts'

export interface PathTerm {
  readonly kind: 'path'
  readonly path: DocumentPath
  /** Where its first name stands. */
  readonly at: string
}

export interface CallTerm {
  readonly kind: 'call'
  /** As it is written: function names know no case. */
  readonly name: string
  readonly operands: readonly Term[]
  /** Where the name stands, and where the first operand: `line:column:length`, from 1. */
  readonly at: string
  readonly operandAt: string
}

export interface ArithmeticTerm {
  readonly kind: 'arithmetic'
  readonly operator: '+' | '-' | '*' | '/' | '%' | '||'
  readonly left: Term
  readonly right: Term
}

export type Term =
  | PathTerm
  | CallTerm
  /** `index` counts the parameters of the statement from 0; `at` is where it stands. */
  | { readonly kind: 'parameter'; readonly index: number; readonly at: string }
  | { readonly kind: 'string'; readonly text: string }
  /** With its sign. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'missing'; readonly at: string }
  | { readonly kind: 'list'; readonly elements: readonly Term[] }
  | { readonly kind: 'set'; readonly elements: readonly Term[] }
  | { readonly kind: 'map'; readonly members: readonly { readonly name: string; readonly value: Term }[] }
  /** What holds or not, as a boolean. */
  | { readonly kind: 'condition'; readonly condition: WrittenWhere }
  | ArithmeticTerm

export type WrittenWhere =
  | { readonly kind: 'or'; readonly terms: readonly WrittenWhere[] }
  | { readonly kind: 'and'; readonly terms: readonly WrittenWhere[] }
  | { readonly kind: 'not'; readonly term: WrittenWhere }
  | { readonly kind: 'comparison'; readonly comparator: Comparator; readonly operator: string; readonly left: Term; readonly right: Term }
  | { readonly kind: 'between'; readonly operand: Term; readonly lower: Term; readonly upper: Term }
  /** `candidates` is a list in brackets or parentheses, or a parameter that holds one. */
  | { readonly kind: 'in'; readonly operand: Term; readonly candidates: Term }
  | { readonly kind: 'is'; readonly operand: Term; readonly type: TestedType }
  /** A value where a condition should be: it holds if it is true. */
  | { readonly kind: 'truth'; readonly value: Term }
  | CallTerm

/** What IS asks for: one of several types, or that there is nothing. */
export type TestedType = readonly string[] | 'MISSING'

/** A column of a SELECT, and what it is called in the answer. */
export interface SelectColumn {
  readonly name: string
  readonly path: DocumentPath
}

export interface OrderTerm {
  readonly path: DocumentPath
  readonly descending: boolean
}

export type WrittenChange =
  | { readonly kind: 'set'; readonly target: DocumentPath; readonly value: Term }
  | { readonly kind: 'remove'; readonly target: DocumentPath }

export interface Returning {
  readonly part: 'ALL' | 'MODIFIED'
  readonly image: 'OLD' | 'NEW'
}

/** What a statement is about: the name of a table, and of an index of it behind that. */
type TablePath = readonly string[]

export interface SelectStatement {
  readonly kind: 'select'
  /** Undefined: `*`. */
  readonly columns: readonly SelectColumn[] | undefined
  readonly from: TablePath
  readonly where: WrittenWhere | undefined
  readonly orderBy: readonly OrderTerm[]
}

interface InsertStatement {
  readonly kind: 'insert'
  readonly from: TablePath
  readonly value: Term
}

interface UpdateStatement {
  readonly kind: 'update'
  readonly from: TablePath
  readonly changes: readonly WrittenChange[]
  readonly where: WrittenWhere | undefined
  readonly returning: Returning | undefined
}

interface DeleteStatement {
  readonly kind: 'delete'
  readonly from: TablePath
  readonly where: WrittenWhere | undefined
  readonly returning: Returning | undefined
}

interface ExistsStatement {
  readonly kind: 'exists'
  readonly select: SelectStatement
}

/** Well formed, and no statement that could be carried out: the parser notes so. */
interface BareExpression {
  readonly kind: 'expression'
  readonly value: Term
}

export type Statement = SelectStatement | InsertStatement | UpdateStatement | DeleteStatement | ExistsStatement | BareExpression

export interface ParsedStatement {
  readonly statement: Statement
  /** How many parameters it takes. */
  readonly parameterCount: number
  /** The message about the first thing in it that is well formed and yet not to be had. */
  readonly fault: string | undefined
}
