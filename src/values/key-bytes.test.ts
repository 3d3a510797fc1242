import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { compareBytes } from '../base/bytes.ts'
import { binaries, numbers, strings } from './arbitrary-values.test.ts'
import type { AttributeValue, ScalarType } from './attribute-value.ts'
import { decodeScalar, encodeKeyBytes, encodeScalar, encodeScalarPrefix } from './key-bytes.ts'
import { keyScratchBytes } from './limits.ts'
import { compareValues } from './order.ts'

const scalars: Record<ScalarType, fc.Arbitrary<AttributeValue>> = {
  S: strings.map((S) => ({ S })),
  N: numbers.map((N) => ({ N })),
  B: binaries.map((B) => ({ B })),
}
const types: readonly ScalarType[] = ['S', 'N', 'B']

for (const type of types) {
  const scalar = scalars[type]

  test(`encodeScalar orders ${type} as compareValues does`, () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        assert.equal(Math.sign(compareBytes(encodeScalar(a), encodeScalar(b))), Math.sign(compareValues(a, b)))
      }),
      { numRuns: 2000 },
    )
  })

  test(`encodeScalar of one ${type} is never the beginning of another`, () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        fc.pre(compareValues(a, b) !== 0)
        assert.ok(!startsWith(encodeScalar(a), encodeScalar(b)))
      }),
      { numRuns: 1000 },
    )
  })

  test(`decodeScalar reads back the ${type} that encodeScalar wrote, wherever it stands`, () => {
    fc.assert(
      fc.property(scalar, fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ maxLength: 4 }), (value, before, after) => {
        const key = encodeKeyBytes(before, [value])
        const decoded = decodeScalar(Buffer.concat([key, after]), before.length, type)
        assert.deepEqual(decoded, { value, nextOffset: key.length })
      }),
    )
  })
}

test('encodeKeyBytes is the prefix and then every encoding', () => {
  const anyScalar = fc.oneof(scalars.S, scalars.N, scalars.B)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4 }), fc.array(anyScalar, { maxLength: 4 }), (prefix, values) => {
      assert.deepEqual(encodeKeyBytes(prefix, values), Buffer.concat([prefix, ...values.map(encodeScalar)]))
    }),
  )
})

test('encodeKeyBytes orders several values from left to right', () => {
  const row = fc.tuple(scalars.S, scalars.B, scalars.N, scalars.S)
  fc.assert(
    fc.property(row, row, fc.nat(4), (a, other, shared) => {
      const b = [...a.slice(0, shared), ...other.slice(shared)]
      const expected = a.map((value, at) => compareValues(value, b[at] ?? value)).find((order) => order !== 0) ?? 0
      const none = new Uint8Array(0)
      assert.equal(Math.sign(compareBytes(encodeKeyBytes(none, a), encodeKeyBytes(none, b))), Math.sign(expected))
    }),
    { numRuns: 1000 },
  )
})

test('encodeScalarPrefix begins the encodings of exactly the strings that begin with it', () => {
  fc.assert(
    fc.property(strings, strings, fc.boolean(), (beginning, text, joined) => {
      const S = joined ? beginning + text : text
      assert.equal(startsWith(encodeScalar({ S }), encodeScalarPrefix({ S: beginning })), S.startsWith(beginning))
    }),
    { numRuns: 2000 },
  )
})

test('encodeScalarPrefix begins the encodings of exactly the binaries that begin with it', () => {
  fc.assert(
    fc.property(binaries, binaries, fc.boolean(), (beginning, rest, joined) => {
      const start = Buffer.from(beginning, 'base64')
      const content = joined ? Buffer.concat([start, Buffer.from(rest, 'base64')]) : Buffer.from(rest, 'base64')
      const encoded = encodeScalar({ B: content.toString('base64') })
      assert.equal(startsWith(encoded, encodeScalarPrefix({ B: beginning })), content.subarray(0, start.length).equals(start))
    }),
    { numRuns: 2000 },
  )
  assert.throws(() => encodeScalarPrefix({ N: '1' }), { message: 'only strings and binaries have a beginning' })
})

test('encodeScalar writes the documented bytes', () => {
  const table: readonly (readonly [AttributeValue, string])[] = [
    [{ S: '' }, '0000'],
    [{ S: 'a\0é' }, '6100ffc3a90000'],
    [{ S: '\u{1f600}' }, 'f09f98800000'],
    [{ B: 'AP8=' }, '00ffff0000'],
    [{ N: '0' }, '02'],
    [{ N: '1' }, '03820b00'],
    [{ N: '-1' }, '017df4ff'],
    [{ N: '123' }, '03840d1f00'],
    [{ N: '0.05' }, '03803300'],
    [{ N: `1${'0'.repeat(125)}` }, '03ff0b00'],
    [{ N: `0.${'0'.repeat(129)}1` }, '03000b00'],
  ]
  for (const [value, hex] of table) assert.equal(Buffer.from(encodeScalar(value)).toString('hex'), hex)
})

test('encodeScalar orders numbers at the limits', () => {
  const tiny = `0.${'0'.repeat(129)}1`
  const huge = `${'9'.repeat(38)}${'0'.repeat(88)}`
  const ascending = [`-${huge}`, '-10', '-9', '-1.5', '-1', '-0.1', `-${tiny}`, '0', tiny, `${tiny}5`, '0.1', '1', '1.5', '9', '10', huge]
  const keys = ascending.map((N) => Buffer.from(encodeScalar({ N })).toString('hex'))
  assert.deepEqual(keys.toSorted(), keys)
})

test('encodeKeyBytes takes values longer than its scratch space', () => {
  const long = { S: 'é\0'.repeat(100_000) }
  const key = encodeKeyBytes(Uint8Array.of(7), [long, { N: '1' }])
  const decoded = decodeScalar(key, 1, 'S')
  assert.deepEqual(decoded.value, long)
  assert.deepEqual(decodeScalar(key, decoded.nextOffset, 'N'), { value: { N: '1' }, nextOffset: key.length })
})

test('encodeKeyBytes writes the same bytes where its scratch space ends', () => {
  const values: readonly AttributeValue[] = [
    ...['', 'a', '\0', '\u00e9', '\u0800', '\u{1f600}'].map((S) => ({ S: S.repeat(9) })),
    ...['', 'AA==', 'AAAAAAAA', '////////'].map((B) => ({ B })),
    ...['0', '1', `-0.${'0'.repeat(100)}${'12'.repeat(19)}`].map((N) => ({ N })),
  ]
  for (const value of values) {
    const encoding = encodeScalar(value)
    for (let length = keyScratchBytes - 64; length <= keyScratchBytes; length += 1) {
      const prefix = new Uint8Array(length).fill(7)
      assert.ok(
        Buffer.concat([prefix, encoding]).equals(encodeKeyBytes(prefix, [value])),
        `${JSON.stringify(value)} behind ${length} bytes`,
      )
    }
  }
})

test('encodeKeyBytes gives every caller bytes of its own', () => {
  const first = encodeScalar({ S: 'first' })
  const before = Buffer.from(first)
  encodeScalar({ S: 'second' })
  assert.deepEqual(Buffer.from(first), before)
})

test('encodeScalar refuses what cannot be a key', () => {
  assert.throws(() => encodeScalar({ BOOL: true }), { message: 'a key attribute is a string, a number or a binary' })
  assert.throws(() => decodeScalar(Uint8Array.of(0x61), 0, 'S'), { message: 'an encoded value has an end' })
  assert.throws(() => decodeScalar(Uint8Array.of(3, 1, 7), 0, 'N'), { name: 'AssertionFailure' })
})

function startsWith(content: Uint8Array, beginning: Uint8Array): boolean {
  return compareBytes(content.subarray(0, beginning.length), beginning) === 0
}
