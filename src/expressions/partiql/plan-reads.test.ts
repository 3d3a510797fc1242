import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attributesOf } from '../condition-attributes.ts'
import { bindWhere } from './bind-where.ts'
import { parseStatement } from './parse-statement.ts'
import { planReads, type ReadPlan } from './plan-reads.ts'
import { ValueBinder } from './value-binder.ts'

function planOf(where: string): ReadPlan {
  const { statement } = parseStatement(`SELECT * FROM T WHERE ${where}`)
  assert.ok(statement.kind === 'select' && statement.where !== undefined)
  return planReads(bindWhere(statement.where, new ValueBinder([])), { hash: 'pk', range: 'sk' })
}

/** Every read in short: partition key, condition on the sort key, and `+` where a filter is left. */
function plan(where: string): string | readonly string[] {
  const planned = planOf(where)
  if (planned.kind === 'scan') return 'scan'
  return planned.partitions.flatMap(({ hash, reads }) =>
    reads.map(({ range, filter }) => {
      const condition = range === undefined ? '' : ` ${range.operator} ${range.values.map((value) => Object.values(value)[0]).join(' ')}`
      return `${Object.values(hash)[0]}${condition}${filter === undefined ? '' : ' +'}`
    }),
  )
}

describe('reads', () => {
  test('an equality or IN on the partition key makes reads, one condition on the sort key narrows them', () => {
    assert.deepEqual(plan("pk = 'a'"), ['a'])
    assert.deepEqual(plan("'a' = pk AND 5 < sk"), ['a > 5'])
    assert.deepEqual(plan("sk BETWEEN 1 AND 2 AND (pk = 'a' AND x = 1)"), ['a BETWEEN 1 2 +'])
    assert.deepEqual(plan("pk IN ['a', 'b'] AND begins_with(sk, 'x')"), ['a begins_with x', 'b begins_with x'])
    assert.deepEqual(plan("pk IN ['a', 'b', 'a']"), ['a', 'a', 'b'], 'refused later')
  })

  test('an IN on the sort key makes a read for every value, of every partition', () => {
    assert.deepEqual(plan("pk = 'a' AND sk IN [1, 2]"), ['a = 1', 'a = 2'])
    assert.deepEqual(plan("pk IN ['a', 'b'] AND sk IN [1, 2] AND sk > 1"), ['a = 1 +', 'a = 2 +', 'b = 1 +', 'b = 2 +'])
    assert.deepEqual(plan("pk = 'a' AND sk IN [1, x]"), ['a +'])
    assert.deepEqual(plan("pk = 'a' AND sk NOT IN [1, 2]"), ['a +'])
  })

  test('an equality on the sort key is preferred, and only one condition is used', () => {
    assert.deepEqual(plan("pk = 'a' AND sk > 1 AND sk = 2"), ['a = 2 +'])
    assert.deepEqual(plan("pk = 'a' AND sk IN [1, 2] AND sk = 3"), ['a = 3 +'])
    assert.deepEqual(plan("pk = 'a' AND sk > 1 AND sk IN [1, 2]"), ['a = 1 +', 'a = 2 +'])
    assert.deepEqual(plan("pk = 'a' AND sk > 1 AND sk < 9"), ['a > 1 +'])
    assert.deepEqual(plan("pk = 'a' AND pk = 'b'"), ['a +'])
  })

  test('what does not bind the partition key to values is a scan', () => {
    for (const where of [
      "pk > 'a'",
      'pk = x',
      "pk <> 'a'",
      "NOT pk = 'a'",
      "pk.x = 'a'",
      "pk = 'a' OR sk = 1",
      'pk IN [x]',
      "pk NOT IN ['a']",
    ]) {
      assert.equal(plan(where), 'scan', where)
    }
  })

  test('an OR makes the reads of its branches, with what stands beside it', () => {
    assert.deepEqual(plan("pk = 'a' OR (pk = 'b' AND sk = 1)"), ['a', 'b = 1'])
    assert.deepEqual(plan("(pk = 'a' OR pk IN ['b', 'c']) AND sk > 3 AND x = 1"), ['a > 3 +', 'b > 3 +', 'c > 3 +'])
    assert.deepEqual(plan("(pk = 'a' AND sk < 2) OR (pk = 'a' AND sk > 5)"), ['a < 2', 'a > 5'])
    assert.deepEqual(plan("(x = 1 OR y = 2) AND (pk = 'a' OR pk = 'b')"), ['a +', 'b +'])
  })

  test('an OR about the sort key is multiplied out, another is a filter', () => {
    assert.deepEqual(plan("pk = 'a' AND (sk = 1 OR sk > 5)"), ['a = 1', 'a > 5'])
    assert.deepEqual(plan("pk IN ['a', 'b'] AND (sk = 1 OR (sk = 2 AND x = 3)) AND y = 4"), ['a = 1 +', 'a = 2 +', 'b = 1 +', 'b = 2 +'])
    assert.deepEqual(plan("pk = 'a' AND (sk = 1 OR x = 2)"), ['a = 1', 'a +'])
    assert.deepEqual(plan("pk = 'a' AND (x = 1 OR y = 2)"), ['a +'])
    assert.deepEqual(plan("pk = 'a' AND NOT (sk = 1 OR x = 2)"), ['a +'])
    assert.deepEqual(plan("pk = 'a' AND (sk = 1 OR x = 2) = true"), ['a +'])
    assert.deepEqual(plan("pk = 'a' AND (x = 1 OR (y = 2 AND (sk = 3 OR z = 4)))"), ['a +', 'a = 3 +', 'a +'])
  })

  test('branches of one partition become one read when one of them negates the sort key', () => {
    assert.deepEqual(plan("(pk = 'a' AND sk = 1) OR (pk = 'a' AND sk <> 2)"), ['a +'])
    assert.deepEqual(plan("pk = 'a' AND (sk = 1 OR sk NOT IN [1, 2])"), ['a +'])
    assert.deepEqual(plan("pk = 'a' OR (pk = 'a' AND NOT begins_with(sk, 'x'))"), ['a +'])
    assert.deepEqual(plan("(pk = 'a' AND x = 1) OR (pk = 'a' AND y = 2)"), ['a +', 'a +'], 'refused later')
  })

  test('what filters every read is known', () => {
    const common = (where: string): readonly string[] => {
      const planned = planOf(where)
      return planned.kind === 'scan' ? [] : planned.commonFilter.flatMap(attributesOf)
    }
    assert.deepEqual(common("pk = 'a' AND x = 1 AND (y = 2 OR z = 3)"), ['x', 'y', 'z'])
    assert.deepEqual(common("x = 1 AND ((pk = 'a' AND y = 2) OR (pk = 'b' AND z = 3)) AND sk > 3"), ['x'])
  })

  test('there are fifty at most', () => {
    const list = (length: number): string => Array.from({ length }, (_, at) => `'${at}'`).join(', ')
    assert.equal(plan(`pk IN [${list(50)}]`).length, 50)
    const tooMany = { message: 'Too many decomposed read operations for a given query.' }
    assert.throws(() => plan(`pk IN [${list(51)}]`), tooMany)
    assert.equal(plan(`pk IN [${list(5)}] AND sk IN [${list(10)}]`).length, 50)
    assert.throws(() => plan(`pk = 'a' AND sk IN [${list(51)}]`), tooMany)
    assert.throws(() => plan(`pk IN [${list(3)}] AND sk IN [${list(17)}]`), tooMany)
    assert.throws(() => plan(`pk = 'a'${" AND (sk = 'x' OR y = 1)".repeat(300)}`), tooMany)
    assert.equal(plan(`sk IN [${list(51)}]`), 'scan')
    assert.throws(() => plan(`pk IN [${list(30)}] OR (pk IN ['x', ${list(30)}] AND sk = 1) OR pk = 'y'`), tooMany)
  })
})
