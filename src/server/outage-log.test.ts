import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/clock.ts'
import { StoreContended, StoreDamaged, StoreUnavailable } from '../storage/store.ts'
import { heldUpQuietMs, outageQuietMs } from './limits.ts'
import { OutageLog } from './outage-log.ts'

function logged() {
  const steady = new ManualClock(0)
  const lines: unknown[][] = []
  const outages = new OutageLog((...line) => lines.push(line), steady)
  return { steady, lines, outages }
}

const away = new StoreUnavailable('the database cannot be asked')

test('a store that is out of order has two lines, however many fail for it', () => {
  const { steady, lines, outages } = logged()
  for (let count = 0; count < 1500; count += 1) {
    outages.log(`GetItem failed, request id ${count}`, count % 2 === 0 ? away : new Error('The job sweep failed', { cause: away }))
    steady.advance(1)
  }
  assert.deepEqual(lines.splice(0), [['The store does not work, and what needs it fails until it does', away]])
  // One of many that worked says nothing yet: those of a disk that is nearly full do.
  outages.worked()
  steady.advance(500)
  outages.log('GetItem failed', away)
  steady.advance(500)
  outages.worked()
  steady.advance(outageQuietMs)
  assert.deepEqual(lines, [])
  outages.worked()
  outages.worked()
  assert.deepEqual(lines.splice(0), [['The store works again, 2.5 s after the first failed for it; 1,501 requests and jobs did']])
  outages.log('GetItem failed', away)
  steady.advance(outageQuietMs)
  outages.worked()
  assert.deepEqual(lines[1], [
    `The store works again, ${(outageQuietMs / 1000).toFixed(1)} s after the first failed for it; 1 request or job did`,
  ])
})

test('what another process holds has lines of its own', () => {
  const { steady, lines, outages } = logged()
  const held = new StoreContended([])
  for (const cause of [held, away, held]) outages.log('PutItem failed', cause)
  assert.deepEqual(
    lines.splice(0).map(([, cause]) => cause),
    [held, away],
  )
  steady.advance(1000)
  outages.worked()
  steady.advance(heldUpQuietMs)
  outages.worked()
  assert.deepEqual(lines, [
    ['Nothing waits in vain any more for what another process holds, 1.0 s after the first did; 2 requests and jobs failed for it'],
    ['The store works again, 1.0 s after the first failed for it; 1 request or job did'],
  ])
})

test('whatever else fails is told each time', () => {
  const { lines, outages } = logged()
  const damaged = new StoreUnavailable('the commit failed', { cause: new StoreDamaged(Uint8Array.of(1) as never) })
  const ours = new StoreUnavailable('the commit failed', { cause: new TypeError('x') })
  const told = [damaged, damaged, ours, ours, new Error('x'), undefined].map((cause) => ['it failed', cause])
  for (const [text, cause] of told) outages.log(String(text), cause)
  assert.deepEqual(lines, told)
})
