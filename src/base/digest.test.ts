import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digest, digest64 } from './digest.ts'

test('digests are those of SHA-256, which others can compute, too', () => {
  assert.equal(digest(''), '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
  assert.equal(digest64(''), 'e3b0c44298fc1c14')
  assert.equal(digest64('abc'), 'ba7816bf8f01cfea')
})
