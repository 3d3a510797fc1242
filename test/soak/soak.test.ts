/** What `npm run soak` does for hours, for some thousands of requests; and by what it judges. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Window } from '../../scripts/soak/judge.ts'
import { soak, withFolder } from '../../scripts/soak/soak.ts'

const megabyte = 1024 * 1024

const flat: Window = {
  requests: 1000,
  failed: 0,
  refused: 0,
  p99Ms: 5,
  residentBytes: 150 * megabyte,
  heapBytes: 50 * megabyte,
  externalBytes: 10 * megabyte,
  resources: 12,
  openFiles: 30,
  logBytes: 4 * megabyte,
  storedBytes: 20 * megabyte,
}

test('A server under all kinds of requests keeps its handles, its log and its folder', async (t) => {
  const windows = await withFolder((storage) =>
    soak({ seed: 20261130, windows: 10, window: { requests: 400 }, storage, tell: (line) => t.diagnostic(line) }),
  )
  assert.equal(windows.length, 10)
  assert.deepEqual(judge(windows, { warmUp: 4, isLong: false }), [])
})

test('What takes more and more is told, of whichever kind it is', () => {
  const growing = (figure: keyof Window, by: number): Window[] =>
    Array.from({ length: 30 }, (_, minute) => ({ ...flat, [figure]: (flat[figure] ?? 0) + minute * by }))
  const found = (figure: keyof Window, by: number, isLong = true): readonly string[] => judge(growing(figure, by), { warmUp: 6, isLong })
  assert.deepEqual(found('residentBytes', 3 * megabyte), [
    `${(150 + 10 * 3) * megabyte} bytes of memory became ${(150 + 26 * 3) * megabyte}: more than 1.15 × and ${16 * megabyte}`,
  ])
  assert.equal(found('heapBytes', 1.5 * megabyte).length, 1)
  assert.equal(found('externalBytes', megabyte).length, 1)
  assert.equal(found('resources', 1).length, 1)
  assert.equal(found('openFiles', 1).length, 1)
  assert.equal(found('logBytes', 4 * megabyte).length, 1)
  assert.equal(found('storedBytes', 1.5 * megabyte).length, 1)
  assert.equal(found('p99Ms', 3).length, 1)
  assert.equal(found('failed', 1).length, 1)
  assert.deepEqual(found('refused', 1), [])
})

test('What swings and stays is flat', () => {
  const swinging = Array.from({ length: 30 }, (_, minute) => ({ ...flat, residentBytes: (150 + (minute % 5) * 20) * megabyte }))
  assert.deepEqual(judge(swinging, { warmUp: 6, isLong: true }), [])
})

test('The short form judges no memory and no time', () => {
  const growing = Array.from({ length: 30 }, (_, minute) => ({ ...flat, residentBytes: minute * 1000 * megabyte, p99Ms: minute * 1000 }))
  assert.deepEqual(judge(growing, { warmUp: 6, isLong: false }), [])
})

test('Too short a soak says nothing', () => {
  assert.equal(judge([flat, flat], { warmUp: 4, isLong: true }).length, 1)
})
