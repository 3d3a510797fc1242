import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lanes } from './lanes.ts'
import { lanesMax } from './limits.ts'

const sender = { identity: 'key', address: '10.0.0.1', userAgent: 'program', invocationId: 'i', attempt: 1, traceId: undefined }
const at = (beganMs: number, endedMs = beganMs + 1) => ({ beganMs, endedMs })

test('A trace is a lane whoever sends its requests, and however many at once', () => {
  const lanes = new Lanes()
  const one = lanes.laneOf({ ...sender, traceId: 't' }, at(0, 10))
  const other = lanes.laneOf({ ...sender, address: '10.0.0.2', traceId: 't' }, at(5))
  assert.equal(one, other)
  assert.equal(one.confidence, 'high')
})

test('A program with a key at an address is a lane, and another one with another of these', () => {
  const lanes = new Lanes()
  const lane = lanes.laneOf(sender, at(0))
  assert.equal(lane.confidence, 'medium')
  assert.equal(lanes.laneOf({ ...sender, invocationId: 'j' }, at(1)), lane)
  for (const change of [{ identity: 'k' }, { address: '10.0.0.2' }, { userAgent: 'other' }, { traceId: 't' }]) {
    assert.notEqual(lanes.laneOf({ ...sender, ...change }, at(2)).id, lane.id)
  }
})

test('One that has two requests at once is mixed from then on; one behind the other is not', () => {
  const lanes = new Lanes()
  lanes.laneOf(sender, at(0, 10))
  assert.equal(lanes.laneOf(sender, at(10, 20)).confidence, 'medium')
  assert.equal(lanes.laneOf(sender, at(19, 21)).confidence, 'low')
  assert.equal(lanes.laneOf(sender, at(100)).confidence, 'low')
})

test('What was not heard for the longest time is forgotten', () => {
  const lanes = new Lanes()
  const first = lanes.laneOf({ ...sender, traceId: 'first' }, at(0))
  const second = lanes.laneOf({ ...sender, traceId: 'second' }, at(0))
  for (let number = 0; number < lanesMax - 1; number += 1) {
    lanes.laneOf({ ...sender, traceId: String(number) }, at(0))
    lanes.laneOf({ ...sender, traceId: 'first' }, at(0))
  }
  assert.equal(lanes.laneOf({ ...sender, traceId: 'first' }, at(0)), first)
  assert.notEqual(lanes.laneOf({ ...sender, traceId: 'second' }, at(0)), second)
})
