import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { binaries, strings } from './arbitrary-values.test.ts'
import { checkBinarySet, checkNumberSet, checkStringSet } from './check-set.ts'

const prefix = 'One or more parameter values were invalid: '

test('sets may not be empty, in words of their own', () => {
  for (const wording of ['current', 'older'] as const) {
    assertFault(() => checkStringSet([], wording), `${prefix}An string set  may not be empty`)
    assertFault(() => checkNumberSet([], wording), `${prefix}An number set  may not be empty`)
    assertFault(() => checkBinarySet([], wording), `${prefix}Binary sets should not be empty`)
  }
})

test('checkStringSet lists duplicates quoted and in order (current) or as they were sent (older)', () => {
  const table: readonly (readonly [readonly string[], string, string])[] = [
    [['b', 'a', 'b'], '["a", "b", "b"]', '[b, a, b]'],
    [['', ''], '["", ""]', '[, ]'],
    [['c', 'a', 'c', 'b', 'a'], '["a", "c", "c", "b", "a"]', '[c, a, c, b, a]'],
    [['q"', 'q"'], '["q\\"", "q\\""]', '[q", q"]'],
  ]
  for (const [raw, current, older] of table) {
    assertFault(() => checkStringSet(raw, 'current'), `${prefix}Input collection ${current} contains duplicates.`)
    assertFault(() => checkStringSet(raw, 'older'), `${prefix}Input collection ${older} contains duplicates.`)
  }
})

test('checkBinarySet lists duplicates in the order of their bytes (current) or as they were sent (older)', () => {
  const raw = ['/w==', 'AA==', 'AA==']
  assertFault(() => checkBinarySet(raw, 'current'), `${prefix}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.`)
  assertFault(() => checkBinarySet(raw, 'older'), `${prefix}Input collection [/w==, AA==, AA==]of type BS contains duplicates.`)
  assertFault(() => checkBinarySet(['', ''], 'current'), `${prefix}Input collection ["",""]of type BS contains duplicates.`)
})

test('checkNumberSet finds duplicates by value', () => {
  assertFault(() => checkNumberSet(['1', '2', '1.0'], 'current'), `${prefix}Input collection contains duplicates.`)
  assertFault(() => checkNumberSet(['100', '1e2'], 'older'), 'Input collection contains duplicates')
  const beyondDoubles = ['9007199254740993', '9007199254740992']
  assert.deepEqual(checkNumberSet(beyondDoubles, 'current'), beyondDoubles.toReversed())
})

test('checkNumberSet checks its members as numbers first', () => {
  assertFault(() => checkNumberSet(['1', '1', ''], 'current'), 'The parameter cannot be converted to a numeric value: ')
  assertFault(() => checkNumberSet([''], 'older'), 'The parameter cannot be converted to a numeric value')
  assertFault(() => checkNumberSet(['1'.repeat(39)], 'older'), 'Attempting to store more than 38 significant digits in a Number')
})

test('sets come out sorted by bytes whatever their order was, and do not touch what was sent', () => {
  fc.assert(
    fc.property(fc.uniqueArray(strings, { minLength: 1 }), fc.uniqueArray(binaries, { minLength: 1 }), (texts, blobs) => {
      const sent = [texts.slice(), blobs.slice()]
      const byUtf8 = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      const byBytes = blobs.toSorted((a, b) => Buffer.compare(Buffer.from(a, 'base64'), Buffer.from(b, 'base64')))
      assert.deepEqual(checkStringSet(texts, 'current'), byUtf8)
      assert.deepEqual(checkBinarySet(blobs, 'current'), byBytes)
      assert.deepEqual([texts, blobs], sent)
    }),
  )
})

test('a set with a repeated member is refused wherever the repeat stands', () => {
  fc.assert(
    fc.property(fc.uniqueArray(strings, { minLength: 1 }), fc.nat(), fc.nat(), (texts, from, to) => {
      const repeated = texts.toSpliced(to % (texts.length + 1), 0, texts[from % texts.length] ?? '')
      assert.throws(() => checkStringSet(repeated, 'current'), /contains duplicates\.$/)
    }),
  )
})

function assertFault(act: () => unknown, message: string): void {
  assert.throws(act, { exception: 'ValidationException', message, inRequest: true })
}
