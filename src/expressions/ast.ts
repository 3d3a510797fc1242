/**
 * What expressions mean, as immutable trees. A tree comes in two versions of one shape: *written* (its leaves are the aliases and
 * placeholders of the text; depends on the text only, so it can be kept and shared) and *bound* (real names, real values, every
 * static check passed). Whatever is not text, such as the legacy parameters, starts at the bound version.
 */
import type { AttributeValue } from '../values/attribute-value.ts'
import type { DocumentPath } from '../values/path.ts'

/** The parameters that hold expressions. A request's expressions are compiled in this order (expressions.md §3). */
export type ExpressionKind =
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'KeyConditionExpression'
  | 'FilterExpression'
  | 'ProjectionExpression'
  | 'SearchConditionExpression'

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

/** Parentheses leave no node: the shape of the tree says what they said. */
export type ConditionTree<Operand> =
  | { readonly kind: 'or'; readonly terms: readonly ConditionTree<Operand>[] }
  | { readonly kind: 'and'; readonly terms: readonly ConditionTree<Operand>[] }
  | { readonly kind: 'not'; readonly term: ConditionTree<Operand> }
  | { readonly kind: 'comparison'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | Call<Operand>

/** In a condition: one of the five boolean functions. As an operand of one: `size`. In an update: `if_not_exists`, `list_append`. */
export interface Call<Operand> {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly Operand[]
}

type UpdateAction<Path, Value, Operand> =
  | { readonly kind: 'set'; readonly target: Path; readonly value: SetValue<Operand> }
  | { readonly kind: 'remove'; readonly target: Path }
  | { readonly kind: 'add'; readonly target: Path; readonly value: Value }
  | { readonly kind: 'delete'; readonly target: Path; readonly value: Value }

export type SetValue<Operand> = Operand | Arithmetic<Operand>

export interface Arithmetic<Operand> {
  readonly kind: 'arithmetic'
  readonly operator: '+' | '-'
  readonly left: Operand
  readonly right: Operand
}

// ---- written: as the text says it

export type WrittenElement =
  | { readonly kind: 'name'; readonly name: string }
  /** With its `#`. */
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'index'; readonly index: number }

export interface WrittenPath {
  readonly kind: 'path'
  readonly elements: readonly WrittenElement[]
}

export interface WrittenValue {
  readonly kind: 'value'
  /** With its `:`. */
  readonly placeholder: string
}

export type WrittenOperand = WrittenPath | WrittenValue | Call<WrittenOperand>

export type WrittenCondition = ConditionTree<WrittenOperand>
export type WrittenProjection = readonly WrittenPath[]
export type WrittenAction = UpdateAction<WrittenPath, WrittenValue, WrittenOperand>

export interface WrittenUpdate {
  /** In written order; the actions of one section stand together. */
  readonly actions: readonly WrittenAction[]
}

// ---- bound: real names and values

interface BoundPath {
  readonly kind: 'path'
  readonly path: DocumentPath
}

interface BoundValue {
  readonly kind: 'value'
  readonly value: AttributeValue
}

interface BoundSize {
  readonly kind: 'size'
  readonly of: BoundOperand
}

/** What holds or not, as a boolean. Only PartiQL has it. */
interface BoundTruth {
  readonly kind: 'truth'
  readonly of: BoundCondition
}

export type BoundOperand = BoundPath | BoundValue | BoundSize | BoundTruth
export type BoundCondition = ConditionTree<BoundOperand>

export type BoundUpdateOperand =
  | BoundPath
  | BoundValue
  | { readonly kind: 'if_not_exists'; readonly path: DocumentPath; readonly otherwise: BoundUpdateOperand }
  | { readonly kind: 'list_append'; readonly first: BoundUpdateOperand; readonly second: BoundUpdateOperand }

export type BoundAction = UpdateAction<DocumentPath, AttributeValue, BoundUpdateOperand>
