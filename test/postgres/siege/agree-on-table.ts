/** What must hold of a table when nobody does anything: through every node its items, indexes, counts and stream tell the same. */
import assert from 'node:assert/strict'
import type { Attributes, StreamRecord } from '../../harness/stream-consumer.ts'
import type { IndexDescription, TableDescription } from './index-keeper.ts'
import type { ServerNode } from './server-node.ts'

export interface Streamed {
  /** What the records so far have left of each item, by the JSON of its key; undefined: it was deleted. */
  readonly images: Map<string, Attributes | undefined>
}

export interface Evidence {
  readonly nodes: readonly ServerNode[]
  readonly tableName: string
  /** Of the stream, since all was looked at last. */
  readonly records: readonly StreamRecord[]
  /** What they must tell once each: the key of an item, and the tag that it was given. */
  readonly tags: ReadonlySet<string>
  readonly streamed: Streamed
}

export async function checkTable({ nodes, tableName, records, tags, streamed }: Evidence): Promise<void> {
  let first: readonly string[] | undefined
  for (const node of nodes) {
    const items = await scan(node, { TableName: tableName, ConsistentRead: true })
    const { Table } = await node.succeed('DescribeTable', { TableName: tableName })
    const { ItemCount, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = Table as TableDescription
    assert.deepEqual(normal(items), first ?? normal(items), 'the items are the same for every node')
    first = normal(items)
    assert.equal(ItemCount, items.length, 'the count of the table')
    for (const index of [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes]) {
      const entries = items.filter((item) => isIn(index, item))
      assert.deepEqual(normal(await scan(node, { TableName: tableName, IndexName: index.IndexName })), normal(entries), index.IndexName)
      assert.equal(index.ItemCount, entries.length, `the count of ${index.IndexName}`)
    }
  }
  checkRecords(records, tags, streamed)
  const left = [...streamed.images.values()].filter((image) => image !== undefined)
  assert.deepEqual(normal(left), first, 'the records of the stream leave what is there')
}

function checkRecords(records: readonly StreamRecord[], tags: ReadonlySet<string>, { images }: Streamed): void {
  assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length, 'no record comes twice')
  const told = new Map<string, number>()
  for (const { dynamodb } of records) {
    const { Keys, OldImage, NewImage } = dynamodb
    const key = JSON.stringify(Keys)
    assert.deepEqual(OldImage, images.get(key), `a record of ${key} goes on where the one before it left off`)
    images.set(key, NewImage)
    const tag = `${Keys['pk']?.['S']}/${Keys['sk']?.['S']} ${NewImage?.['tag']?.['S']}`
    told.set(tag, (told.get(tag) ?? 0) + 1)
  }
  for (const tag of tags) assert.equal(told.get(tag), 1, `${tag} is told once`)
}

function isIn({ KeySchema }: IndexDescription, item: Attributes): boolean {
  return KeySchema.every(({ AttributeName }) => item[AttributeName] !== undefined)
}

async function scan(node: ServerNode, input: object): Promise<readonly Attributes[]> {
  const items: Attributes[] = []
  for (let ExclusiveStartKey: unknown; ; ) {
    const page = await node.succeed('Scan', { ...input, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) })
    items.push(...(page.Items as readonly Attributes[]))
    ExclusiveStartKey = page.LastEvaluatedKey
    if (ExclusiveStartKey === undefined) return items
  }
}

/** Whatever the order of items and of their attributes is. */
function normal(items: readonly Attributes[]): readonly string[] {
  return items.map((item) => JSON.stringify(Object.entries(item).sort())).sort()
}
