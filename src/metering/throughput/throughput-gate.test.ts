/** What the gates of tables and indexes let through, in units of the one clock. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hourMs } from '../../base/clock.ts'
import type { Access } from '../../engine/partitions/capacity-units.ts'
import { ThroughputGate, type ThroughputSetting } from './throughput-gate.ts'

const createdMs = 1_795_341_600_000

function gateOf(access: Access, setting: ThroughputSetting, { idleMs = 0 } = {}): ThroughputGate {
  const gate = new ThroughputGate(access, createdMs)
  gate.use(setting, createdMs + idleMs)
  return gate
}

/** Takes one unit at a time until it is refused, and says how many passed and why the next did not. */
function takeAll(gate: ThroughputGate, nowMs: number): { readonly taken: number; readonly cause: string } {
  let taken = 0
  for (;;) {
    const cause = gate.refusal(nowMs)
    if (cause !== undefined) return { taken, cause }
    gate.take(1, nowMs)
    taken += 1
  }
}

function provisioned(readUnits: number, writeUnits: number): ThroughputSetting {
  return { provisioned: { readUnits, writeUnits }, warm: { readUnits, writeUnits } }
}

const onDemand: ThroughputSetting = { warm: { readUnits: 12_000, writeUnits: 4000 } }

test('a new provisioned table starts with what one second brings', () => {
  assert.deepEqual(takeAll(gateOf('write', provisioned(5, 7)), createdMs), { taken: 7, cause: 'ProvisionedThroughputExceeded' })
  assert.deepEqual(takeAll(gateOf('read', provisioned(5, 7)), createdMs), { taken: 5, cause: 'ProvisionedThroughputExceeded' })
})

test('what is left over is saved for exactly 300 seconds', () => {
  const gate = gateOf('write', provisioned(5, 7))
  assert.equal(takeAll(gate, createdMs).taken, 7)
  assert.equal(takeAll(gate, createdMs + 299_000).taken, 299 * 7)
  assert.equal(takeAll(gate, createdMs + 299_000 + 300_000).taken, 300 * 7)
  assert.equal(takeAll(gate, createdMs + hourMs).taken, 300 * 7)
})

test('a table that was there before the process has what it can have saved since it was made', () => {
  assert.equal(takeAll(gateOf('write', provisioned(5, 7), { idleMs: 10_000 }), createdMs + 10_000).taken, 70)
  assert.equal(takeAll(gateOf('write', provisioned(5, 7), { idleMs: hourMs }), createdMs + hourMs).taken, 2100)
})

test('more capacity is there at once, and what was saved stays', () => {
  const gate = gateOf('write', provisioned(5, 5), { idleMs: hourMs })
  const nowMs = createdMs + hourMs
  gate.use(provisioned(5, 100), nowMs)
  assert.equal(takeAll(gate, nowMs).taken, 1500)
  assert.equal(takeAll(gate, nowMs + 1000).taken, 100)
})

test('less capacity keeps no more than it could have saved itself', () => {
  const gate = gateOf('write', provisioned(5, 100), { idleMs: hourMs })
  gate.use(provisioned(5, 1), createdMs + hourMs)
  assert.equal(takeAll(gate, createdMs + hourMs).taken, 300)
})

test('on demand passes a second of the warm throughput, and nothing is saved', () => {
  const gate = gateOf('write', onDemand, { idleMs: hourMs })
  const nowMs = createdMs + hourMs
  assert.deepEqual(takeAll(gate, nowMs), { taken: 4000, cause: 'KeyRangeThroughputExceeded' })
  assert.equal(takeAll(gate, nowMs + 1000).taken, 4000)
  assert.equal(takeAll(gate, nowMs + hourMs).taken, 4000)
  assert.equal(takeAll(gateOf('read', onDemand), createdMs).taken, 12_000)
})

test('on demand at the quota it is the account that refuses', () => {
  const setting = { warm: { readUnits: 40_000, writeUnits: 90_000 } }
  assert.deepEqual(takeAll(gateOf('read', setting), createdMs), { taken: 40_000, cause: 'AccountLimitExceeded' })
  assert.deepEqual(takeAll(gateOf('write', setting), createdMs), { taken: 40_000, cause: 'AccountLimitExceeded' })
})

test('the maximum of a table on demand holds below its warm throughput, for reads and writes apart', () => {
  const setting = { ...onDemand, onDemandMaxima: { readUnitsMax: 50 } }
  assert.deepEqual(takeAll(gateOf('read', setting), createdMs), { taken: 50, cause: 'MaxOnDemandThroughputExceeded' })
  assert.deepEqual(takeAll(gateOf('write', setting), createdMs), { taken: 4000, cause: 'KeyRangeThroughputExceeded' })
})

test('a maximum that is taken away holds no longer', () => {
  const gate = gateOf('write', { ...onDemand, onDemandMaxima: { writeUnitsMax: 50 } })
  assert.equal(takeAll(gate, createdMs).taken, 50)
  gate.use(onDemand, createdMs)
  assert.deepEqual(takeAll(gate, createdMs), { taken: 3950, cause: 'KeyRangeThroughputExceeded' })
})

test('a table that changes its billing mode changes its limit and its reason', () => {
  const gate = gateOf('write', provisioned(5, 7))
  takeAll(gate, createdMs)
  gate.use({ warm: { readUnits: 12_000, writeUnits: 4000 } }, createdMs)
  assert.deepEqual(takeAll(gate, createdMs), { taken: 4000, cause: 'KeyRangeThroughputExceeded' })
})

test('a large request goes into debt and the table pays it back at its rate', () => {
  const gate = gateOf('write', provisioned(5, 10))
  assert.equal(gate.refusal(createdMs), undefined)
  gate.take(400, createdMs)
  assert.equal(gate.refusal(createdMs + 39_000), 'ProvisionedThroughputExceeded')
  assert.equal(gate.refusal(createdMs + 39_001), undefined)
})

test('a clock that is set back before the table was made leaves it a second of its rate', () => {
  const gate = new ThroughputGate('write', createdMs)
  gate.use(provisioned(5, 7), createdMs - hourMs)
  assert.equal(takeAll(gate, createdMs - hourMs).taken, 7)
})
