/** What a lane remembers of keys that others hold: until when, how many, and what it takes for busy. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { heldKeysMax } from '../../src/storage/limits.ts'
import { HeldKeys, textOf } from '../../src/storage/postgres/held-keys.ts'
import { key } from '../contract/laws.ts'

describe('keys that others hold', () => {
  test('are known until they are to be had', () => {
    const held = new HeldKeys()
    assert.equal(held.hasAny([key('a')]), false)
    assert.equal(held.found([{ key: key('a'), value: 'x' }]).size, 0)
    held.foundUnseen([key('b')])
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => [held.hasAny([key('c'), key(name)]), held.hasUnseen([key(name)])]),
      [
        [true, false],
        [true, true],
        [false, false],
      ],
    )
    held.free([key('a'), key('c')])
    assert.equal(held.hasAny([key('a')]), false)
    assert.equal(held.hasAny([key('b')]), true)
  })

  test('are busy, and not remembered, when their value has changed since they were found', () => {
    const held = new HeldKeys()
    const find = (value: string): boolean => {
      // Two turns of one batch may name it.
      const entry = { key: key('a'), value }
      return held.found([entry, { ...entry }]).has(textOf(key('a')))
    }
    assert.deepEqual([find('x'), find('x'), find('y')], [false, false, true])
    assert.equal(held.hasAny([key('a')]), false)
    assert.deepEqual([find('y'), find('y')], [false, false])
    assert.equal(held.hasAny([key('a')]), true)
  })

  test('are known up to a limit: the one that was found last longest ago is forgotten first', () => {
    const held = new HeldKeys()
    const keys = Array.from({ length: heldKeysMax + 1 }, (_, at) => key(`key ${at}`))
    held.foundUnseen(keys.slice(0, heldKeysMax))
    held.foundUnseen(keys.slice(0, 1))
    held.foundUnseen(keys.slice(heldKeysMax))
    const isKnown = [0, 1, 2, heldKeysMax].map((at) => held.hasAny(keys.slice(at, at + 1)))
    assert.deepEqual(isKnown, [true, false, true, true])
  })
})
