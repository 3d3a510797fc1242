import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeIterator, encodeIterator } from './shard-iterator.ts'

const iterators = fc.record(
  {
    streamArn: fc.constantFrom(
      'arn:aws:dynamodb:us-east-1:123456789012:table/Music/stream/2026-11-22T10:00:00.000',
      `arn:aws:dynamodb:us-east-1:123456789012:table/${'x'.repeat(255)}/stream/2026-11-22T10:00:00.000`,
    ),
    shardNumber: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    fromNumber: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    creationMs: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  },
  { noNullPrototype: true },
)

test('a shard iterator comes back as it was, in less than 2048 characters', () => {
  fc.assert(
    fc.property(iterators, (iterator) => {
      const text = encodeIterator(iterator)
      assert.deepEqual(decodeIterator(text), iterator)
      assert.ok(text.length <= 2048)
    }),
  )
})

test('bits of the last letter that stand for nothing must be as they were made', () => {
  const text = encodeIterator({
    streamArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/Music/stream/x',
    shardNumber: 1,
    fromNumber: 0,
    creationMs: 1,
  })
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const accepted = [...letters].filter((letter) => decodeIterator(`${text.slice(0, -1)}${letter}`) !== undefined)
  assert.deepEqual(accepted, [text.slice(-1)])
})

test('text that was changed, cut short or made up is no shard iterator', () => {
  fc.assert(
    fc.property(iterators, fc.nat(), fc.constantFrom('A', 'b', '0', '|'), (iterator, at, letter) => {
      const text = encodeIterator(iterator)
      const place = at % text.length
      const changed = `${text.slice(0, place)}${letter}${text.slice(place + 1)}`
      if (changed !== text) assert.equal(decodeIterator(changed), undefined)
      assert.equal(decodeIterator(text.slice(0, place)), undefined)
    }),
  )
  fc.assert(fc.property(fc.string({ maxLength: 2048 }), (text) => assert.equal(decodeIterator(text), undefined)))
})
