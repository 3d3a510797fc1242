import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Draw, isConstant, parsePlaceholders, placeholders, renderPieces } from './placeholders.ts'
import { SeededNumbers } from './seeded-numbers.ts'

function draw(seed = 1): Draw {
  return { i: 7, key: 42, sort: 3, item: 423, nowMs: Date.UTC(2026, 10, 22, 10), numbers: new SeededNumbers(seed, 1) }
}

function rendered(text: string, seed?: number): string {
  return renderPieces(parsePlaceholders(text), draw(seed))
}

test('placeholders become what was drawn', () => {
  assert.equal(rendered('CUST#${key}/${sort 4}/${item}/${i}'), 'CUST#42/0003/423/7')
  assert.equal(rendered('${ key 5 }'), '00042')
  assert.equal(rendered('${now}|${seconds}|${seconds 60}'), '2026-11-22T10:00:00.000Z|1795341600|1795341660')
})

test('random placeholders keep to their bounds and to the seed', () => {
  const numbers = new Set(Array.from({ length: 200 }, (_, seed) => Number(rendered('${random 1 3}', seed))))
  assert.deepEqual([...numbers].sort(), [1, 2, 3])
  assert.match(rendered('${uuid}'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.match(rendered('${text 200}'), /^[A-Za-z]{200}$/)
  assert.equal(rendered('${uuid} ${text 9} ${random -5 5}', 3), rendered('${uuid} ${text 9} ${random -5 5}', 3))
  assert.notEqual(rendered('${uuid}', 3), rendered('${uuid}', 4))
})

test('two dollars stand for one before a brace, and text without placeholders is constant', () => {
  assert.equal(rendered('$${key} costs $5 {x} $$${key}'), '${key} costs $5 {x} $${key}')
  assert.deepEqual(parsePlaceholders('plain $ {}'), ['plain $ {}'])
  assert(isConstant(parsePlaceholders('$${key}')) && !isConstant(parsePlaceholders('${key}')))
  assert.deepEqual(parsePlaceholders(''), [])
})

test('what is no placeholder is named', () => {
  const faults: readonly (readonly [string, string])[] = [
    ['a ${kez} b', '${kez} is not a placeholder'],
    ['${toString}', '${toString} is not a placeholder'],
    ['${}', '${} is not a placeholder'],
    ['x ${key', '${key has no closing brace'],
    ['${random 1}', "${random 1} has arguments that it can't take"],
    ['${random 5 1}', "${random 5 1} has arguments that it can't take"],
    ['${text a}', "${text a} has arguments that it can't take"],
    ['${text 400001}', "${text 400001} has arguments that it can't take"],
    ['${key 1 2}', "${key 1 2} has arguments that it can't take"],
  ]
  for (const [text, message] of faults) assert.throws(() => parsePlaceholders(text), { message })
})

test('no placeholder makes what JSON would have to escape', () => {
  for (const { form, least } of placeholders) {
    const text = rendered(`\${${[form, ...Array.from({ length: least }, () => 9)].join(' ')}}`)
    assert.equal(JSON.stringify(text), `"${text}"`)
  }
})
