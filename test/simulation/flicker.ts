/**
 * An item that comes and goes, and somebody who looks at it through an index that does not hold all of it: what the index shows must
 * still be there when the rest is fetched, for both are of one moment.
 */
import assert from 'node:assert/strict'
import { scaledTable } from './keep-targets.ts'
import type { Item } from './tables.ts'
import type { World } from './world.ts'

const pk = { S: 'flicker' }
const Key = { pk, sk: { S: 'only' } }
const timesMax = 12

export async function flicker(world: World): Promise<void> {
  const choices = world.choices()
  let isGone = false
  const comeAndGo = async (): Promise<void> => {
    for (let times = 0; times < timesMax; times += 1) {
      const Item = { ...Key, b: { N: String(times % 3) }, n: { N: String(times) } }
      await world.ask(choices, 'PutItem', { TableName: scaledTable, Item })
      await world.ask(choices, 'DeleteItem', { TableName: scaledTable, Key })
    }
    isGone = true
  }
  const look = async (): Promise<void> => {
    while (!isGone) {
      const { status, body } = await world.learn(choices, 'Query', {
        TableName: scaledTable,
        IndexName: 'own-b',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        Select: 'ALL_ATTRIBUTES',
      })
      assert.equal(status, 200, JSON.stringify(body))
      const items = body.Items as readonly Item[]
      assert.ok(items.length <= 1 && items.every(({ b, n }) => b !== undefined && n !== undefined), JSON.stringify(items))
    }
  }
  await Promise.all([comeAndGo(), look(), look()])
}
