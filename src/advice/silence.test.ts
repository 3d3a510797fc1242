/** Traffic without any sense is no reason for advice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAdvised, tableOf } from '../../test/harness/advised-service.ts'
import { type Random, seededRandom } from '../base/random.ts'

const requests = 99

function below(random: Random, count: number): number {
  return Math.floor(((random.bytes(1)[0] ?? 0) / 256) * count)
}

/** An operation with its input, by chance. */
function asked(random: Random): readonly [operation: string, input: object] {
  const TableName = ['Birds', 'Trees'][below(random, 2)] ?? 'Birds'
  const Key = { pk: { S: `key-${below(random, 40)}` } }
  const value = { S: `value-${below(random, 250)}` }
  const Item = { ...Key, [`a${below(random, 5)}`]: value, mail: { S: `m${below(random, 40)}` } }
  const Query = (name: string) => ({ TableName, KeyConditionExpression: `${name} = :v`, ExpressionAttributeValues: { ':v': Key.pk } })
  const all = [
    ['GetItem', { TableName, Key }],
    ['PutItem', { TableName, Item }],
    ['UpdateItem', { TableName, Key, UpdateExpression: 'SET a1 = :v', ExpressionAttributeValues: { ':v': value } }],
    ['DeleteItem', { TableName, Key }],
    ['Query', Query('pk')],
    ['Query', { ...Query('mail'), IndexName: 'byMail' }],
    ['Scan', { TableName, Limit: 1 + below(random, 5) }],
    ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } }],
    ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }],
    ['TransactWriteItems', { TransactItems: [{ Put: { TableName, Item } }] }],
  ] as const
  return all[below(random, all.length)] ?? all[0]
}

for (const seed of Array.from({ length: 20 }, (_, at) => at)) {
  test(`Fewer than a hundred requests by chance give no advice (seed ${seed})`, async (context) => {
    const random = seededRandom(seed)
    const advised = await openAdvised()
    context.after(() => advised.close())
    const byMail = {
      IndexName: 'byMail',
      KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    }
    for (const name of ['Birds', 'Trees']) await advised.client()('CreateTable', tableOf(name, { indexes: [byMail], attributes: ['mail'] }))
    for (let request = 0; request < requests; request += 1) {
      const [operation, input] = asked(random)
      await advised.client(`program ${below(random, 3)}`)(operation, input, { takesMs: below(random, 20) })
    }
    advised.pass(600_000)
    assert.deepEqual(await advised.findings('prod'), [])
  })
}
