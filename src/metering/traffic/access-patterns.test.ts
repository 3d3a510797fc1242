import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessPatternsMax, accessPatternTextLengthMax, rawFormsLettersMax } from '../limits.ts'
import type { AccessPattern, PatternName } from './access-pattern.ts'
import { AccessPatterns } from './access-patterns.ts'
import { describePattern } from './describe-pattern.ts'
import { recordAccess } from './record-access.ts'
import { RequestUsage } from './request-usage.ts'

test('AccessPatterns finds a form again without having it printed', () => {
  const patterns = new AccessPatterns()
  const form = () => patterns.root().step('Query').step(1).step(undefined).step('a = :a')
  const pattern = patterns.settle(form(), nameOf({ clauses: { filter: 'a = ?' } }))
  assert.equal(form().pattern, pattern)
  assert.equal(patterns.printedCount, 1)
})

test('AccessPatterns makes one pattern of all forms that print alike, and tells a part that is missing from one that is empty', () => {
  const patterns = new AccessPatterns()
  const start = patterns.root().step('Query')
  const name = nameOf({ clauses: { filter: 'a = ?' } })
  assert.equal(patterns.settle(start.step('a = :a'), name), patterns.settle(start.step('a=:b'), { ...name, clauses: { ...name.clauses } }))
  assert.notEqual(start.step(undefined), start.step(''))
})

test('AccessPatterns counts together what there is no room for: by table and operation, then by operation', () => {
  const patterns = new AccessPatterns()
  const settle = (name: Partial<PatternName>): AccessPattern => patterns.settle(patterns.root(), nameOf(name))
  for (let at = 0; at < accessPatternsMax; at += 1) settle({ clauses: { filter: `a${at} = ?` } })
  const other = settle({ clauses: { filter: 'one more' } })
  assert.equal(other, settle({ clauses: { filter: 'and more' }, index: 'byDate' }))
  assert.deepEqual([other.name.isOther, other.name.table, other.name.clauses], [true, 'Orders', {}])
  assert.equal(settle({ clauses: { filter: 'a7 = ?' } }).name.isOther, false)
  for (let at = 0; at < accessPatternsMax; at += 1) settle({ table: `T${at}`, tableIds: [100 + at] })
  const last = settle({ table: 'Last', tableIds: [9999] })
  assert.deepEqual([last.name.isOther, last.name.table, last.name.operation], [true, '', 'Query'])
  assert.notEqual(last, settle({ table: 'Last', tableIds: [9999], operation: 'Scan' }))
  assert.ok(patterns.count <= 2 * accessPatternsMax + 2)
})

test('AccessPatterns begins the tree of forms anew when it has grown too large', () => {
  const patterns = new AccessPatterns()
  const text = 'x'.repeat(4000)
  for (let at = 0; at < 3000; at += 1) {
    patterns.settle(patterns.root().step(`${text}${at}`), nameOf({}))
    assert.ok(patterns.formLetters <= rawFormsLettersMax + 5000)
  }
  assert.equal(patterns.count, 1)
})

test('AccessPatterns cuts texts that are too long', () => {
  const patterns = new AccessPatterns()
  const { name } = patterns.settle(patterns.root(), nameOf({ clauses: { filter: 'x'.repeat(5000) } }))
  assert.equal(name.clauses.filter?.length, accessPatternTextLengthMax + 1)
})

test('AccessPatterns drops what a deleted table is part of', () => {
  const patterns = new AccessPatterns()
  patterns.settle(patterns.root().step('a'), nameOf({ tableIds: [1] }))
  patterns.settle(patterns.root().step('b'), nameOf({ tableIds: [1, 2] }))
  const kept = patterns.settle(patterns.root().step('c'), nameOf({ tableIds: [2] }))
  patterns.dropTables(new Set([1]))
  assert.deepEqual([...patterns.all()], [kept])
  assert.equal(patterns.root().step('a').pattern, undefined)
})

test('AccessPattern counts what its requests came to', () => {
  const pattern = new AccessPatterns().settle(new AccessPatterns().root(), nameOf({ operation: 'Scan', clauses: { filter: 'status = ?' } }))
  for (let at = 0; at < 100; at += 1) {
    const usage = Object.assign(new RequestUsage(), { pattern, readUnits: 1.5, evaluatedItems: 50, returnedItems: 1, hasMore: true })
    recordAccess({ usage, latencyMs: at < 90 ? 1 : 100, error: undefined }, 1000 + at)
  }
  const refused = Object.assign(new RequestUsage(), { pattern, refusedMembers: 1 })
  recordAccess({ usage: refused, latencyMs: 1, error: { exception: 'ProvisionedThroughputExceededException' } }, 5000)
  recordAccess({ usage: new RequestUsage(), latencyMs: 1, error: 'fault' }, 6000)

  const { latencyMs, text, ...counts } = describePattern(pattern)

  assert.equal(text, 'Scan Orders filter status = ?')
  assert.deepEqual(counts, {
    operation: 'Scan',
    region: 'us-east-1',
    table: 'Orders',
    isOther: false,
    filter: 'status = ?',
    requests: 101,
    errors: 1,
    failedConditions: 0,
    throttled: 1,
    readUnits: 150,
    writeUnits: 0,
    evaluatedItems: 5000,
    returnedItems: 100,
    answeredWithMore: 100,
    continued: 0,
    firstMs: 1000,
    lastMs: 5000,
  })
  assert.ok(latencyMs.p50 >= 1 && latencyMs.p50 < 1.2, `${latencyMs.p50}`)
  assert.ok(latencyMs.p99 >= 100 && latencyMs.p99 < 120, `${latencyMs.p99}`)
})

function nameOf(parts: Partial<PatternName>): PatternName {
  return {
    operation: 'Query',
    region: 'us-east-1',
    table: 'Orders',
    tableIds: [1],
    index: undefined,
    clauses: {},
    isOther: false,
    ...parts,
  }
}
