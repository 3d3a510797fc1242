/**
 * A table replaced with its items: they are put into a table beside it, which has the new key; only when all of them are there, each under a
 * key of its own, does the old one go; then they are put back. Whatever fails, they are in one of the two.
 */
import { asideNameLengthMax, copyPageItems } from '../limits.ts'
import type { TableSpec } from '../tables/table-spec.ts'
import { describeTable, whenGone, whenReady } from './current-table.ts'
import { putItems } from './put-seeds.ts'
import { Refused, type Sender } from './sender.ts'

export type Aside =
  /** Where the items are. */
  { readonly kind: 'copied'; readonly tableName: string } | { readonly kind: 'refused'; readonly reason: string }

export async function copyAside(sender: Sender, spec: TableSpec): Promise<Aside> {
  const { TableName, KeySchema, AttributeDefinitions } = spec.input
  const tableName = `${TableName.slice(0, asideNameLengthMax)}--import`
  if ((await describeTable(sender, tableName)) !== undefined) {
    return { kind: 'refused', reason: `there is a table ${tableName}, perhaps with its items: remove it when they are not needed` }
  }
  const names = KeySchema.map(({ AttributeName }) => AttributeName)
  await sender.ask('dynamodb', 'CreateTable', {
    TableName: tableName,
    KeySchema,
    AttributeDefinitions: AttributeDefinitions.filter(({ AttributeName }) => names.includes(AttributeName)),
    BillingMode: 'PAY_PER_REQUEST',
  })
  await whenReady(sender, tableName)
  const reason = await misfitOf(sender, { from: TableName, to: tableName })
  if (reason === undefined) return { kind: 'copied', tableName }
  await sender.ask('dynamodb', 'DeleteTable', { TableName: tableName })
  await whenGone(sender, tableName)
  return { kind: 'refused', reason }
}

/** Rejects with an error that says where the items are when they cannot be put back. */
export async function copyBack(sender: Sender, spec: TableSpec, aside: Aside & { readonly kind: 'copied' }): Promise<void> {
  const { TableName } = spec.input
  try {
    await copyItems(sender, { from: aside.tableName, to: TableName })
    await sender.ask('dynamodb', 'DeleteTable', { TableName: aside.tableName })
  } catch (error) {
    throw new Refused('NotCopied', `its items are in ${aside.tableName}, and not all of them are back: ${(error as Error).message}`)
  }
}

interface Ends {
  readonly from: string
  readonly to: string
}

/** Why the items are not all there. */
async function misfitOf(sender: Sender, ends: Ends): Promise<string | undefined> {
  try {
    const count = await copyItems(sender, ends)
    return (await countOf(sender, ends.to)) === count ? undefined : `several of its ${count} items would have one key`
  } catch (error) {
    if (error instanceof Refused) return `its items do not fit: ${error.message}`
    throw error
  }
}

/** How many there were. */
async function copyItems(sender: Sender, { from, to }: Ends): Promise<number> {
  let count = 0
  for await (const { Items = [] } of pagesOf(sender, { TableName: from, Limit: copyPageItems })) {
    for await (const put of putItems(sender, to, Items)) count += put
  }
  return count
}

async function countOf(sender: Sender, TableName: string): Promise<number> {
  let count = 0
  for await (const { Count = 0 } of pagesOf(sender, { TableName, Select: 'COUNT' })) count += Count
  return count
}

interface Page {
  readonly Items?: readonly object[]
  readonly Count?: number
  readonly LastEvaluatedKey?: object
}

async function* pagesOf(sender: Sender, asked: object): AsyncGenerator<Page> {
  let start: object | undefined
  do {
    const page: Page = await sender.ask('dynamodb', 'Scan', { ...asked, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) })
    yield page
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}
