/** The tables of a run and their indexes as requests define them. Every table has the same attributes; which indexes it has differs. */
import type { KeySet } from '../model/naive-table.ts'

export const globalIndexes: readonly KeySet[] = [
  { index: 'by-a', kind: 'global', hash: ['a'], range: [], includes: undefined },
  { index: 'by-a-b', kind: 'global', hash: ['a'], range: ['b'], includes: [] },
  { index: 'by-b', kind: 'global', hash: ['b'], range: ['sk'], includes: ['n'] },
]
export const localIndex: KeySet = { index: 'own-b', kind: 'local', hash: ['pk'], range: ['b'], includes: [] }
export const vectorIndexName = 'near'

const types: { readonly [name: string]: string } = { pk: 'S', sk: 'S', a: 'S', b: 'N', w: 'S' }

export interface Definition {
  readonly name: string
  readonly indexes: readonly KeySet[]
  readonly hasVectors: boolean
  readonly hasStream: boolean
  /** Units of reading and of writing; undefined: on demand. */
  readonly provisioned?: number | undefined
}

export function createTable({ name, indexes, hasVectors, hasStream, provisioned }: Definition): object {
  const ofKind = (kind: KeySet['kind']): readonly object[] => indexes.filter((keys) => keys.kind === kind).map(described)
  const [globals, locals] = [ofKind('global'), ofKind('local')]
  const units = provisioned && { ReadCapacityUnits: provisioned, WriteCapacityUnits: provisioned }
  return {
    TableName: name,
    ...(units ? { BillingMode: 'PROVISIONED', ProvisionedThroughput: units } : { BillingMode: 'PAY_PER_REQUEST' }),
    AttributeDefinitions: attributes(['pk', 'sk', ...indexes.flatMap(keysOf), ...(hasVectors ? ['w'] : [])]),
    KeySchema: schema(['pk'], ['sk']),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
    ...(hasVectors && { VectorIndexes: [vectorIndex] }),
    ...(hasStream && { StreamSpecification: streamOn }),
  }
}

export const streamOn: object = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }

export function addIndex(TableName: string, keys: KeySet): object {
  const AttributeDefinitions = attributes(['pk', 'sk', ...keysOf(keys)])
  return { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create: described(keys) }] }
}

export function dropIndex(TableName: string, { index }: KeySet): object {
  return { TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: index } }] }
}

export function addVectors(TableName: string): object {
  return { TableName, AttributeDefinitions: attributes(['pk', 'sk', 'w']), VectorIndexUpdates: [{ Create: vectorIndex }] }
}

export function dropVectors(TableName: string): object {
  return { TableName, VectorIndexUpdates: [{ Delete: { IndexName: vectorIndexName } }] }
}

/** Each writer's vectors are a part of their own. */
const vectorIndex = {
  IndexName: vectorIndexName,
  VectorAttribute: { AttributeName: 'v' },
  Dimensions: 3,
  DistanceFunction: 'EUCLIDEAN',
  Projection: { ProjectionType: 'KEYS_ONLY' },
  SearchSchema: [{ AttributeName: 'w', SearchSchemaElementType: 'HASH' }],
}

function described(keys: KeySet): object {
  const { includes } = keys
  const some =
    includes && (includes.length === 0 ? { ProjectionType: 'KEYS_ONLY' } : { ProjectionType: 'INCLUDE', NonKeyAttributes: includes })
  return { IndexName: keys.index, KeySchema: schema(keys.hash, keys.range), Projection: some ?? { ProjectionType: 'ALL' } }
}

function keysOf({ hash, range }: KeySet): readonly string[] {
  return [...hash, ...range]
}

function schema(hash: readonly string[], range: readonly string[]): readonly object[] {
  return [
    ...hash.map((AttributeName) => ({ AttributeName, KeyType: 'HASH' })),
    ...range.map((AttributeName) => ({ AttributeName, KeyType: 'RANGE' })),
  ]
}

function attributes(names: readonly string[]): readonly object[] {
  return [...new Set(names)].map((AttributeName) => ({ AttributeName, AttributeType: types[AttributeName] }))
}
