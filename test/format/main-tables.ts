/** The tables of the main folder and what is in them from the start: every kind of table, of key and of item. */
import type { Body, Client } from './client.ts'
import { n, order, s, typedItems, worded } from './item-kinds.ts'
import { lastMs, nextYearSeconds } from './main-times.ts'
import { type TableText, tableInput, units } from './table-input.ts'

export const vectorIndex = (name: string, distance: string, more: Body = { Projection: { ProjectionType: 'ALL' } }): Body => ({
  IndexName: name,
  VectorAttribute: { AttributeName: 'embedding' },
  Dimensions: 3,
  DistanceFunction: distance,
  ...more,
})

const tables: readonly TableText[] = [
  {
    name: 'Orders',
    key: 'customer:S | number:N',
    global: [{ name: 'by-product', key: 'product:S | total:N', projection: 'KEYS_ONLY' }],
    local: [
      { name: 'by-status', key: 'customer:S | status:S', projection: ['total'] },
      { name: 'by-total', key: 'customer:S | total:N' },
    ],
    stream: 'NEW_AND_OLD_IMAGES',
    more: { Tags: [{ Key: 'team', Value: 'blue' }], WarmThroughput: { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 4000 } },
  },
  {
    name: 'Types',
    key: 'id:B | rank:N',
    units: units(5, 5),
    stream: 'KEYS_ONLY',
    more: {
      DeletionProtectionEnabled: true,
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/mine' },
      Tags: [
        { Key: 'Länge', Value: 'größer 漢字' },
        { Key: 'empty', Value: '' },
      ],
    },
  },
  { name: 'Words', key: 'wörd:S | form:S', more: { OnDemandThroughput: { MaxReadRequestUnits: 500, MaxWriteRequestUnits: 400 } } },
  {
    name: 'Scores',
    key: 'player:N',
    units: units(5, 1),
    global: [{ name: 'by-team', key: 'team:S', more: { ProvisionedThroughput: units(5, 5) } }],
  },
  {
    name: 'Multi',
    key: 'pk:S',
    global: [
      { name: 'wide', key: 'a:S b:N | c:S d:N e:B', projection: 'KEYS_ONLY' },
      { name: 'pair', key: 'a:S b:N' },
      { name: 'rows', key: 'a:S | c:S d:N', projection: ['v'] },
    ],
  },
  {
    name: 'Docs',
    key: 'id:S',
    attributes: 'tenant:S color:S',
    more: {
      VectorIndexes: [
        vectorIndex('plain', 'COSINE'),
        vectorIndex('near', 'EUCLIDEAN', { Projection: { ProjectionType: 'KEYS_ONLY' } }),
        vectorIndex('dot', 'DOT_PRODUCT', { Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] } }),
        vectorIndex('schema', 'EUCLIDEAN', {
          Projection: { ProjectionType: 'KEYS_ONLY' },
          SearchSchema: [
            { AttributeName: 'tenant', SearchSchemaElementType: 'HASH' },
            { AttributeName: 'color', SearchSchemaElementType: 'INLINE_FILTER' },
          ],
        }),
      ],
    },
  },
  { name: 'Sessions', key: 'id:S', stream: 'OLD_IMAGE', global: [{ name: 'by-user', key: 'user:S', projection: 'KEYS_ONLY' }] },
  {
    name: 'Lagging',
    key: 'id:S',
    global: [
      { name: 'slow', key: 'group:S | at:N' },
      { name: 'slower', key: 'group:S', projection: 'KEYS_ONLY' },
    ],
  },
  { name: 'Hot', key: 'room:S | seat:N', stream: 'NEW_IMAGE' },
  { name: 'Pending', key: 'id:S', units: units(5, 5) },
  { name: 'Rising', key: 'id:S', units: units(1, 1) },
  { name: 'Copied', key: 'id:S' },
  { name: 'Gone', key: 'id:S', stream: 'NEW_IMAGE', global: [{ name: 'by-kind', key: 'kind:S' }] },
  {
    name: 'Retired',
    key: 'id:S',
    global: [
      { name: 'kept', key: 'kind:S' },
      { name: 'dropped', key: 'kind:S | at:N' },
    ],
  },
  { name: 'Half', key: 'id:S' },
]

export async function createTables(client: Client): Promise<void> {
  for (const table of tables) await client.call('CreateTable', tableInput(table))
}

export async function fillTables(client: Client): Promise<void> {
  for (let number = 0; number < 40; number += 1) await put(client, 'Orders', order(number % 5, number))
  await client.call('DeleteItem', { TableName: 'Orders', Key: { customer: s('customer 1'), number: n(11) } })
  await putAll(client, 'Types', typedItems())
  await putAll(client, 'Words', worded())
  await fillMulti(client)
  await fillDocs(client)
  await fillSessions(client)
  for (const name of ['Copied', 'Gone', 'Retired']) {
    await putAll(
      client,
      name,
      Array.from({ length: 12 }, (_, at) => ({ id: s(`${name} ${at}`), kind: s(`kind ${at % 3}`), at: n(at) })),
    )
  }
  const lagging = Array.from({ length: 6 }, (_, at) => ({ id: s(`item ${at}`), group: s('old'), at: n(at) }))
  await putAll(client, 'Lagging', lagging)
  await putAll(
    client,
    'Half',
    Array.from({ length: 500 }, (_, at) => halfItem(at)),
  )
}

/** Of these some are in the index that is added, and some expire soon. */
export function halfItem(at: number): Body {
  return {
    id: s(`half ${at}`),
    ...(at % 9 !== 0 && { group: s(`group ${at % 7}`) }),
    at: n(at),
    ...(at % 2 === 0 && { expires: n(at % 10 === 0 ? lastMs / 1000 + 600 + at : nextYearSeconds) }),
  }
}

async function fillMulti(client: Client): Promise<void> {
  const blobs = ['AA==', '/w==', 'AP8=', 'gAA=']
  const items = Array.from({ length: 16 }, (_, at) => ({
    pk: s(`item ${at}`),
    a: s(at % 3 === 0 ? 'x' : 'y'),
    ...(at % 7 !== 6 && { b: n(at % 2) }),
    c: s(['l', 'm', 'm\u0000', 'mm'][at % 4] ?? ''),
    d: n([-5, 0, 10, 1e30][(at >> 1) % 4] ?? 0),
    e: { B: blobs[(at >> 2) % 4] },
    v: s(`value ${at}`),
  }))
  await putAll(client, 'Multi', items)
}

async function fillDocs(client: Client): Promise<void> {
  const vectors = [
    [1, 0, 0],
    [0, 2, 0],
    [-3, 0, 0],
    ['16777217', '0.1', '1E-7'],
    [0, 0, 1],
    [0, 0, 0],
  ]
  const items = vectors.map((vector, at) => ({
    id: s(`doc ${at}`),
    embedding: { L: vector.map(n) },
    title: s(`Title ${at}`),
    ...(at !== 4 && { tenant: s(`tenant ${at % 2}`) }),
    color: s(at % 2 === 0 ? 'red' : 'blue'),
  }))
  await putAll(client, 'Docs', [...items, { id: s('without'), title: s('No vector') }])
}

async function fillSessions(client: Client): Promise<void> {
  await setExpiry(client, 'Sessions', true)
  const dayTwo = Date.parse('2026-11-21T00:00:00Z') / 1000
  const expiries = [n(dayTwo), n(dayTwo + 1), n(lastMs / 1000 + 600), n(lastMs / 1000 + 1200), n(nextYearSeconds)]
  const never = [s('2026-11-21'), n(-1), n('1795250000.75'), n('99999999999999999999'), n(1_000_000_000)]
  const items = [...expiries, ...never].map((expires, at) => ({ id: s(`session ${at}`), user: s(`user ${at % 2}`), expires }))
  await putAll(client, 'Sessions', [...items, { id: s('counted'), user: s('adam'), visits: n(0) }])
}

export async function setExpiry(client: Client, TableName: string, Enabled: boolean): Promise<void> {
  await client.call('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled, AttributeName: 'expires' } })
}

export function put(client: Client, TableName: string, Item: Body): Promise<unknown> {
  return client.call('PutItem', { TableName, Item })
}

export async function putAll(client: Client, tableName: string, items: readonly Body[]): Promise<void> {
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }))
    await client.call('BatchWriteItem', { RequestItems: { [tableName]: requests } })
  }
}
