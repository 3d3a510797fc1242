/** What is asked of the main folder and of the isolated one besides everything: for their own vectors, indexes and transactions. */
import type { Answers, Asked } from './asked.ts'
import type { Body, Client } from './client.ts'
import { isolatedRegions, regionalTransaction } from './isolated-folder.ts'
import { n, s } from './item-kinds.ts'
import { isolatedFolder, type KeptFolder } from './kept-folders.ts'
import { doneStatements, doneTransaction, earlierTransaction } from './main-folder.ts'
import { askEverything } from './questions.ts'

/** All that is asked of a copy of one of the folders. */
export async function askFolder(client: Client, kept: KeptFolder): Promise<Answers> {
  const nowMs = Date.parse(kept.time)
  if (kept.archive !== isolatedFolder.archive) return (await askMainFolder(client, nowMs)).answers
  const sets = kept.regions === 'shared' ? [await askSharedBeside(client, nowMs)] : await askIsolatedFolder(client, nowMs)
  return new Map(sets.flatMap(({ answers }) => [...answers]))
}

async function askMainFolder(client: Client, nowMs: number): Promise<Asked> {
  const asked = await askEverything(client, { prefix: 'main', nowMs, regions: 'shared' })
  await askVectors(asked)
  await askIndexes(asked)
  // At the end, for what is not remembered is done again.
  await askTokens(asked)
  return asked
}

/** A set for each region. */
async function askIsolatedFolder(client: Client, nowMs: number): Promise<readonly Asked[]> {
  const sets: Asked[] = []
  for (const region of isolatedRegions) {
    const asked = await askEverything(client.inRegion(region), { prefix: region, nowMs, regions: 'isolated' })
    const repeated = { ...regionalTransaction(region), ReturnConsumedCapacity: 'INDEXES' }
    await asked.ask('again', 'dynamodb', 'TransactWriteItems', repeated)
    await asked.ask('counted', 'dynamodb', 'GetItem', { TableName: 'Log', Key: { id: s('counted'), at: n(0) } })
    sets.push(asked)
  }
  return sets
}

/** The isolated folder while regions share their tables: what was there before is there again. */
function askSharedBeside(client: Client, nowMs: number): Promise<Asked> {
  return askEverything(client, { prefix: 'shared', nowMs, regions: 'shared' })
}

async function askVectors(asked: Asked): Promise<void> {
  const search = (IndexName: string, vector: readonly (number | string)[], more: Body = {}): Promise<unknown> =>
    asked.ask(`${IndexName} ${vector.join(' ')}`, 'dynamodb', 'SearchVectors', {
      TableName: 'Docs',
      IndexName,
      SearchVector: vector.map(n),
      TopK: 10,
      ReturnConsumedCapacity: 'INDEXES',
      ...more,
    })
  for (const index of ['plain', 'near', 'dot', 'added']) {
    await search(index, [1, 0, 0])
    await search(index, ['0.25', '-1E-3', '16777216'])
  }
  await search('near', [0, 1, 0], { ProjectionExpression: 'id, embedding' })
  await search('schema', [1, 0, 0], {
    SearchConditionExpression: 'tenant = :tenant AND color = :color',
    ExpressionAttributeValues: { ':tenant': s('tenant 1'), ':color': s('blue') },
  })
}

async function askIndexes(asked: Asked): Promise<void> {
  const ExpressionAttributeValues = { ':a': s('x'), ':b': n(1), ':c': s('m'), ':d': n(-5) }
  const query = (IndexName: string, KeyConditionExpression: string, more: Body = {}): Promise<unknown> => {
    const used = Object.entries(ExpressionAttributeValues).filter(([name]) => KeyConditionExpression.includes(name))
    return asked.ask(`Multi ${IndexName} ${KeyConditionExpression}`, 'dynamodb', 'Query', {
      TableName: 'Multi',
      IndexName,
      KeyConditionExpression,
      ExpressionAttributeValues: Object.fromEntries(used),
      ...more,
    })
  }
  await query('wide', 'a = :a AND b = :b')
  await query('wide', 'a = :a AND b = :b AND c = :c AND d >= :d', { ScanIndexForward: false })
  await query('pair', 'a = :a AND b = :b')
  await query('rows', 'a = :a AND begins_with(c, :c)')
  const Statement = `SELECT * FROM "Orders"."by-product" WHERE product = 'product 1' AND total > 10`
  await asked.ask('by-product', 'dynamodb', 'ExecuteStatement', { Statement })
  const Keys = [
    { wörd: s('a\u0000'), form: s('ß2') },
    { wörd: s('\u{10ffff}'), form: s('\u0000') },
    { wörd: s('none'), form: s('none') },
  ]
  await asked.ask('Words', 'dynamodb', 'BatchGetItem', { RequestItems: { Words: { Keys, ConsistentRead: true } } })
}

/** Transactions that were done are answered as done, and for other requests their tokens are refused. */
async function askTokens(asked: Asked): Promise<void> {
  const returned = { ReturnConsumedCapacity: 'INDEXES' }
  await asked.ask('again', 'dynamodb', 'TransactWriteItems', { ...doneTransaction, ...returned })
  await asked.ask('earlier again', 'dynamodb', 'TransactWriteItems', { ...earlierTransaction, ...returned })
  await asked.ask('again', 'dynamodb', 'ExecuteTransaction', { ...doneStatements, ...returned })
  const [, put] = doneTransaction['TransactItems'] as readonly Body[]
  await asked.ask('with less', 'dynamodb', 'TransactWriteItems', { ...doneTransaction, TransactItems: [put] })
  await asked.ask('counted', 'dynamodb', 'GetItem', { TableName: 'Sessions', Key: { id: s('counted') } })
}
