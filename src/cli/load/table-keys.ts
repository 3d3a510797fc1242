/** What DescribeTable says of the keys of a table, as far as load needs it: which attributes a request must name, and their types. */
import { getOwn } from '../../base/own.ts'

export type KeyType = 'S' | 'N' | 'B'

export interface KeyAttribute {
  readonly name: string
  readonly type: KeyType
}

export interface KeySchema {
  /** One; an index may have several. */
  readonly partition: readonly KeyAttribute[]
  readonly sort: readonly KeyAttribute[]
}

export interface TableKeys extends KeySchema {
  readonly tableName: string
  readonly indexes: readonly (KeySchema & { readonly name: string; readonly isGlobal: boolean })[]
}

interface KeySchemaElement {
  readonly AttributeName: string
  readonly KeyType: string
}

interface DescribedIndex {
  readonly IndexName: string
  readonly KeySchema?: readonly KeySchemaElement[]
}

/** The members of DescribeTable's answer that are read here. */
export interface TableDescription {
  readonly TableName: string
  readonly TableStatus?: string
  readonly AttributeDefinitions?: readonly { readonly AttributeName: string; readonly AttributeType: string }[]
  readonly KeySchema?: readonly KeySchemaElement[]
  readonly GlobalSecondaryIndexes?: readonly DescribedIndex[]
  readonly LocalSecondaryIndexes?: readonly DescribedIndex[]
}

export function tableKeysOf(description: TableDescription): TableKeys {
  const types: { [name: string]: string } = Object.fromEntries(
    (description.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  )
  const attributes = (schema: readonly KeySchemaElement[] = [], keyType: string): KeyAttribute[] =>
    schema
      .filter((element) => element.KeyType === keyType)
      .map(({ AttributeName: name }) => ({ name, type: (getOwn(types, name) ?? 'S') as KeyType }))
  const keysOf = (schema?: readonly KeySchemaElement[]): KeySchema => ({
    partition: attributes(schema, 'HASH'),
    sort: attributes(schema, 'RANGE'),
  })
  const indexes = (list: readonly DescribedIndex[] = [], isGlobal: boolean): TableKeys['indexes'] =>
    // Vector indexes have no keys to make.
    list.filter((index) => index.KeySchema !== undefined).map((index) => ({ name: index.IndexName, isGlobal, ...keysOf(index.KeySchema) }))
  return {
    tableName: description.TableName,
    ...keysOf(description.KeySchema),
    indexes: [...indexes(description.LocalSecondaryIndexes, false), ...indexes(description.GlobalSecondaryIndexes, true)],
  }
}

/** The attributes that make an item: those of the table's own key. */
export function itemKeyOf(keys: TableKeys): readonly KeyAttribute[] {
  return [...keys.partition, ...keys.sort]
}
