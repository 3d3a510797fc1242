import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inHashOrder } from './hash-order.ts'

describe('inHashOrder', () => {
  test('orders by the low bits of the hash, and by place where these are the same', () => {
    assert.deepEqual(inHashOrder(['b', 'a', 'p', 'b']), ['p', 'a', 'b'])
    assert.deepEqual(inHashOrder(['zz', 'aa', 'mm']), ['zz', 'aa', 'mm'])
    assert.deepEqual(inHashOrder(['aa', 'a', 'zz']), ['aa', 'zz', 'a'])
  })

  test('of a set that was made for just so many texts takes no more bits than they need', () => {
    assert.deepEqual(inHashOrder(['pk', 'sk'], 'to measure'), ['sk', 'pk'])
    assert.deepEqual(inHashOrder(['a', 'b', 'c', 'pk', 'sk'], 'to measure'), ['sk', 'a', 'b', 'c', 'pk'])
    assert.deepEqual(inHashOrder(['pk', 'sk', 'a']), ['a', 'sk', 'pk'])
  })

  test('takes more bits for more texts', () => {
    const letters = 'abcdefghijklm'.split('')
    // 'a' is 97, which is 1 of 16 and 1 of 32; 'q' is 113, which is 1 of 16 and 17 of 32.
    assert.deepEqual(inHashOrder(['q', 'b', 'a']), ['q', 'a', 'b'])
    assert.deepEqual(inHashOrder(['q', ...letters]), [...letters, 'q'])
  })
})
