/** Powertools' idempotency: what was done is not done twice, not at once, and not with another payload. */
import assert from 'node:assert/strict'
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency'
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb'
import { client, makeTable } from './made-table.mjs'

await makeTable('Idempotency', { pk: 'id', ttl: 'expiration' })
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: 'Idempotency', awsSdkV3Client: client })
const lambda = { getRemainingTimeInMillis: () => 5_000 }
const config = new IdempotencyConfig({ eventKeyJmesPath: 'id', payloadValidationJmesPath: 'amount', lambdaContext: lambda })
let count = 0
let finish = () => {}
const pay = makeIdempotent(
  async ({ id, isSlow = false }) => {
    count += 1
    if (isSlow) await new Promise((resolve) => (finish = resolve))
    return { id, count }
  },
  { persistenceStore, config },
)

assert.deepEqual(await pay({ id: 'a', amount: 1 }), { id: 'a', count: 1 })
assert.deepEqual(await pay({ id: 'a', amount: 1 }), { id: 'a', count: 1 })
await assert.rejects(pay({ id: 'a', amount: 2 }), { name: 'IdempotencyValidationError' })

const slow = pay({ id: 'b', amount: 1, isSlow: true })
while (count < 2) await new Promise((resolve) => setImmediate(resolve))
await assert.rejects(pay({ id: 'b', amount: 1 }), { name: 'IdempotencyAlreadyInProgressError' })
finish()
assert.deepEqual(await slow, { id: 'b', count: 2 })
assert.equal(count, 2)

// What failed may be tried again.
const failing = makeIdempotent(
  async () => {
    count += 1
    if (count === 3) throw new Error('once')
    return count
  },
  { persistenceStore, config },
)
await assert.rejects(failing({ id: 'c' }), /once/)
assert.equal(await failing({ id: 'c' }), 4)
console.log('ok')
