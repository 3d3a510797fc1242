import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseForm } from './parse-form.ts'

function parsed(text: string): unknown {
  return structuredClone(parseForm(Buffer.from(text)))
}

test('A form becomes the tree that its names draw', () => {
  assert.deepEqual(parsed('Action=A&Dimensions.member.2.Name=b&Dimensions.member.1.Name=a%20c&Dimensions.member.1.Value=%C3%A9&A.B.C=1'), {
    Action: 'A',
    Dimensions: [{ Name: 'a c', Value: 'é' }, { Name: 'b' }],
    A: { B: { C: '1' } },
  })
})

test('A form orders list elements by their numbers', () => {
  const numbers = Array.from({ length: 12 }, (_, index) => 12 - index)
  const form = numbers.map((number) => `L.member.${number}=${number}`).join('&')
  assert.deepEqual(parsed(form), { L: numbers.reverse().map(String) })
})

test('A form may have any name, and names of our own things mean nothing', () => {
  const form = parseForm(Buffer.from('__proto__.x=1&constructor=2&toString.member.1=3'))
  assert.deepEqual(Object.keys(form), ['__proto__', 'constructor', 'toString'])
  assert.equal(({} as { x?: unknown }).x, undefined)
})

test('A form that draws no tree is refused', () => {
  const faults = {
    'A=1&A.B=2': 'The parameter A.B is both a value and a structure.',
    'A.B=2&A=1': 'The parameter A is both a value and a structure.',
    'A.member.x=1': 'The elements of a list are numbered from 1.',
    ['a&'.repeat(20_000)]: 'A request has at most 20000 parameters.',
    [`${'a.'.repeat(20)}b=1`]: `The parameter ${'a.'.repeat(20)}b is nested too deep.`,
  }
  for (const [form, message] of Object.entries(faults)) {
    assert.throws(() => parseForm(Buffer.from(form)), { name: 'SerializationException', message })
  }
})

test('A form is decoded as URLSearchParams decodes it', () => {
  const piece = fc.constantFrom('a', '%41', '%', '%4', '%zz', '+', '=', '&', '%26', '%E2%82%AC', '%FF', '%00', '%2B', 'é', '\u{1f600}')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      assert.deepEqual(parsed(text), Object.fromEntries(new URLSearchParams(text)))
    }),
  )
})
