/** Every field of a signature by itself, missing, empty, twice or wrong: what a server with `--auth iam` says to it (iam-and-sigv4.md §1.3). */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import aws4 from 'aws4'
import { type Credentials, IamServer, region, rootKey } from '../harness/iam-server.ts'

interface Sent {
  readonly headers: { [name: string]: string | string[] }
  body: string
  path: string
}

let server: IamServer
let session: Credentials
let host: string

before(async () => {
  server = await IamServer.open()
  host = new URL(server.server.endpoint).host
  session = await server.session(rootKey, 'GetSessionToken')
})
after(() => server.close())

const target = 'DynamoDB_20120810.ListTables'

function signed({ accessKeyId, secretAccessKey, sessionToken }: Credentials): Sent {
  const headers = { 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.0' }
  const asked = { service: 'dynamodb', region, method: 'POST', host, path: '/', headers, body: '{}' }
  const made = aws4.sign(asked, { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) })
  return { headers: { ...(made.headers as { [name: string]: string }) }, body: '{}', path: '/' }
}

/** In the address. */
function presigned(credentials: Credentials, expires = '60'): Sent {
  const headers = { 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.0' }
  const path = `/?X-Amz-Expires=${expires}`
  const made = aws4.sign({ service: 'dynamodb', region, method: 'POST', host, path, headers, body: '{}', signQuery: true }, credentials)
  return { headers: { ...(made.headers as { [name: string]: string }) }, body: '{}', path: made.path ?? '' }
}

function send({ headers, body, path }: Sent): Promise<{ readonly type: string; readonly message: string }> {
  const { hostname, port } = new URL(server.server.endpoint)
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, path, method: 'POST', headers, setHost: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const { __type = '', message = '' } = text.startsWith('{') ? (JSON.parse(text) as { __type?: string; message?: string }) : {}
        resolve({ type: response.statusCode === 200 ? 'answered' : __type.split('#')[1] || `HTTP ${response.statusCode}`, message })
      })
    })
    sent.on('error', reject).end(body)
  })
}

const part = (name: string, to: string) => (sent: Sent) => {
  sent.headers['Authorization'] = String(sent.headers['Authorization']).replace(new RegExp(`${name}=[^,]*`), to)
}
const inCredential = (at: number, to: string) => (sent: Sent) => {
  sent.headers['Authorization'] = String(sent.headers['Authorization']).replace(
    /Credential=([^,]*)/,
    (_, credential: string) => `Credential=${credential.split('/').with(at, to).join('/')}`,
  )
}
const header = (name: string, to: string | readonly string[] | undefined) => (sent: Sent) => {
  for (const known of Object.keys(sent.headers)) if (known.toLowerCase() === name.toLowerCase()) delete sent.headers[known]
  if (to !== undefined) sent.headers[name] = typeof to === 'string' ? to : [...to]
}
const parameter = (name: string, to: string | undefined) => (sent: Sent) => {
  const address = new URL(sent.path, 'http://a')
  if (to === undefined) address.searchParams.delete(name)
  else address.searchParams.set(name, to)
  sent.path = `/${address.search}`
}

const mismatch = /^The request signature we calculated does not match the signature you provided\./
const unknownKey = /^The security token included in the request is invalid\.$/
const badToken = /^The security token included in the request is invalid$/

type Case = readonly [what: string, change: (sent: Sent) => void, type: string, message: RegExp]

const inHeader: readonly Case[] = [
  [
    'no Authorization',
    header('Authorization', undefined),
    'MissingAuthenticationTokenException',
    /^Request is missing Authentication Token$/,
  ],
  ['an empty Authorization', header('Authorization', ''), 'MissingAuthenticationTokenException', /^Request is missing/],
  ['another scheme', header('Authorization', 'Bearer x'), 'MissingAuthenticationTokenException', /^Request is missing/],
  [
    'another algorithm',
    (sent) => part('AWS4-HMAC-SHA256 Credential', '')(sent),
    'MissingAuthenticationTokenException',
    /^Request is missing/,
  ],
  [
    'an algorithm of elliptic curves',
    (sent) => header('Authorization', String(sent.headers['Authorization']).replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'))(sent),
    'IncompleteSignatureException',
    /^Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' \(only AWS4-HMAC-SHA256 for now\)\. $/,
  ],
  ['no Credential', part('Credential', ''), 'IncompleteSignatureException', /^Authorization header requires 'Credential' parameter\. /],
  ['an empty Credential', part('Credential', 'Credential='), 'IncompleteSignatureException', /^Authorization header requires 'Credential'/],
  [
    'a Credential without its parts',
    part('Credential', 'Credential=key'),
    'IncompleteSignatureException',
    /^Credential must have exactly 5/,
  ],
  ['a Credential of six parts', inCredential(4, 'a/b'), 'IncompleteSignatureException', /^Credential must have exactly 5/],
  ['an unknown key id', inCredential(0, 'AKIAUNKNOWNUNKNOWN12'), 'UnrecognizedClientException', unknownKey],
  ['an empty key id', inCredential(0, ''), 'UnrecognizedClientException', unknownKey],
  ['a key id in another case', inCredential(0, rootKey.accessKeyId.toUpperCase()), 'UnrecognizedClientException', unknownKey],
  ['another day', inCredential(1, '20200101'), 'InvalidSignatureException', /^Date in Credential scope does not match YYYYMMDD/],
  ['no day', inCredential(1, ''), 'InvalidSignatureException', /^Date in Credential scope does not match YYYYMMDD/],
  ['another region', inCredential(2, 'eu-west-1'), 'InvalidSignatureException', mismatch],
  [
    'a region that is none',
    inCredential(2, 'nowhere!'),
    'InvalidSignatureException',
    /^Credential should be scoped to a valid region, not 'nowhere!'\. $/,
  ],
  [
    'another service',
    inCredential(3, 's3'),
    'InvalidSignatureException',
    /^Credential should be scoped to correct service: 'dynamodb'\. $/,
  ],
  ['another end', inCredential(4, 'aws5_request'), 'InvalidSignatureException', /^Credential should be scoped with a valid terminator/],
  ['no SignedHeaders', part('SignedHeaders', ''), 'IncompleteSignatureException', /^Authorization header requires 'SignedHeaders'/],
  [
    'SignedHeaders without Host',
    part('SignedHeaders', 'SignedHeaders=x-amz-date'),
    'InvalidSignatureException',
    /^'Host' must be a 'SignedHeader'/,
  ],
  [
    'SignedHeaders with one that is not there',
    part('SignedHeaders', 'SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-target;x-no'),
    'InvalidSignatureException',
    mismatch,
  ],
  [
    'SignedHeaders without the target',
    part('SignedHeaders', 'SignedHeaders=content-length;content-type;host;x-amz-date'),
    'InvalidSignatureException',
    mismatch,
  ],
  ['no Signature', part('Signature', ''), 'IncompleteSignatureException', /^Authorization header requires 'Signature'/],
  ['an empty Signature', part('Signature', 'Signature='), 'IncompleteSignatureException', /^Authorization header requires 'Signature'/],
  ['a Signature of zeros', part('Signature', `Signature=${'0'.repeat(64)}`), 'InvalidSignatureException', mismatch],
  ['a Signature that is too short', part('Signature', 'Signature=0'), 'InvalidSignatureException', mismatch],
  [
    'a Signature in upper case',
    (sent) =>
      header(
        'Authorization',
        String(sent.headers['Authorization']).replace(/Signature=.*/, (text) => `Signature=${text.slice(10).toUpperCase()}`),
      )(sent),
    'InvalidSignatureException',
    mismatch,
  ],
  [
    'a part that is none',
    (sent) => header('Authorization', `${sent.headers['Authorization']}, x`)(sent),
    'IncompleteSignatureException',
    /^'x' not a valid key=value pair/,
  ],
  [
    'no X-Amz-Date',
    header('X-Amz-Date', undefined),
    'IncompleteSignatureException',
    /requires existence of either a 'X-Amz-Date' or a 'Date' header/,
  ],
  [
    'an empty X-Amz-Date',
    header('X-Amz-Date', ''),
    'IncompleteSignatureException',
    /requires existence of either a 'X-Amz-Date' or a 'Date' header/,
  ],
  [
    'an X-Amz-Date that is none',
    header('X-Amz-Date', 'today'),
    'IncompleteSignatureException',
    /^Date must be in ISO-8601 'basic format'\. Got 'today'/,
  ],
  [
    'an X-Amz-Date of a thirteenth month',
    header('X-Amz-Date', '20261301T000000Z'),
    'IncompleteSignatureException',
    /^Date must be in ISO-8601/,
  ],
  [
    'an X-Amz-Date long ago',
    header('X-Amz-Date', '20200101T000000Z'),
    'InvalidSignatureException',
    /^Signature expired: 20200101T000000Z is now earlier than/,
  ],
  [
    'an X-Amz-Date to come',
    header('X-Amz-Date', '20990101T000000Z'),
    'InvalidSignatureException',
    /^Signature not yet current: 20990101T000000Z is still later than/,
  ],
  [
    'a Date in place of X-Amz-Date',
    (sent) => {
      header('X-Amz-Date', undefined)(sent)
      header('Date', new Date().toUTCString())(sent)
    },
    'IncompleteSignatureException',
    /^Date must be in ISO-8601/,
  ],
  ['another Host', header('Host', 'localhost:1'), 'InvalidSignatureException', mismatch],
  ['another X-Amz-Target', header('X-Amz-Target', 'DynamoDB_20120810.DescribeLimits'), 'InvalidSignatureException', mismatch],
  ['another Content-Type', header('Content-Type', 'application/json'), 'InvalidSignatureException', mismatch],
  [
    'two X-Amz-Date',
    (sent) => header('X-Amz-Date', [String(sent.headers['X-Amz-Date']), String(sent.headers['X-Amz-Date'])])(sent),
    'IncompleteSignatureException',
    /^Date must be in ISO-8601|not a valid/,
  ],
  ['a hash of another body', header('X-Amz-Content-Sha256', '0'.repeat(64)), 'InvalidSignatureException', mismatch],
  ['an unsigned body', header('X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'), 'InvalidSignatureException', mismatch],
  ['a chunked body', header('X-Amz-Content-Sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'), 'InvalidSignatureException', mismatch],
  ['another body', (sent) => (sent.body = '[]'), 'InvalidSignatureException', mismatch],
  ['a token beside a lasting key', header('X-Amz-Security-Token', 'x'), 'UnrecognizedClientException', badToken],
  [
    'a signature in the address besides',
    (sent) => (sent.path = '/?X-Amz-Algorithm=AWS4-HMAC-SHA256'),
    'InvalidSignatureException',
    /^Found both 'X-Amz-Algorithm'/,
  ],
]

const ofSession: readonly Case[] = [
  ['no token', header('X-Amz-Security-Token', undefined), 'UnrecognizedClientException', unknownKey],
  ['an empty token', header('X-Amz-Security-Token', ''), 'UnrecognizedClientException', badToken],
  [
    'a token that is cut',
    (sent) => header('X-Amz-Security-Token', String(sent.headers['X-Amz-Security-Token']).slice(0, -4))(sent),
    'UnrecognizedClientException',
    badToken,
  ],
  ['another key id', inCredential(0, 'ASIAUNKNOWNUNKNOWN12'), 'UnrecognizedClientException', badToken],
]

const inAddress: readonly Case[] = [
  ...(['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'] as const).map(
    (name): Case =>
      name === 'Algorithm'
        ? [`no X-Amz-${name}`, parameter(`X-Amz-${name}`, undefined), 'MissingAuthenticationTokenException', /^Request is missing/]
        : [
            `no X-Amz-${name}`,
            parameter(`X-Amz-${name}`, undefined),
            'IncompleteSignatureException',
            new RegExp(`must include 'X-Amz-${name}'`),
          ],
  ),
  ['another X-Amz-Signature', parameter('X-Amz-Signature', '0'.repeat(64)), 'InvalidSignatureException', mismatch],
  ['an X-Amz-Date long ago', parameter('X-Amz-Date', '20200101T000000Z'), 'InvalidSignatureException', /^Signature expired/],
  ['a longer X-Amz-Expires', parameter('X-Amz-Expires', '3600'), 'InvalidSignatureException', mismatch],
  ['an X-Amz-Expires over a week', parameter('X-Amz-Expires', '604801'), 'IncompleteSignatureException', /^X-Amz-Expires must be/],
  ['an X-Amz-Expires that is none', parameter('X-Amz-Expires', 'x'), 'IncompleteSignatureException', /^X-Amz-Expires must be/],
  ['another parameter', parameter('x', 'y'), 'InvalidSignatureException', mismatch],
  ['a token that is none', parameter('X-Amz-Security-Token', 'x'), 'InvalidSignatureException', mismatch],
]

describe('A signature', () => {
  test('that is right is answered, in the header, in the address and of a session', async () => {
    for (const sent of [signed(rootKey), presigned(rootKey), signed(session)]) assert.equal((await send(sent)).type, 'answered')
  })

  for (const [form, cases, make] of [
    ['in the header', inHeader, () => signed(rootKey)],
    ['of a session', ofSession, () => signed(session)],
    ['in the address', inAddress, () => presigned(rootKey)],
  ] as const) {
    for (const [what, change, type, message] of cases) {
      test(`${form} with ${what}`, async () => {
        const sent = make()
        change(sent)
        const said = await send(sent)
        assert.equal(said.type, type, said.message)
        assert.match(said.message, message)
      })
    }
  }
})
