/** What is told of the event loop's delay: that a wait is seen, and counted where it belongs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { LoopDelay } from '../../src/server/loop-delay.ts'

function numbersIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

const name = 'stator_event_loop_delay_seconds'

test('who holds the event loop up is seen in its delay', async () => {
  const delay = new LoopDelay()
  try {
    const count = (): number => numbersIn(delay.text()).get(`${name}_count`) ?? 0
    while (count() < 2) await setImmediate()
    const before = numbersIn(delay.text())
    const untilMs = performance.now() + 120
    while (performance.now() < untilMs);
    while (count() < (before.get(`${name}_count`) ?? 0) + 2) await setImmediate()
    const after = numbersIn(delay.text())
    const grownBy = (end: string): number => (after.get(`${name}${end}`) ?? 0) - (before.get(`${name}${end}`) ?? 0)
    assert.ok(grownBy('_bucket{le="+Inf"}') - grownBy('_bucket{le="0.1"}') >= 1, 'one look came more than 100 ms late')
    assert.ok(grownBy('_sum') > 0.1)
    const buckets = [...after].filter(([key]) => key.includes('_bucket')).map(([, value]) => value)
    assert.deepEqual(
      buckets,
      buckets.toSorted((a, b) => a - b),
    )
    assert.equal(buckets.at(-1), after.get(`${name}_count`))
  } finally {
    delay.stop()
  }
})
