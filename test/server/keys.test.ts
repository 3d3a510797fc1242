/** A server with `--auth keys`: whose requests it answers, over HTTP, by the SDK's clients, another signer and curl-like signing. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams'
import aws4 from 'aws4'
import type { Caller } from '../../src/policies/caller.ts'
import { rootOf } from '../../src/policies/caller.ts'
import type { Identities } from '../../src/policies/identities.ts'
import { FileIdentities, readKeys } from '../../src/server/auth/key-file.ts'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { testStorage } from '../harness/test-storage.ts'

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const account = '123456789012'
const keys = JSON.stringify({ keys: [{ ...credentials, userName: 'alice' }] })

/** Besides the keys of a file, temporary credentials of three kinds. */
class WithSessions implements Identities {
  readonly #file = new FileIdentities()
  constructor() {
    this.#file.replace(readKeys(keys, account))
  }
  keyOf(accessKeyId: string): ReturnType<Identities['keyOf']> {
    return this.#file.keyOf(accessKeyId)
  }
  sessionOf(_accessKeyId: string, token: string): ReturnType<Identities['sessionOf']> {
    if (token === 'expired') return { kind: 'expired' }
    if (token !== 'good') return { kind: 'invalid' }
    const session = { issuedAtMs: 0, expiresAtMs: 1, policies: [], policyArns: [], tags: new Map(), transitiveTagKeys: [] }
    const caller: Caller = { ...rootOf(account), session }
    return { kind: 'session', secretAccessKey: credentials.secretAccessKey, caller }
  }
}

describe('A server that verifies signatures', () => {
  let server: RunningServer
  let client: ReturnType<typeof clientOptions>

  const clientOptions = (more: object = {}) => ({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { ...credentials },
    maxAttempts: 1,
    ...more,
  })

  before(async () => {
    const identities = () => new WithSessions()
    server = await startServer({
      storage: testStorage('steady'),
      identities,
      isTestCluster: true,
      jobs: 'manual',
      port: 0,
      crossOrigin: false,
      log: () => {},
    })
    client = clientOptions()
  })

  after(() => server.close())

  interface Signed {
    readonly service?: string
    readonly method?: string
    readonly path?: string
    readonly target?: string
    readonly body?: string | Buffer
    readonly headers?: { readonly [name: string]: string }
    readonly by?: object
    readonly signQuery?: boolean
  }

  /** Signs with aws4 and sends. `change` is what is sent otherwise than it was signed. */
  async function ask(
    asked: Signed,
    change: { readonly [name: string]: string | undefined } = {},
  ): Promise<{ status: number; body: string; type: string | null }> {
    const {
      service = 'dynamodb',
      method = 'POST',
      path = '/',
      target = 'DynamoDB_20120810.ListTables',
      body = '{}',
      headers = {},
      by = credentials,
      signQuery,
    } = asked
    const { host } = new URL(server.endpoint)
    const given = { 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.0', ...headers }
    const request = { service, region: 'us-east-1', method, host, path, headers: given, body, ...(signQuery && { signQuery }) }
    const signed = aws4.sign(request as unknown as Parameters<typeof aws4.sign>[0], by as typeof credentials)
    const sent = Object.entries({ ...signed.headers, ...change }).filter(
      ([name, value]) => value !== undefined && !/^(host|content-length)$/i.test(name),
    )
    const response = await fetch(`${server.endpoint}${signed.path ?? path}`, {
      method,
      headers: sent as [string, string][],
      ...(method !== 'GET' && { body }),
    })
    return { status: response.status, body: await response.text(), type: response.headers.get('x-amzn-errortype') }
  }

  async function refused(
    asked: Signed,
    change: { readonly [name: string]: string | undefined } = {},
  ): Promise<readonly [number, string, string]> {
    const { status, body } = await ask(asked, change)
    const { __type, message } = JSON.parse(body)
    return [status, __type, message]
  }

  const mismatch = [
    400,
    'com.amazon.coral.service#InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  ]

  test('The clients of the SDK and aws4 are answered, with each of the services at the port', async () => {
    const dynamodb = new DynamoDBClient(client)
    const { status } = await ask({ target: 'DynamoDB_20120810.CreateTable', body: JSON.stringify(onDemandTable('Music', { pk: 'S' })) })
    assert.equal(status, 200)
    await dynamodb.send(new PutItemCommand({ TableName: 'Music', Item: { pk: { S: 'ä  ü' }, large: { S: 'x'.repeat(300_000) } } }))
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'Music', Key: { pk: { S: 'ä  ü' } } }))
    assert.equal(Item?.pk?.S, 'ä  ü')
    await new DynamoDBStreamsClient(client).send(new ListStreamsCommand({}))
    await new CloudWatchClient(client).send(new ListMetricsCommand({}))
    dynamodb.destroy()
  })

  test('A request whose signature is in its address is answered, and so is one whose body is compressed', async () => {
    assert.equal((await ask({ signQuery: true })).status, 200)
    const body = gzipSync('{}')
    assert.equal((await ask({ body, headers: { 'Content-Encoding': 'gzip' } })).status, 200)
  })

  test('Whoever is not known, or signs with another secret, is refused', async () => {
    const unknown = [400, 'com.amazon.coral.service#UnrecognizedClientException', 'The security token included in the request is invalid.']
    assert.deepEqual(await refused({ by: { ...credentials, accessKeyId: 'AKIAXXXXXXXXXXXXXXXX' } }), unknown)
    assert.deepEqual(await refused({ by: { ...credentials, accessKeyId: 'ASIAXXXXXXXXXXXXXXXX' } }), unknown)
    assert.deepEqual(await refused({ by: { ...credentials, secretAccessKey: 'x' } }), mismatch)
    const client = new DynamoDBClient(clientOptions({ credentials: { ...credentials, secretAccessKey: 'x' } }))
    await assert.rejects(client.send(new ListTablesCommand({})), { name: 'InvalidSignatureException' })
  })

  test('What is signed cannot be exchanged, and what is signed for another service is not answered', async () => {
    assert.deepEqual(await refused({}, { 'X-Amz-Target': 'DynamoDB_20120810.DescribeLimits' }), mismatch)
    assert.deepEqual(await refused({ service: 'monitoring' }), [
      400,
      'com.amazon.coral.service#InvalidSignatureException',
      "Credential should be scoped to correct service: 'dynamodb'. ",
    ])
    assert.match(
      String(await refused({}, { Authorization: undefined })),
      /MissingAuthenticationTokenException,Request is missing Authentication Token$/,
    )
  })

  test('Temporary credentials need their token, and a token needs them', async () => {
    const temporary = { ...credentials, accessKeyId: 'ASIAXXXXXXXXXXXXXXXX' }
    assert.equal((await ask({ by: { ...temporary, sessionToken: 'good' } })).status, 200)
    assert.equal((await ask({ by: { ...temporary, sessionToken: 'good' }, signQuery: true })).status, 200)
    const invalid = [400, 'com.amazon.coral.service#UnrecognizedClientException', 'The security token included in the request is invalid']
    assert.deepEqual(await refused({ by: { ...temporary, sessionToken: 'bad' } }), invalid)
    assert.deepEqual(await refused({ by: { ...credentials, sessionToken: 'good' } }), invalid)
    assert.deepEqual(await refused({ by: { ...temporary, sessionToken: 'expired' } }), [
      400,
      'com.amazon.coral.service#ExpiredTokenException',
      'The security token included in the request is expired',
    ])
    assert.deepEqual(await refused({ by: { ...temporary, secretAccessKey: 'x', sessionToken: 'good' } }), mismatch)
  })

  test('A stranger is refused before anything of the body is parsed, but for an operation that there is not', async () => {
    assert.match(String(await refused({ body: '{', by: { ...credentials, secretAccessKey: 'x' } })), /InvalidSignatureException/)
    assert.match(String(await refused({ body: '{' })), /SerializationException/)
    assert.match(String(await refused({ body: '{', target: 'DynamoDB_20120810.Nothing' })), /UnknownOperationException/)
  })

  test('A form is refused in XML, with the codes of its protocol', async () => {
    const form = {
      service: 'monitoring',
      body: 'Action=ListMetrics&Version=2010-08-01',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    }
    const asked = async (by: object): Promise<string> => {
      const { status, body } = await ask({ ...form, by }, { 'X-Amz-Target': undefined })
      return `${status} ${/<Code>(.*?)<\/Code>/.exec(body)?.[1] ?? ''}`
    }
    assert.equal(await asked({ ...credentials, accessKeyId: 'AKIAXXXXXXXXXXXXXXXX' }), '403 InvalidClientTokenId')
    assert.equal(await asked({ ...credentials, accessKeyId: 'ASIAXXXXXXXXXXXXXXXX', sessionToken: 'expired' }), '403 ExpiredToken')
    assert.equal(await asked({ ...credentials, secretAccessKey: 'x' }), '403 SignatureDoesNotMatch')
  })

  test('The control endpoint and the metrics answer what is signed for them, and health everybody', async () => {
    const plain = async (path: string): Promise<number> => (await fetch(`${server.endpoint}${path}`)).status
    assert.equal(await plain('/_stator/tables'), 403)
    assert.equal(await plain('/metrics'), 403)
    assert.equal(await plain('/health/live'), 200)
    const signed = { service: 'stator', method: 'GET', body: '' }
    assert.equal((await ask({ ...signed, path: '/_stator/patterns?table=Music' })).status, 200)
    assert.equal((await ask({ ...signed, path: '/metrics' })).status, 200)
    assert.equal((await ask({ service: 'stator', path: '/_stator/jobs/run', body: '{}' })).status, 200)
    assert.equal((await ask({ service: 'dynamodb', method: 'GET', body: '', path: '/_stator/tables' })).status, 403)
    assert.equal((await ask({ ...signed, path: '/_stator/tables' }, { Authorization: undefined })).status, 403)
  })
})

test('A file of keys says whose they are, and what is wrong with it', () => {
  const read = (value: unknown): ReturnType<typeof readKeys> => readKeys(JSON.stringify(value), account)
  assert.equal(readKeys(keys, account).get(credentials.accessKeyId)?.caller.arn, `arn:aws:iam::${account}:user/alice`)
  assert.match(readKeys(keys, account).get(credentials.accessKeyId)?.caller.userId ?? '', /^AIDA[A-Z0-9]{17}$/)
  assert.equal(read({ keys: [credentials] }).get(credentials.accessKeyId)?.caller.arn, `arn:aws:iam::${account}:root`)
  assert.equal(read({ keys: [] }).size, 0)
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [[], /^It must be a JSON object\.$/],
    [{}, /^"keys" must be a list\.$/],
    [{ keys: [], key: 1 }, /^The file has a member "key" that nobody knows\.$/],
    [{ keys: [1] }, /^Key 1 must be an object\.$/],
    [{ keys: [{ ...credentials, secret: 1 }] }, /^Key 1 has a member "secret" that nobody knows\.$/],
    [{ keys: [{ ...credentials, accessKeyId: 'short' }] }, /^"accessKeyId" of Key 1 must be 16 to 128/],
    [{ keys: [{ ...credentials, secretAccessKey: 'a b' }] }, /^"secretAccessKey" of Key 1 must be a text without spaces\.$/],
    [{ keys: [{ ...credentials, userName: 'a/b' }] }, /^"userName" of Key 1 must be 1 to 64/],
    [{ keys: [credentials, credentials] }, /^The access key id of Key 2, AKIAIOSFODNN7EXAMPLE, is there twice\.$/],
  ]
  for (const [value, message] of wrong) assert.throws(() => read(value), { message })
  assert.throws(() => readKeys('{', account), { message: 'It is not JSON.' })
})
