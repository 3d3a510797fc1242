import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Notation, readByShape, validationErrors } from './read-by-shape.ts'
import type { ShapeTable } from './shapes/shape-table.ts'

const shapes: ShapeTable = {
  Input: { kind: 'structure', members: { Name: 'Name!', Count: 'Count', Kinds: 'Kinds', Tags: 'Tags', Free: 'Free', Inner: 'Inner' } },
  Inner: { kind: 'structure', members: { Name: 'Name!' } },
  Name: { kind: 'string', min: 2, max: 5, pattern: '[a-z]+' },
  Kind: { kind: 'string', values: ['A', 'B'] },
  Count: { kind: 'integer', min: 1, max: 9 },
  Kinds: { kind: 'list', of: 'Kind', min: 1, max: 3 },
  Free: { kind: 'list', of: 'Kind' },
  Tags: { kind: 'map', from: 'Name', to: 'Kind' },
}

const notation: Notation = {
  leaf: ({ kind }, raw) => (typeof raw === (kind === 'integer' ? 'number' : 'string') ? { value: raw } : { wanted: `no ${kind}` }),
  wanted: (kind) => `no ${kind}`,
  emptyList: '',
  elementsMax: 100,
}

function violations(raw: unknown): readonly string[] {
  const reading = readByShape(shapes, 'Input', raw, notation)
  assert.equal(reading.malformed, undefined)
  return reading.violations.map(({ path, constraint }) => `${path}: ${constraint}`)
}

test('An input is a copy with the members that its shape names, without null ones', () => {
  const raw = { Name: 'abc', Count: null, Kinds: ['A'], Tags: { ab: 'B' }, Unknown: 1, Inner: { Name: 'ab', x: 1 } }
  const { input, malformed, violations: found } = readByShape(shapes, 'Input', raw, notation)
  assert.deepEqual([malformed, found], [undefined, []])
  assert.deepEqual(input, { Name: 'abc', Kinds: ['A'], Tags: { ab: 'B' }, Inner: { Name: 'ab' } })
})

test('The first value of another kind is told with its place, wherever it is', () => {
  const malformed = (raw: unknown): unknown => readByShape(shapes, 'Input', raw, notation).malformed
  assert.deepEqual(malformed(5), { parameter: '', path: '', wanted: 'no structure' })
  assert.deepEqual(malformed({ Kinds: ['A', 5, null] }), { parameter: 'Kinds.member.2', path: 'kinds.2.member', wanted: 'no string' })
  assert.deepEqual(malformed({ Tags: { x: 1 }, Name: [] }), { parameter: 'Name', path: 'name', wanted: 'no string' })
  assert.deepEqual(malformed({ Inner: [] }), { parameter: 'Inner', path: 'inner', wanted: 'no structure' })
  assert.deepEqual(malformed({ Tags: new Uint8Array() }), { parameter: 'Tags', path: 'tags', wanted: 'no map' })
})

test('Violations come in the order of the shapes, one for each text', () => {
  assert.deepEqual(violations({ Name: '', Count: 10, Kinds: ['A', 'B', 'C', 'B'], Tags: { A: 'A', ab: 'x' }, Inner: {} }), [
    'name: Member must have length greater than or equal to 2',
    'count: Member must have value less than or equal to 9',
    'kinds: Member must have length less than or equal to 3',
    'kinds.3.member: Member must satisfy enum value set: [A, B]',
    'tags: Member must have length greater than or equal to 2',
    'tags.ab.member: Member must satisfy enum value set: [A, B]',
    'inner.name: Member must not be null',
  ])
  assert.deepEqual(violations({ Name: 'ABC', Kinds: '' }), [
    'name: Member must satisfy regular expression pattern: [a-z]+',
    'kinds: Member must have length greater than or equal to 1',
  ])
})

test('Lists without a limit have the one of the notation, and no more is told than AWS tells', () => {
  assert.deepEqual(violations({ Name: 'abc', Free: new Array(101).fill('x') }), ['free: Member must have length less than or equal to 100'])
  assert.equal(violations({ Name: 'abc', Free: new Array(100).fill('x') }).length, 10)
})

test('Violations are told together', () => {
  const { violations: found } = readByShape(shapes, 'Input', { Count: 0 }, notation)
  assert.equal(
    validationErrors(found, String),
    "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
  )
  assert.match(validationErrors(found.slice(0, 1), String), /^1 validation error detected: /)
})

test('Whatever is read without complaint is of its shape, and reads as itself', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('Name', 'Count', 'Kinds', 'Tags', 'Inner'), (value, name) => {
      const reading = readByShape(shapes, 'Input', { Name: 'abc', [name]: value }, notation)
      if (reading.malformed !== undefined || reading.violations.length > 0) return
      assert.deepEqual(readByShape(shapes, 'Input', reading.input, notation), reading)
    }),
  )
})
