/** CreateTable inputs in few words: a key is written `customer:S | number:N`, hash attributes before the bar and range ones behind it. */
import type { Body } from './client.ts'

interface KeyElement {
  readonly AttributeName: string
  readonly KeyType: 'HASH' | 'RANGE'
}

export interface IndexText {
  readonly name: string
  readonly key: string
  /** Names of attributes: INCLUDE. Default ALL. */
  readonly projection?: 'ALL' | 'KEYS_ONLY' | readonly string[]
  readonly more?: Body
}

export interface TableText {
  readonly name: string
  readonly key: string
  readonly global?: readonly IndexText[]
  readonly local?: readonly IndexText[]
  /** On demand when it is left out. */
  readonly units?: Body
  readonly stream?: string | undefined
  /** Further attributes to be defined. */
  readonly attributes?: string
  readonly more?: Body
}

export function tableInput(table: TableText): Body {
  const { name, key, global = [], local = [], units, stream, attributes = '', more } = table
  const keys = [key, ...global.map((index) => index.key), ...local.map((index) => index.key), attributes]
  return {
    TableName: name,
    AttributeDefinitions: attributeDefinitions(keys),
    KeySchema: keySchema(key),
    ...(units === undefined ? { BillingMode: 'PAY_PER_REQUEST' } : { BillingMode: 'PROVISIONED', ProvisionedThroughput: units }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global.map(indexInput) }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(indexInput) }),
    ...(stream !== undefined && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    ...more,
  }
}

export function indexInput({ name, key, projection = 'ALL', more }: IndexText): Body {
  const Projection =
    typeof projection === 'string' ? { ProjectionType: projection } : { ProjectionType: 'INCLUDE', NonKeyAttributes: projection }
  return { IndexName: name, KeySchema: keySchema(key), Projection, ...more }
}

export function attributeDefinitions(keys: readonly string[]): readonly Body[] {
  const types = new Map(keys.flatMap(wordsOf).map((word) => word.split(':') as [string, string]))
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }))
}

export function units(read: number, write: number): Body {
  return { ReadCapacityUnits: read, WriteCapacityUnits: write }
}

function keySchema(key: string): readonly KeyElement[] {
  const [hash = '', range = ''] = key.split('|')
  const elements = (text: string, KeyType: KeyElement['KeyType']): readonly KeyElement[] =>
    wordsOf(text).map((word) => ({ AttributeName: word.split(':')[0] ?? '', KeyType }))
  return [...elements(hash, 'HASH'), ...elements(range, 'RANGE')]
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s|]+/).filter((word) => word !== '')
}
