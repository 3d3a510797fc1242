import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoundCondition } from './ast.ts'
import { conditionPattern, pathPattern, projectionPattern } from './print-pattern.ts'

test('names are told from paths, and those that are no plain word stand in quotes', () => {
  assert.equal(pathPattern(['a', 'b', 3, 'c-d']), 'a.b[?].c-d')
  assert.equal(pathPattern(['a.b']), '"a.b"')
  assert.equal(pathPattern(['__proto__']), '__proto__')
  assert.equal(pathPattern(['1st', 'a\n"b"', '']), '"1st"."a\\n\\"b\\"".""')
})

test('a short expression that says a very long name very often is printed short', () => {
  const name = 'n'.repeat(65_535)
  const terms: BoundCondition[] = Array.from({ length: 150 }, (_, at) => ({
    kind: 'comparison',
    comparator: '<',
    left: { kind: 'path', path: [name] },
    right: { kind: 'value', value: { N: String(at) } },
  }))
  const text = conditionPattern({ kind: 'or', terms })
  assert.ok(text.length < 150 * 300, `${text.length} letters`)
  assert.ok(text.startsWith(`${'n'.repeat(255)}… < ? OR n`))
})

test('names are shown whole up to the length that a name in a key may have', () => {
  assert.equal(projectionPattern([['n'.repeat(255)]]), 'n'.repeat(255))
  assert.equal(projectionPattern([[`${'n'.repeat(255)}x`]]), `${'n'.repeat(255)}…`)
  assert.equal(projectionPattern([[' '.repeat(256)]]), `"${' '.repeat(255)}…"`)
})
