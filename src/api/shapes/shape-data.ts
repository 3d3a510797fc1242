/**
 * What shapes look like as data, for the tables of services beside DynamoDB: derived from the table itself. DynamoDB's own
 * (api/shapes.ts) knows more, as attribute values may be JSON text already.
 */

/** The data of the shape of that name in the table: times are seconds since 1970, required members are never undefined. */
export type ShapeData<Table, Name extends keyof Table> = DataOf<Table, Table[Name]>

type DataOf<Table, S> = S extends { readonly kind: 'structure'; readonly members: infer Members }
  ? Structure<Table, Members>
  : S extends { readonly kind: 'list'; readonly of: infer Element }
    ? readonly Named<Table, Element>[]
    : S extends { readonly kind: 'map'; readonly to: infer Value }
      ? { readonly [name: string]: Named<Table, Value> }
      : S extends { readonly kind: 'boolean' }
        ? boolean
        : S extends { readonly kind: 'integer' | 'long' | 'double' | 'timestamp' }
          ? number
          : S extends { readonly values: readonly (infer Value)[] }
            ? Value
            : string

type Structure<Table, Members> = {
  readonly [Name in keyof Members as Members[Name] extends `${string}!` ? Name : never]: Named<Table, Members[Name]>
} & {
  readonly [Name in keyof Members as Members[Name] extends `${string}!` ? never : Name]?: Named<Table, Members[Name]>
}

type Named<Table, Reference> = Reference extends `${infer Name extends keyof Table & string}!`
  ? DataOf<Table, Table[Name]>
  : Reference extends keyof Table
    ? DataOf<Table, Table[Reference]>
    : never
