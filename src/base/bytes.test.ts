import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterPrefix, compareBytes } from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 4 })

test('afterPrefix bounds exactly what starts with the prefix', () => {
  fc.assert(
    fc.property(bytes, bytes, (prefix, other) => {
      const end = afterPrefix(prefix)
      const startsWith = Buffer.from(other.subarray(0, prefix.length)).equals(prefix)
      const inRange = compareBytes(other, prefix) >= 0 && (end === undefined || compareBytes(other, end) < 0)
      assert.equal(inRange, startsWith)
    }),
  )
})

test('afterPrefix leaves its prefix as it was, also when that is a Buffer', () => {
  const prefix = Buffer.from([1, 2, 0xff])
  assert.deepEqual([...(afterPrefix(prefix) ?? [])], [1, 3])
  assert.deepEqual([...prefix], [1, 2, 0xff])
})

test('afterPrefix knows no end where every key may follow', () => {
  assert.equal(afterPrefix(Uint8Array.of(0xff, 0xff)), undefined)
  assert.equal(afterPrefix(new Uint8Array(0)), undefined)
})
