import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from './random.ts'
import { newSealingKey, SealingKeys, sealingKeyIn } from './sealing.ts'

const random = seededRandom(3)
const first = newSealingKey(random)
const second = newSealingKey(random)

test('What is sealed opens for its purpose, and for no other', () => {
  const keys = new SealingKeys([first], random)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.string(), (text, purpose, other) => {
      const sealed = keys.seal(text, purpose)
      assert.equal(keys.open(sealed, purpose), text)
      assert.equal(keys.open(sealed, other), purpose === other ? text : undefined)
    }),
  )
})

test('The same text is never sealed to the same letters', () => {
  const keys = new SealingKeys([first], random)
  assert.notEqual(keys.seal('secret', 'a'), keys.seal('secret', 'a'))
})

test('What an older key sealed opens as long as the key is there, and is known to be of an older key', () => {
  const old = new SealingKeys([first], random).seal('secret', 'a')
  const both = new SealingKeys([second, first], random)
  assert.equal(both.open(old, 'a'), 'secret')
  assert.equal(both.isCurrent(old), false)
  assert.equal(both.isCurrent(both.seal('secret', 'a')), true)
  assert.equal(new SealingKeys([second], random).open(old, 'a'), undefined)
})

test('Nothing opens that was changed anywhere, cut off, or made up', () => {
  const keys = new SealingKeys([first], random)
  const sealed = Buffer.from(keys.seal('secret', 'a'), 'base64url')
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.equal(keys.open(changed.toString('base64url'), 'a'), undefined, `byte ${at}`)
    assert.equal(keys.open(sealed.subarray(0, at).toString('base64url'), 'a'), undefined, `${at} bytes`)
  }
  for (const text of ['', 'AQ', '!', 'x'.repeat(1000)]) assert.equal(keys.open(text, 'a'), undefined)
})

test('A key is 32 bytes in base64 or hexadecimal digits', () => {
  const bytes = Buffer.from(first)
  for (const text of [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), bytes.toString('hex').toUpperCase()]) {
    assert.deepEqual(Buffer.from(sealingKeyIn(text) ?? []), bytes)
  }
  for (const text of ['', 'secret', bytes.subarray(1).toString('base64'), `${bytes.toString('hex')}00`, `${bytes.toString('base64')} `]) {
    assert.equal(sealingKeyIn(text), undefined, text)
  }
})
