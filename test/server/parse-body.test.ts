/** Which bodies are JSON (errors.md §2, step 5), and that none takes the parser down. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseBody } from '../../src/protocols/parse-body.ts'

const notJson = { name: 'SerializationException', message: '' }

test('JSON comes through as it was sent, whatever its size', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(parseBody(Buffer.from(text)), JSON.parse(text))
    }),
  )
  const brackets = JSON.stringify({ text: `[{"\\${'[{'.repeat(50_000)}`, list: Array.from({ length: 20_000 }, () => ({ a: [] })) })
  assert.deepEqual(parseBody(Buffer.from(brackets)), JSON.parse(brackets))
})

test('A body that is a part of a larger buffer is read by itself', () => {
  assert.deepEqual(parseBody(Buffer.from('xx{"a":1}xx').subarray(2, 9)), { a: 1 })
  assert.deepEqual(parseBody(new Uint8Array(Buffer.from('{"é":"€"}'))), { é: '€' })
})

test('Member names that objects inherit are members like any other', () => {
  const value = parseBody(Buffer.from('{"__proto__":{"a":1},"constructor":2}')) as object
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor'])
})

test('What is not JSON is refused without a message', () => {
  for (const text of ['x', '{', '{"a":1}}', ' ', "{'a':1}", '{"a":1,}', '\u{feff}{}', 'NaN']) {
    assert.throws(() => parseBody(Buffer.from(text)), notJson)
  }
  assert.throws(() => parseBody(Buffer.from([0x22, 0xff, 0x22])), notJson)
})

test('Brackets without end are refused before they are parsed', () => {
  for (const text of ['[', '{"a":', '[{"a":']) {
    assert.throws(() => parseBody(Buffer.from(text.repeat(1_000_000))), notJson)
  }
  const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`
  assert.throws(() => parseBody(Buffer.from(deep)), notJson)
})

test('A body small enough not to be looked through may nest as deep as it is long', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  assert(Array.isArray(parseBody(Buffer.from(deep))))
})
