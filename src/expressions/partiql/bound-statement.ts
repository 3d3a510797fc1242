/** What a PartiQL statement means: names, values and trees as the other operations have them, checked as far as that goes without the table. */
import type { Item } from '../../values/attribute-value.ts'
import type { BoundCondition } from '../ast.ts'
import type { Projection } from '../projection.ts'
import type { Update } from '../update.ts'
import type { OrderTerm, Returning } from './statement.ts'

export interface BoundSelect {
  readonly kind: 'select'
  readonly tableName: string
  readonly indexName: string | undefined
  /** Undefined: everything that the table or index holds. */
  readonly projection: Projection | undefined
  readonly where: BoundCondition | undefined
  readonly orderBy: readonly OrderTerm[]
}

export interface BoundInsert {
  readonly kind: 'insert'
  readonly tableName: string
  readonly item: Item
}

export interface BoundUpdate {
  readonly kind: 'update'
  readonly tableName: string
  readonly update: Update
  readonly where: BoundCondition | undefined
  readonly returning: Returning | undefined
}

export interface BoundDelete {
  readonly kind: 'delete'
  readonly tableName: string
  readonly where: BoundCondition | undefined
  readonly returning: Returning | undefined
}

export interface BoundExists {
  readonly kind: 'exists'
  readonly select: BoundSelect
}

export type BoundWrite = BoundInsert | BoundUpdate | BoundDelete
export type BoundStatement = BoundSelect | BoundWrite | BoundExists
