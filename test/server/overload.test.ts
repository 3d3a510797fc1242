/** A fiftieth of what `npm run overload` does: what is answered is right, and memory keeps to its bound. Times are not held here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureOverload } from '../../scripts/overload/overload.ts'

const skip = process.platform === 'linux' ? false : 'memory of another process is read from /proc'

for (const http of ['strict', 'node']) {
  test(`A server that has too much to do answers right or not now, and keeps to its memory (${http})`, { skip }, async (t) => {
    const measured = await measureOverload({
      scale: 0.02,
      budgetMegabytes: 256,
      backWithinMs: 0,
      only: ['active', 'large-bodies', 'gzip-bombs', 'unread-pages', 'pipelined-pages'],
      flags: ['--http', http],
      tell: (line) => t.diagnostic(line),
    })
    for (const { scenario, outcome, memoryBytesMax, healthFailures } of measured) {
      assert.deepEqual(outcome.wrong, [], scenario.name)
      assert.equal(healthFailures, 0, scenario.name)
      assert(memoryBytesMax < 400 * 1024 * 1024, `${scenario.name}: ${memoryBytesMax} bytes`)
    }
  })
}
