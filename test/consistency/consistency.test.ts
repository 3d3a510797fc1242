/**
 * What the server promises about concurrent clients, proven over what they saw: thirty-two of them at once over HTTP, their operations
 * from a seed, everything they asked and were told recorded and held against a model of a few lines. settings.ts says how to run it
 * longer, on disk, or against other servers; refusals.test.ts proves that faults are found.
 */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { checkSums } from './account-asker.ts'
import { checkHistory, type OperationHistory } from './check-history.ts'
import { checkStream } from './check-stream.ts'
import { makeConflicts } from './disturbances.ts'
import { recordStream } from './record-stream.ts'
import { recordAccounts, recordIndexedItems, recordItems } from './scenarios.ts'
import { openTarget, operationCount, type Target } from './settings.ts'

const operations = operationCount
let target: Target

before(async () => {
  target = await openTarget()
})

after(() => target.close())

test('single items are linearizable', async (t) => {
  const history = await recordItems({ ...target, operations })
  assertTelling(t, history, ['get items', 'put done', 'put refused', 'update done', 'update refused', 'delete done', 'delete refused'])
  assert.equal(checkHistory(history), undefined)
})

test('transactions are strictly serializable among themselves and with single reads and writes', async (t) => {
  const beside = makeConflicts.bind(undefined, target.endpoints[0] ?? '', operations)
  const history = await recordAccounts({ ...target, operations, beside })
  assertTelling(t, history, [
    ...['transactGet items', 'transactWrite done', 'transactWrite cancelled', 'transactWrite conflict', 'repeat done'],
    ...['get items', 'update done', 'update refused'],
  ])
  assert.equal(checkSums(history), undefined)
  assert.equal(checkHistory(history), undefined)
})

test('reads through global and local indexes without a lag are linearizable with the items', async (t) => {
  const history = await recordIndexedItems({ ...target, operations })
  assertTelling(t, history, ['query items', 'get items', 'put done', 'update done', 'delete done'])
  assert.equal(checkHistory(history), undefined)
})

test('a stream tells every change once and in order, also to readers beside the writers while shards end', async (t) => {
  const evidence = await recordStream({ ...target, operations, rounds: 12 })
  const { history, shards, full } = evidence
  t.diagnostic(`${shards.length} shards, ${full.records.length} records`)
  assertTelling(t, history, ['put done', 'update done', 'delete done', 'transactWrite done'])
  assert.ok(shards.filter(({ ParentShardId }) => ParentShardId !== undefined).length > 12)
  assert.ok(full.records.length > operations / 4)
  assert.deepEqual(checkStream(evidence).slice(0, 10), [])
  assert.equal(checkHistory(history), undefined)
})

/** A history without refusals, or whose calls came one after the other, would prove nothing. */
function assertTelling(t: TestContext, history: OperationHistory, kinds: readonly string[]): void {
  const counts = Map.groupBy(history, ({ operation, outcome }) => `${operation.kind} ${outcome?.answer.kind ?? 'unknown'}`)
  t.diagnostic([...counts].map(([kind, calls]) => `${kind} ${calls.length}`).join(', '))
  for (const kind of kinds) assert.ok((counts.get(kind)?.length ?? 0) >= 10, `there are few of ${kind}`)
  const overlapping = history.filter(({ calledAt, outcome }) => outcome !== undefined && outcome.doneAt - calledAt > 16)
  assert.ok(overlapping.length > history.length / 2, 'calls overlap')
}
