/**
 * All shapes in one table, and the TypeScript types they stand for. The subjects have a table each in `shapes/`.
 */
import { assert } from '../base/assert.ts'
import type { JsonText } from '../base/json-text.ts'
import { attributeValueShapes } from './shapes/attribute-values.ts'
import { autoScalingShapes } from './shapes/auto-scaling.ts'
import { backupShapes } from './shapes/backups.ts'
import { batchShapes } from './shapes/batches.ts'
import { bulkOperationShapes } from './shapes/bulk-operations.ts'
import { capacityShapes } from './shapes/capacity.ts'
import { globalTableShapes } from './shapes/global-tables.ts'
import { indexShapes } from './shapes/indexes.ts'
import { itemShapes } from './shapes/items.ts'
import { keyShapes } from './shapes/keys.ts'
import { partiqlShapes } from './shapes/partiql.ts'
import { readShapes } from './shapes/reads.ts'
import { replicaShapes } from './shapes/replicas.ts'
import { scalarShapes } from './shapes/scalars.ts'
import type { Shape, ShapeTable } from './shapes/shape-table.ts'
import { streamShapes } from './shapes/streams.ts'
import { tableSettingShapes } from './shapes/table-settings.ts'
import { tableShapes } from './shapes/tables.ts'
import { transactionShapes } from './shapes/transactions.ts'
import { transferShapes } from './shapes/transfers.ts'
import { vectorShapes } from './shapes/vectors.ts'

export type Shapes = typeof attributeValueShapes &
  typeof autoScalingShapes &
  typeof backupShapes &
  typeof batchShapes &
  typeof bulkOperationShapes &
  typeof capacityShapes &
  typeof globalTableShapes &
  typeof indexShapes &
  typeof itemShapes &
  typeof keyShapes &
  typeof partiqlShapes &
  typeof readShapes &
  typeof replicaShapes &
  typeof scalarShapes &
  typeof streamShapes &
  typeof tableSettingShapes &
  typeof tableShapes &
  typeof transactionShapes &
  typeof transferShapes &
  typeof vectorShapes

/** By name. Readers that follow a name at run time use `shapeNamed`. */
export const shapes: Shapes = {
  ...attributeValueShapes,
  ...autoScalingShapes,
  ...backupShapes,
  ...batchShapes,
  ...bulkOperationShapes,
  ...capacityShapes,
  ...globalTableShapes,
  ...indexShapes,
  ...itemShapes,
  ...keyShapes,
  ...partiqlShapes,
  ...readShapes,
  ...replicaShapes,
  ...scalarShapes,
  ...streamShapes,
  ...tableSettingShapes,
  ...tableShapes,
  ...transactionShapes,
  ...transferShapes,
  ...vectorShapes,
}

type ShapeName = keyof Shapes

const shapesByName: ShapeTable = shapes

/** The shape of that name; a name comes from another shape or from the table of operations, never from a client. */
export function shapeNamed(name: string): Shape {
  const shape = shapesByName[name]
  assert(shape !== undefined, 'a shape refers to shapes that exist', name)
  return shape
}

/** What a shape looks like once `checkInput` has let it pass: members of the wire, none of them null. */
export type ShapeOf<Name extends ShapeName> = TypeOf<Shapes[Name], never>

/** What a shape may look like in an answer: wherever attribute values are, their JSON text will do. */
export type AnswerOf<Name extends ShapeName> = TypeOf<Shapes[Name], JsonText>

/** An attribute value as it came: any number of types, nothing checked but the kinds of JSON. The values floor makes the checked one. */
export type RawAttributeValue = ShapeOf<'AttributeValue'>

/** `Text` stands for a map of attribute values, a list of such maps or of what holds them, that is JSON text already. */
type TypeOf<S, Text> = S extends { readonly kind: 'structure'; readonly members: infer Members }
  ? Structure<Members, Text>
  : S extends { readonly kind: 'list'; readonly of: infer Element }
    ? readonly Named<Element, Text>[] | (Element extends 'AttributeMap' | 'Record' ? Text : never)
    : S extends { readonly kind: 'map'; readonly to: infer Value }
      ? { readonly [name: string]: Named<Value, Text> } | (Value extends 'AttributeValue' ? Text : never)
      : S extends { readonly kind: 'boolean' }
        ? boolean
        : S extends { readonly kind: 'integer' | 'long' | 'double' | 'timestamp' }
          ? number
          : S extends { readonly open: true }
            ? string
            : S extends { readonly values: readonly (infer Value)[] }
              ? Value
              : string

type Structure<Members, Text> = {
  readonly [Name in keyof Members as Members[Name] extends `${string}!` ? Name : never]: Named<Members[Name], Text>
} & {
  readonly [Name in keyof Members as Members[Name] extends `${string}!` ? never : Name]?: Named<Members[Name], Text>
}

type Named<Reference, Text> = Reference extends `${infer Name extends ShapeName}!`
  ? TypeOf<Shapes[Name], Text>
  : Reference extends ShapeName
    ? TypeOf<Shapes[Reference], Text>
    : never
