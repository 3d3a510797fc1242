/** keyv: a cache in a table that its adapter makes, with time to live and many keys at once. */
import assert from 'node:assert/strict'
import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KeyvDynamo } from '@keyv/dynamo'
import Keyv from 'keyv'

const store = new KeyvDynamo({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB, region: process.env.AWS_REGION, tableName: 'Cache' })
const cache = new Keyv({ store, namespace: 'songs' })
cache.on('error', (error) => {
  throw error
})
assert.equal(await cache.get('none'), undefined)
await cache.set('one', { plays: 3 }, 60_000)
assert.deepEqual(await cache.get('one'), { plays: 3 })
await cache.set('gone', 'x', -5_000)
assert.equal(await cache.get('gone'), undefined)
await cache.setMany(Array.from({ length: 20 }, (_, at) => ({ key: `k${at}`, value: at })))
assert.deepEqual(await cache.getMany(['k0', 'k19', 'none']), [0, 19, undefined])
assert.equal(await cache.delete('k0'), true)
assert.equal(await cache.has('k0'), false)
await cache.deleteMany(['k1', 'k2'])
assert.deepEqual(await cache.getMany(['k1', 'k3']), [undefined, 3])
const { TimeToLiveDescription } = await new DynamoDBClient({}).send(new DescribeTimeToLiveCommand({ TableName: 'Cache' }))
assert.equal(TimeToLiveDescription.TimeToLiveStatus, 'ENABLED')
await cache.clear()
assert.equal(await cache.get('one'), undefined)
console.log('ok')
