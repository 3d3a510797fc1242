/** The checker of serial orders finds what has none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCircle, type SeenBy } from './transaction-graph.ts'

function seenBy(name: string, seen: { readonly [list: string]: readonly string[] }, appendedTo: readonly string[], times = [0, 9]): SeenBy {
  return { name, seen: new Map(Object.entries(seen)), appendedTo, askedAt: times[0] ?? 0, answeredAt: times[1] ?? 9 }
}

function lists(all: { readonly [list: string]: readonly string[] }): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(all))
}

test('findCircle finds none where one came after the other', () => {
  const all = [seenBy('a', { x: [] }, ['x']), seenBy('b', { x: ['a'], y: [] }, ['y']), seenBy('c', { x: ['a'], y: [] }, [])]
  assert.equal(findCircle(all, lists({ x: ['a'], y: ['b'] })), undefined)
})

test('findCircle finds write skew, torn reads, lost updates and what goes back in time', () => {
  const skew = [seenBy('a', { x: [], y: [] }, ['x']), seenBy('b', { x: [], y: [] }, ['y'])]
  assert.ok(findCircle(skew, lists({ x: ['a'], y: ['b'] })))
  const torn = [seenBy('a', { x: [], y: [] }, ['x', 'y']), seenBy('r', { x: ['a'], y: [] }, [])]
  assert.ok(findCircle(torn, lists({ x: ['a'], y: ['a'] })))
  const lost = [seenBy('a', { x: [] }, ['x']), seenBy('b', { x: [] }, ['x'])]
  assert.ok(findCircle(lost, lists({ x: ['a', 'b'] })))
  const stale = [seenBy('a', { x: [] }, ['x'], [0, 1]), seenBy('r', { x: [] }, [], [2, 3])]
  assert.ok(findCircle(stale, lists({ x: ['a'] })))
})
