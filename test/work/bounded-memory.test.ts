/** What metrics and traffic remember stays within its limits, whatever clients send: 100,000 of everything that could be different. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minuteMs } from '../../src/base/clock.ts'
import { dataKey } from '../../src/engine/keyspace/keys.ts'
import { accessPatternsMax, heatSpacesMax, keyNamesBytesMax, metricSeriesMax, rawFormsLettersMax } from '../../src/metering/limits.ts'
import { Metrics } from '../../src/metering/metrics/metrics.ts'
import type { Series } from '../../src/metering/metrics/series.ts'
import { HeavyKeys } from '../../src/metering/traffic/heavy-keys.ts'
import { Traffic } from '../../src/metering/traffic/traffic.ts'
import { encodeScalar } from '../../src/values/key-bytes.ts'

const count = 100_000
const startMs = 1_795_341_600_000

test('100,000 patterns of requests, with texts of all lengths', () => {
  const { patterns } = new Traffic()
  const operations = ['Query', 'Scan', 'UpdateItem']
  for (let at = 0; at < count; at += 1) {
    const tableId = at % 5000
    const operation = operations[at % operations.length] ?? ''
    const filter = `a${at} = ? ${'x'.repeat(at % 997 === 0 ? 100_000 : 0)}`
    const form = patterns.root().step(operation).step(tableId).step(filter)
    const pattern = patterns.settle(form, {
      operation,
      region: '',
      table: `Table-${tableId}`,
      tableIds: [tableId],
      index: undefined,
      clauses: { filter },
      isOther: false,
    })
    pattern.requests += 1
    assert.ok(patterns.formLetters <= rawFormsLettersMax + 101_000)
  }
  const all = [...patterns.all()]
  assert.ok(all.length <= 2 * accessPatternsMax + operations.length, `${all.length} patterns`)
  assert.equal(
    all.reduce((sum, { requests }) => sum + requests, 0),
    count,
    'every request is counted somewhere',
  )
  assert.ok(all.every(({ name }) => (name.clauses.filter?.length ?? 0) <= 1001))
})

test('100,000 kinds of members of batches', () => {
  const { patterns } = new Traffic()
  for (let at = 0; at < count; at += 1) {
    const form = patterns.root().step('member').step(1).step('Put').step(`a${at} = ?`)
    const { id } = patterns.settleMember(form, { tableId: 1, table: 'Orders', text: 'x'.repeat(5000) })
    const members = patterns.root().step('BatchWriteItem').step('members').step(id)
    const clauses = { members: [`Put Orders ${at}`] }
    patterns.settle(members, {
      operation: 'BatchWriteItem',
      region: '',
      table: 'Orders',
      tableIds: [1],
      index: undefined,
      clauses,
      isOther: false,
    })
    assert.ok(form.member === undefined || form.member.text.length <= 1001)
    assert.ok(patterns.formLetters <= rawFormsLettersMax + 1000)
  }
  assert.equal(patterns.count, accessPatternsMax + 1)
})

test('100,000 tables that come and go', () => {
  const traffic = new Traffic()
  for (let at = 0; at < count; at += 1) {
    const space = { tableId: at + 1, indexId: 0 }
    traffic.space(space).note('read', keyOf(space, 'a'), 1, startMs + at * 100)
    assert.ok(traffic.measuredCount <= heatSpacesMax)
    if (at >= 150) traffic.dropTables(new Set([at - 149]))
  }
  assert.ok(traffic.spaceCount <= 150, `${traffic.spaceCount} spaces`)
})

test('100,000 keys, each as long as a key can be and heavy for a while', () => {
  const keys = new HeavyKeys()
  const space = { tableId: 1, indexId: 0 }
  for (let at = 0; at < count; at += 1) {
    const key = keyOf(space, `${at} ${'x'.repeat(2000)}`)
    keys.note((at * 0x9e37_79b1) | 0, key, keys.total / 50 + 8)
    assert.ok(keys.namesBytes <= keyNamesBytesMax + key.length)
  }
  assert.ok(keys.candidates().size <= 3 * 256)
})

test('100,000 series that are all held on to and measured', () => {
  const metrics = new Metrics()
  const held: Series[] = []
  for (let at = 0; at < count; at += 1) {
    held.push(metrics.series('SuccessfulRequestLatency', { region: '', TableName: `Table-${at}`, Operation: 'GetItem' }))
  }
  for (let minute = 0; minute < 3; minute += 1) {
    for (const series of held) series.add(0.1, startMs + minute * minuteMs)
    assert.equal([...metrics.all()].length, metricSeriesMax)
    assert.equal([...metrics.active()].length, metricSeriesMax)
  }
  assert.equal(metrics.dropped, 3 * (count - metricSeriesMax))
  const waiting = held.reduce((sum, series) => sum + series.unstored().length, 0)
  assert.equal(waiting, 3 * metricSeriesMax, 'what is not kept keeps nothing')
})

function keyOf(space: { readonly tableId: number; readonly indexId: number }, id: string) {
  return dataKey(space, encodeScalar({ S: id }), new Uint8Array(0))
}
