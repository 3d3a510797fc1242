import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedEncoding } from './encode-answer.ts'

test('acceptedEncoding takes what is valued most, then what is named first', () => {
  for (const [header, encoding] of [
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['br, identity, deflate, gzip', 'deflate'],
    ['gzip, deflate', 'gzip'],
    ['*, gzip;q=0.5', 'deflate'],
    ['*', 'gzip'],
    ['deflate;q=0.5, gzip;q=0.7', 'gzip'],
    ['deflate, gzip;q=0.5', 'deflate'],
    ['gzip;q=0', undefined],
    ['gzip;q=0, *', 'deflate'],
    ['*;q=0, GZIP ; Q=0.1', 'gzip'],
    ['br;q=1.0, identity', undefined],
    ['xgzip', undefined],
  ] as const) {
    assert.equal(acceptedEncoding(header), encoding, String(header))
  }
})
