import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matcherOf, matches, parsePattern } from './pattern.ts'

test('A pattern stands for the texts that it stands for, however it is held against them', () => {
  const letters = (alphabet: string): fc.Arbitrary<string> => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 })
  fc.assert(
    fc.property(letters('ab*?'), letters('ab*'), letters('ab'), (withAll, withRuns, text) => {
      for (const written of [withAll, withRuns]) {
        const { symbols } = parsePattern(written, false)
        assert.ok(symbols !== undefined)
        const expected = new RegExp(`^${written.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text)
        assert.equal(matches(symbols, text), expected, `${written} ${text}`)
        assert.equal(matcherOf(symbols)(text), expected, `${written} ${text}`)
      }
    }),
    { numRuns: 5000 },
  )
})

test('Runs do not share letters of the text', () => {
  const isIn = (pattern: string, text: string): boolean => matcherOf(parsePattern(pattern, false).symbols ?? [])(text)
  for (const [pattern, text, expected] of [
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['a*b*b', 'ab', false],
    ['a*bb*b', 'abb', false],
    ['a*bb*b', 'abbb', true],
    ['*', '', true],
    ['**a', 'a', true],
    ['arn:aws:dynamodb:*:*:table/Orders', 'arn:aws:dynamodb:us-east-1:123456789012:table/Orders', true],
    ['arn:aws:dynamodb:*:*:table/Orders', 'arn:aws:dynamodb:us-east-1:table/Orders', false],
  ] as const) {
    assert.equal(isIn(pattern, text), expected, `${pattern} ${text}`)
  }
})
