/** When the heap is collected, and when it is left alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quietBeforeCollectedMs } from '../limits.ts'
import { Collector } from './collector.ts'

/** A heap in which so much is alive, and of which so much could be collected. */
class MadeUpHeap {
  aliveBytes = 100
  garbageBytes = 0
  collections = 0
  shrinks = 0

  usedBytes(): number {
    return this.aliveBytes + this.garbageBytes
  }

  collect(): void {
    this.garbageBytes = 0
    this.collections += 1
  }

  shrink(): void {
    this.collect()
    this.shrinks += 1
  }
}

test('The heap is looked at when much has ended, and collected when it has grown by a quarter of the budget', () => {
  const heap = new MadeUpHeap()
  const collector = new Collector(800, heap)
  assert.equal(heap.collections, 1, 'at the start, so that it is known what is alive')
  heap.garbageBytes = 10_000
  collector.noteFreed(99)
  assert.equal(heap.collections, 1, 'next to nothing has ended')
  heap.garbageBytes = 200
  collector.noteFreed(1)
  assert.equal(heap.collections, 1, 'it has not grown by more than a quarter')
  heap.garbageBytes = 201
  collector.noteFreed(100)
  assert.equal(heap.collections, 2)
  collector.noteFreed(1000)
  assert.equal(heap.collections, 2)
  collector.close()
})

test('What lives for long makes no collection, until it is little again', () => {
  const heap = new MadeUpHeap()
  const collector = new Collector(800, heap)
  heap.aliveBytes = 500
  collector.noteFreed(100)
  assert.equal(heap.collections, 2)
  heap.garbageBytes = 1000
  collector.noteFreed(100)
  assert.equal(heap.collections, 2, 'more than half of the budget is alive')
  heap.aliveBytes = 50
  heap.garbageBytes = 0
  collector.noteFreed(100)
  heap.garbageBytes = 1000
  collector.noteFreed(100)
  assert.equal(heap.collections, 3)
  collector.close()
})

test('When much has ended and it has become quiet, the heap is collected once, and what it can spare is given back', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const heap = new MadeUpHeap()
  const collector = new Collector(800, heap)
  collector.noteFreed(100)
  t.mock.timers.tick(quietBeforeCollectedMs - 1)
  collector.noteFreed(100)
  t.mock.timers.tick(quietBeforeCollectedMs - 1)
  assert.equal(heap.collections, 1)
  t.mock.timers.tick(1)
  assert.equal(heap.shrinks, 1)
  t.mock.timers.tick(10 * quietBeforeCollectedMs)
  assert.deepEqual([heap.shrinks, heap.collections], [1, 2])
})
