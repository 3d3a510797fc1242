/** Which requests pass for signed, and AWS's words to those that don't (errors.md §3). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestHeaders } from '../../src/protocols/service-request.ts'
import { serviceSignedFor } from '../../src/protocols/sigv4/read-signature.ts'
import { checkPlausiblySigned } from '../../src/server/auth/plausibly-signed.ts'

const scope = 'local/20261122/us-east-1/dynamodb/aws4_request'
const whole = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=00`
const date = { 'x-amz-date': '20261122T120000Z' }
const signedQuery = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20261122T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00`

function refusal(headers: RequestHeaders, query = ''): { name: string; message: string } {
  let refused: { name: string; message: string } | undefined
  assert.throws(
    () => checkPlausiblySigned(headers, query),
    (error: Error) => {
      refused = { name: error.name, message: error.message }
      return true
    },
  )
  assert(refused)
  return refused
}

test('Any credentials, region, spacing and order of parameters pass', () => {
  for (const authorization of [
    whole,
    `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host,Signature=00`,
    `AWS4-HMAC-SHA256 Signature=00, SignedHeaders=host, Credential=AKIA/20130101/nowhere-9/other/aws4_request`,
    `AWS4-HMAC-SHA256 SignedHeaders=x-Credential=;host, Credential=${scope}, Signature=00`,
  ]) {
    checkPlausiblySigned({ authorization, ...date }, '')
  }
  checkPlausiblySigned({ authorization: whole, date: 'Sun, 22 Nov 2026 12:00:00 GMT' }, '')
  checkPlausiblySigned({}, signedQuery)
  checkPlausiblySigned({ authorization: whole, ...date }, 'a=1')
})

test('The region is the one of the credential scope', () => {
  const signedFor = (credential: string): string =>
    checkPlausiblySigned({ authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`, ...date }, '')
  assert.equal(signedFor('key/20261122/eu-west-3/dynamodb/aws4_request'), 'eu-west-3')
  assert.equal(signedFor('a/b//c/d'), '')
  assert.equal(signedFor('a/b/Any%Where/c/d'), 'Any%Where')
  assert.equal(checkPlausiblySigned({}, signedQuery.replace('us-east-1', 'ap-south-1')), 'ap-south-1')
})

test('The service is the one of the credential scope, as far as there is one', () => {
  assert.equal(serviceSignedFor({ authorization: whole }), 'dynamodb')
  assert.equal(serviceSignedFor({ authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/sts' }), 'sts')
  for (const authorization of [undefined, '', 'Basic YTpi', 'AWS4-HMAC-SHA256 Credential=a/b/c', 'AWS4-HMAC-SHA256 Credential=, x=1']) {
    assert.equal(serviceSignedFor({ authorization }), undefined)
  }
})

test('A request without a signature, or with one of another kind, is missing its token', () => {
  const missing = { name: 'MissingAuthenticationTokenException', message: 'Request is missing Authentication Token' }
  for (const authorization of [undefined, '', 'Basic YTpi', 'Bearer AWS4-HMAC-SHA256', 'aws4-hmac-sha256 x']) {
    assert.deepEqual(refusal({ authorization, ...date }), missing)
  }
})

test('A signature in the header and one in the query string exclude each other', () => {
  assert.deepEqual(refusal({ authorization: whole, ...date }, signedQuery), {
    name: 'InvalidSignatureException',
    message: "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
  })
})

test('Everything that a header lacks is listed, then the header', () => {
  assert.deepEqual(refusal({ authorization: 'AWS4-HMAC-SHA256' }), {
    name: 'IncompleteSignatureException',
    message:
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
      "Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
      'Authorization=AWS4-HMAC-SHA256',
  })
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=`
  assert.equal(
    refusal({ authorization, ...date }).message,
    `Authorization header requires 'Signature' parameter. Authorization=${authorization}`,
  )
})

test('Everything that a query string lacks is listed', () => {
  assert.deepEqual(refusal({}, 'X-Amz-Algorithm'), {
    name: 'IncompleteSignatureException',
    message:
      "AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. " +
      "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. " +
      "AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
  })
  assert.equal(
    refusal({}, signedQuery.replace('X-Amz-Credential', 'x')).message,
    "AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters.",
  )
})

test('Date, algorithm and credential have to look like themselves', () => {
  for (const text of ['2026-11-22T12:00:00Z', '20261122', 'yesterday']) {
    assert.deepEqual(refusal({ authorization: whole, 'x-amz-date': text }), {
      name: 'IncompleteSignatureException',
      message: `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    })
  }
  assert.deepEqual(refusal({ authorization: whole.replace('HMAC-SHA256', 'HMAC-MD5'), ...date }), {
    name: 'IncompleteSignatureException',
    message: "Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5' (only AWS4-HMAC-SHA256 for now). ",
  })
  for (const credential of ['key', 'key/20261122/us-east-1/dynamodb', `a/${scope}`]) {
    assert.deepEqual(refusal({ authorization: whole.replace(scope, credential), ...date }), {
      name: 'IncompleteSignatureException',
      message: `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    })
  }
})

test('A long header without parameters is looked through in linear time', () => {
  const authorization = `AWS4-${'xCredential='.repeat(100_000)}`
  assert.equal(refusal({ authorization, ...date }).name, 'IncompleteSignatureException')
})
