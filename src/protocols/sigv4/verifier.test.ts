import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4 from 'aws4'
import fc from 'fast-check'
import type { RequestHeaders } from '../service-request.ts'
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical-request.ts'
import type { SignedRequest } from './signed-request.ts'
import { Verifier } from './verifier.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
/** 2015-08-30T12:36:00Z, when AWS's examples are signed. */
const nowMs = 1_440_938_160_000
const amzDate = '20150830T123600Z'
const everyRegion = { isRegion: () => true }

class Sha256 {
  readonly #hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
}

/** What `verify` says to a request: undefined if it takes it. */
function refusal(
  request: SignedRequest,
  { service = 'service', atMs = nowMs, secret = credentials.secretAccessKey } = {},
): string | undefined {
  const verifier = new Verifier()
  try {
    verifier.verify(request, verifier.read(request, { ...everyRegion, service }, atMs), secret)
    return undefined
  } catch (error) {
    assert(error instanceof Error)
    return `${error.name}: ${error.message}`
  }
}

function lowerCase(headers: { readonly [name: string]: unknown }): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value).trim()]))
}

interface Plain {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

function byAws4({ method, path, query, headers, body }: Plain): SignedRequest {
  const given = { ...headers, Host: 'example.amazonaws.com', 'X-Amz-Date': amzDate }
  const address = query === '' ? path : `${path}?${query}`
  const signed = aws4.sign({ service: 'service', region: 'us-east-1', method, path: address, headers: given, body }, credentials)
  const [, sentQuery = ''] = (signed.path ?? '').split(/\?(.*)/s)
  return { method, path, query: sentQuery, headers: lowerCase(signed.headers ?? {}), sentBody: Buffer.from(body) }
}

const smithy = new SignatureV4({ credentials, region: 'us-east-1', service: 'service', sha256: Sha256 })

async function bySmithy({ method, path, query, headers, body }: Plain, how: 'sign' | 'presign'): Promise<SignedRequest> {
  const parameters: { [name: string]: string[] } = {}
  for (const [name, value] of new URLSearchParams(query)) parameters[name] = [...(parameters[name] ?? []), value]
  const request = {
    method,
    protocol: 'https:',
    hostname: 'example.amazonaws.com',
    path,
    query: parameters,
    headers: { host: 'example.amazonaws.com', ...headers },
    body,
  }
  const signed = await smithy[how](request, { signingDate: new Date(nowMs) })
  const sent = new URLSearchParams()
  for (const [name, values] of Object.entries(signed.query ?? {})) for (const value of [values ?? ''].flat()) sent.append(name, value)
  const sentQuery = sent.toString().replaceAll('+', '%20')
  return { method, path, query: sentQuery, headers: lowerCase(signed.headers), sentBody: Buffer.from(body) }
}

const text = fc.string({ maxLength: 12 })
const plain = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  // As it is in an address: encoded.
  path: fc.array(fc.string({ minLength: 1, maxLength: 8 })).map(
    (parts) =>
      `/${parts
        .map((part) => encodeURIComponent(part))
        .filter((part) => !/^\.+$/.test(part))
        .join('/')}`,
  ),
  query: fc
    .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), text), { selector: ([name]) => name })
    .map((pairs) => new URLSearchParams(pairs).toString().replaceAll('+', '%20')),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b', 'x-amz-target', 'x-spaces'), fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)),
  body: text,
})

test('What two independent signers sign is verified, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(plain, async (request) => {
      assert.equal(refusal(byAws4(request)), undefined, 'aws4')
      assert.equal(refusal(await bySmithy(request, 'sign')), undefined, 'the SDK')
      assert.equal(refusal(await bySmithy({ ...request, body: '' }, 'presign')), undefined, 'in the address')
    }),
    { numRuns: 200 },
  )
})

const request: Plain = {
  method: 'POST',
  path: '/',
  query: 'a=b',
  headers: { 'X-Amz-Target': 'DynamoDB_20120810.GetItem', 'X-Unsigned': 'c' },
  body: '{}',
}
const mismatch =
  'InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

test('Nothing that is signed can be changed', () => {
  const signed = byAws4(request)
  const { headers } = signed
  const changes: readonly Partial<SignedRequest>[] = [
    { method: 'PUT' },
    { path: '/x' },
    { query: 'a=c' },
    { query: 'a=b&c' },
    { query: '' },
    { headers: { ...headers, host: 'example.amazonaws.com:80' } },
    { headers: { ...headers, 'x-amz-target': 'DynamoDB_20120810.DeleteTable' } },
    { headers: { ...headers, 'x-amz-target': undefined } },
    { headers: { ...headers, 'x-amz-date': '20150830T123601Z' } },
    { repeated: new Map([['x-amz-target', ['DynamoDB_20120810.GetItem', 'DynamoDB_20120810.DeleteTable']]]) },
    { sentBody: Buffer.from('{ }') },
    { sentBody: Buffer.of() },
  ]
  for (const change of changes) assert.equal(refusal({ ...signed, ...change }), mismatch, JSON.stringify(change))
  assert.equal(refusal(signed, { secret: `${credentials.secretAccessKey}x` }), mismatch)
  for (const signature of ['', 'x', '0'.repeat(64), '0'.repeat(63), `${'0'.repeat(64)}0`, 'é'.repeat(64)]) {
    const authorization = String(headers.authorization).replace(/Signature=.*/, `Signature=${signature}`)
    assert.notEqual(refusal({ ...signed, headers: { ...headers, authorization } }), undefined, signature)
  }
  const { authorization } = headers
  for (const [from, to] of [
    ['us-east-1', 'us-east-2'],
    ['host;', ''],
    ['SignedHeaders=', 'SignedHeaders=x-other;'],
  ] as const) {
    assert.notEqual(refusal({ ...signed, headers: { ...headers, authorization: String(authorization).replace(from, to) } }), undefined, to)
  }
})

test('Headers that are not signed may come and go, and order, case and spaces of what is signed are the same to all', () => {
  const signed = byAws4({ ...request, headers: { 'X-List': 'a  b   c' } })
  assert.equal(refusal({ ...signed, headers: { ...signed.headers, 'x-new': 'a' } }), undefined)
  assert.equal(refusal({ ...signed, headers: { ...signed.headers, 'x-list': 'a b c' } }), undefined)
  const authorization = String(signed.headers.authorization)
  const [, list = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? []
  const turned = authorization.replace(list, list.toUpperCase().split(';').toReversed().join(';'))
  assert.equal(refusal({ ...signed, headers: { ...signed.headers, authorization: turned } }), undefined)
})

test('A hash of the body that the client states must be the one of the body', () => {
  const hash = createHash('sha256').update('{}').digest('hex')
  const stated = (value: string) => byAws4({ ...request, headers: { 'X-Amz-Content-Sha256': value } })
  assert.equal(refusal(stated(hash)), undefined)
  assert.equal(refusal(stated('0'.repeat(64))), mismatch)
  assert.equal(refusal(stated('UNSIGNED-PAYLOAD')), mismatch)
})

test('A signature is good for fifteen minutes to either side, to the second', () => {
  const signed = byAws4(request)
  const minute = 60_000
  for (const atMs of [nowMs - 15 * minute, nowMs + 15 * minute, nowMs + 15 * minute + 999])
    assert.equal(refusal(signed, { atMs }), undefined)
  assert.equal(
    refusal(signed, { atMs: nowMs + 15 * minute + 1000 }),
    'InvalidSignatureException: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)',
  )
  assert.equal(
    refusal(signed, { atMs: nowMs - 15 * minute - 1 }),
    'InvalidSignatureException: Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)',
  )
})

test('A signature in an address lasts as long as it says', async () => {
  const signed = await bySmithy({ ...request, body: '' }, 'presign')
  assert.match(signed.query, /X-Amz-Expires=3600/)
  assert.equal(refusal(signed, { atMs: nowMs + 3_600_000 }), undefined)
  assert.equal(
    refusal(signed, { atMs: nowMs + 3_601_000 }),
    'InvalidSignatureException: Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T133601Z - 60 min.)',
  )
  for (const expires of ['0', '-1', '604801', 'x', '1.5', '']) {
    const said = refusal({ ...signed, query: signed.query.replace('Expires=3600', `Expires=${expires}`) })
    assert.equal(said, `IncompleteSignatureException: X-Amz-Expires must be a number of seconds from 1 to 604800. Got '${expires}'. `)
  }
})

test("Steps come in AWS's order, and one error names all that is wrong with a scope", () => {
  const scope = 'AKIDEXAMPLE/20150829/nowhere/other/aws5_request'
  const wrong = (change: (authorization: string) => string, date = amzDate): string | undefined => {
    const authorization = change(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`)
    const verifier = new Verifier()
    const signed = { ...byAws4(request), headers: { host: 'a', authorization, 'x-amz-date': date } }
    try {
      verifier.read(signed, { service: 'dynamodb', isRegion: () => false }, nowMs)
      return undefined
    } catch (error) {
      return String(error)
    }
  }
  const everything = (authorization: string): string => authorization.replace('SHA256', 'MD5').replace('host', 'x').replace('/other', '')
  assert.match(
    String(wrong((authorization) => `${everything(authorization)}, x`, 'today')),
    /'x' not a valid key=value pair \(missing equal-sign\)/,
  )
  assert.match(String(wrong(everything, 'today')), /Date must be in ISO-8601 'basic format'. Got 'today'/)
  assert.match(String(wrong(everything, '20151330T123600Z')), /Date must be in ISO-8601/)
  assert.match(String(wrong(everything, '20150830T120000Z')), /Signature expired/)
  assert.match(String(wrong(everything)), /'Host' must be a 'SignedHeader' in the AWS Authorization\.$/)
  const hostSigned = (authorization: string): string => everything(authorization).replace('SignedHeaders=x', 'SignedHeaders=host')
  assert.match(String(wrong(hostSigned)), /Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5' \(only AWS4-HMAC-SHA256 for now\)\. $/)
  assert.match(
    String(wrong((text) => hostSigned(text).replace('MD5', 'SHA256'))),
    /Credential must have exactly 5 slash-delimited elements/,
  )
  assert.equal(
    wrong((text) => text),
    "InvalidSignatureException: Credential should be scoped to a valid region, not 'nowhere'. Credential should be scoped to correct service: 'dynamodb'. " +
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. " +
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '${amzDate}'.`,
  )
})

test('A new secret for a key holds at once', () => {
  const verifier = new Verifier()
  const signed = byAws4(request)
  const verify = (secret: string): void =>
    verifier.verify(signed, verifier.read(signed, { ...everyRegion, service: 'service' }, nowMs), secret)
  verify(credentials.secretAccessKey)
  verify(credentials.secretAccessKey)
  assert.throws(() => verify('another'), { name: 'InvalidSignatureException' })
  verify(credentials.secretAccessKey)
})

test('Addresses have one canonical form', () => {
  for (const [path, canonical] of [
    ['/', '/'],
    ['//', '/'],
    ['/example/..', '/'],
    ['/example1/example2/../..', '/'],
    ['/./', '/'],
    ['/./example', '/example'],
    ['//example//', '/example/'],
    ['/example/.', '/example/'],
    ['/2015-03-31/functions/arn%3Aaws%3Alambda/x', '/2015-03-31/functions/arn%253Aaws%253Alambda/x'],
    ["/-._~0aZ!'()*", '/-._~0aZ%21%27%28%29%2A'],
    ['/\u00e1\u0088\u00b4', '/%E1%88%B4'],
  ] as const) {
    assert.equal(canonicalPath(path), canonical, path)
  }
  for (const [query, canonical] of [
    ['', ''],
    ['Param2=value2&Param1=value1', 'Param1=value1&Param2=value2'],
    ['Param1=value2&Param1=Value1', 'Param1=Value1&Param1=value2'],
    ['Param1&a-=1&a=2&', 'Param1=&a=2&a-=1'],
    ['x=%2d%2F%2f~&y=a+b=c', 'x=-%2F%2F~&y=a%2Bb%3Dc'],
    ['\u00e1\u0088\u00b4=bar&%zz=1', '%25zz=1&%E1%88%B4=bar'],
    ['X-Amz-Signature=0&X-Amz-Date=1', 'X-Amz-Date=1'],
  ] as const) {
    assert.equal(canonicalQuery(query), canonical, query)
  }
})

test('Headers that came several times are signed as a list, in the order in which they came', () => {
  const repeated = new Map([['my-header1', ['value2', ' value1 ', 'a  b']]])
  const headers = { host: 'example.amazonaws.com', 'my-header1': 'value2, value1, a  b' }
  const signed = canonicalRequest(
    { method: 'GET', path: '/', query: '', headers, repeated, sentBody: Buffer.of() },
    ['host', 'my-header1'],
    'h',
  )
  assert.equal(signed, 'GET\n/\n\nhost:example.amazonaws.com\nmy-header1:value2,value1,a b\n\nhost;my-header1\nh')
})
