/**
 * The form in which the shapes of the API are written down. It stands alone because every table of shapes is checked against
 * it, and the checkers of inputs and outputs read nothing else.
 */

/** Shapes by name. They refer to each other by name, also across tables; a member that ends in `!` is required. */
export interface ShapeTable {
  readonly [name: string]: Shape
}

export type Shape = StructureShape | ListShape | MapShape | StringShape | NumberShape | PlainShape

/** Members stand in the order in which AWS reports what is wrong with them, where it is known (errors.md §4.3), else in the model's. */
export interface StructureShape {
  readonly kind: 'structure'
  readonly members: { readonly [name: string]: string }
}

/** `min` and `max` count elements. */
export interface ListShape {
  readonly kind: 'list'
  readonly of: string
  readonly min?: number
  readonly max?: number
}

/** `min` and `max` count entries. */
export interface MapShape {
  readonly kind: 'map'
  readonly from: string
  readonly to: string
  readonly min?: number
  readonly max?: number
}

export interface StringShape {
  readonly kind: 'string'
  /** In UTF-16 code units. */
  readonly min?: number
  readonly max?: number
  /** For the whole string, as AWS prints it. It is tried only on strings of at most `max` units. */
  readonly pattern?: string
  /** The ARN of a table is accepted instead of a name. */
  readonly orArn?: true
  /** In the order in which AWS prints them (errors.md §4.2), or else in the order of the model. */
  readonly values?: readonly string[]
  /** The operation has words of its own for a value that is not among `values`. */
  readonly open?: true
}

export interface NumberShape {
  readonly kind: 'integer' | 'long' | 'double'
  readonly min?: number
  readonly max?: number
}

/** A timestamp is a number of seconds since 1970, a blob is base64 text. */
interface PlainShape {
  readonly kind: 'boolean' | 'timestamp' | 'blob'
}
