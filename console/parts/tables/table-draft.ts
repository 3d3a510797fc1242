/** A table as a form has it, and the input of CreateTable that follows. */

export interface KeyDraft {
  readonly name: string
  readonly type: 'S' | 'N' | 'B'
}

export interface IndexDraft {
  readonly name: string
  readonly kind: 'global' | 'local'
  /** Of a local one it is the table's. */
  readonly partition: KeyDraft
  readonly sort: KeyDraft
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'
  /** With commas between. */
  readonly included: string
}

export interface Draft {
  readonly name: string
  readonly partition: KeyDraft
  /** Without a name there is none. */
  readonly sort: KeyDraft
  readonly billing: 'PAY_PER_REQUEST' | 'PROVISIONED'
  readonly read: number
  readonly write: number
  readonly stream: 'none' | 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY'
  readonly indexes: readonly IndexDraft[]
}

const noKey: KeyDraft = { name: '', type: 'S' }

export const emptyDraft: Draft = {
  name: '',
  partition: { name: 'pk', type: 'S' },
  sort: noKey,
  billing: 'PAY_PER_REQUEST',
  read: 5,
  write: 5,
  stream: 'none',
  indexes: [],
}

export const emptyIndex: IndexDraft = { name: '', kind: 'global', partition: noKey, sort: noKey, projection: 'ALL', included: '' }

export function inputOf(draft: Draft): object {
  const { name, partition, sort, billing, stream, indexes } = draft
  const ofKind = (kind: IndexDraft['kind']): readonly object[] =>
    indexes.filter((index) => index.kind === kind).map((index) => indexInput(draft, index))
  const [global, local] = [ofKind('global'), ofKind('local')]
  return {
    TableName: name,
    KeySchema: keySchema(partition, sort),
    AttributeDefinitions: definitions([partition, sort, ...indexes.flatMap((index) => [index.partition, index.sort])]),
    BillingMode: billing,
    ...(billing === 'PROVISIONED' && { ProvisionedThroughput: unitsOf(draft) }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(stream !== 'none' && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
  }
}

function indexInput(draft: Draft, { name, kind, partition, sort, projection, included }: IndexDraft): object {
  const attributes = included
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return {
    IndexName: name,
    KeySchema: keySchema(kind === 'local' ? draft.partition : partition, sort),
    Projection: { ProjectionType: projection, ...(projection === 'INCLUDE' && { NonKeyAttributes: attributes }) },
    ...(kind === 'global' && draft.billing === 'PROVISIONED' && { ProvisionedThroughput: unitsOf(draft) }),
  }
}

function unitsOf({ read, write }: Draft): object {
  return { ReadCapacityUnits: read, WriteCapacityUnits: write }
}

function keySchema(partition: KeyDraft, sort: KeyDraft): readonly object[] {
  const hash = { AttributeName: partition.name, KeyType: 'HASH' }
  return sort.name === '' ? [hash] : [hash, { AttributeName: sort.name, KeyType: 'RANGE' }]
}

/** Each name once; of two types the first is sent, and the server says what is wrong with the keys. */
function definitions(keys: readonly KeyDraft[]): readonly object[] {
  const named = new Map<string, KeyDraft['type']>()
  for (const { name, type } of keys) if (name !== '' && !named.has(name)) named.set(name, type)
  return [...named].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }))
}
