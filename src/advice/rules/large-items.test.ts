import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../../../test/harness/advice-bench.ts'
import { largeItemsRule } from './large-items.ts'

/** An item of so many bytes: the names and the key take four. */
function itemOf(bytes: number): { readonly attributes: object } {
  return { attributes: { pk: { S: 'a' }, b: { S: 'x'.repeat(bytes - 4) } } }
}

async function severityAfter(...parts: readonly (readonly [number, number])[]): Promise<string> {
  const bench = await openBench(largeItemsRule)
  for (const [times, bytes] of parts) bench.hearTimes(times, { writes: [itemOf(bytes) as never] })
  return bench.severity()
}

test('large-items warns of a document of 350 KB', async () => {
  const bench = await openBench(largeItemsRule)
  bench.hear({ writes: [itemOf(350 * 1024) as never] })
  const [draft] = await bench.find()
  assert.equal(draft?.severity, 'warning')
  assert.equal(
    draft.sentence,
    'a of Orders has 350 KB: each update pays 350 write units, even that of a flag. An item may have 400 KB; then writes are refused.',
  )
})

test('large-items begins with 320 KB, or with more than 1 % of 100 writes of 100 KB', async () => {
  assert.equal(await severityAfter([1, 320 * 1024 - 1]), 'none')
  assert.equal(await severityAfter([1, 320 * 1024]), 'warning')
  assert.equal(await severityAfter([98, 1000], [2, 100 * 1024]), 'info')
  assert.equal(await severityAfter([98, 1000], [2, 100 * 1024 - 1]), 'none')
  assert.equal(await severityAfter([97, 1000], [2, 100 * 1024]), 'none')
  assert.equal(await severityAfter([99, 1000], [1, 100 * 1024]), 'none')
})

test('large-items says nothing of 120 KB that are written once', async () => {
  assert.equal(await severityAfter([1, 120 * 1024]), 'none')
})
