import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCredential } from './check-parts.ts'
import { signedHeaders } from './sign-request.ts'
import { Verifier } from './verifier.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
/** 2015-08-30T12:36:00Z, when AWS's examples are signed. */
const nowMs = 1_440_938_160_000

test('A request is signed as AWS says of its own example', () => {
  const url = new URL('https://example.amazonaws.com/')
  const { authorization } = signedHeaders(
    { method: 'GET', url, region: 'us-east-1', service: 'service', headers: {}, body: Buffer.from(''), nowMs },
    credentials,
  )
  assert.equal(
    authorization,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  )
})

test('Whatever is signed is verified, and nothing of it can be changed', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9 ._~-]{0,12}$/), fc.string(), fc.stringMatching(/^[!-~]{1,20}$/), (path, body, header) => {
      const url = new URL(`http://127.0.0.1:4567/${encodeURIComponent(path)}?a=b`)
      const sentBody = Buffer.from(body)
      const headers = signedHeaders(
        { method: 'POST', url, region: 'eu-west-1', service: 'kinesis', headers: { 'x-amz-target': header }, body: sentBody, nowMs },
        credentials,
      )
      const sent = { method: 'POST', path: url.pathname, query: 'a=b', headers: { ...headers, host: url.host }, sentBody }
      const verifier = new Verifier()
      const readable = verifier.read(sent, { service: 'kinesis', isRegion: (region) => region === 'eu-west-1' }, nowMs)
      assert.deepEqual(readable.credential, readCredential(`AKIDEXAMPLE/20150830/eu-west-1/kinesis/aws4_request`))
      verifier.verify(sent, readable, credentials.secretAccessKey)
      const other = { ...sent, sentBody: Buffer.from(`${body}x`) }
      assert.throws(() => verifier.verify(other, readable, credentials.secretAccessKey), /does not match/)
    }),
    { numRuns: 200 },
  )
})
