import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock } from '../../base/clock.ts'
import { createSigner } from '../load/signing.ts'
import { credentialsOfProfile, findEndpoint, findRegion, isLoopbackName } from './endpoint.ts'

/** No credentials but those that a test gives. */
const nothing = { AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' }
const keys = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' }

test('without anything said, the endpoint is where Stator is, with credentials that it takes', async () => {
  const { url, region, credentials, isLoopback } = await findEndpoint({}, nothing)
  assert.deepEqual([url.origin, region, credentials.accessKeyId, isLoopback], ['http://127.0.0.1:8000', 'us-east-1', 'local', true])
})

test('what is given wins over the environment, and a region in the address over none', async () => {
  const environment = { ...nothing, ...keys, AWS_ENDPOINT_URL: 'http://a:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://b:2' }
  assert.equal((await findEndpoint({}, environment)).url.host, 'b:2')
  const given = { endpoint: 'https://dynamodb.eu-west-3.amazonaws.com' }
  const found = await findEndpoint(given, environment)
  assert.deepEqual([found.url.host, found.region, found.isLoopback], ['dynamodb.eu-west-3.amazonaws.com', 'eu-west-3', false])
  assert.equal((await findEndpoint(given, { ...environment, AWS_REGION: 'us-west-2' })).region, 'us-west-2')
  assert.equal((await findEndpoint({ ...given, region: 'x' }, { ...environment, AWS_REGION: 'us-west-2' })).region, 'x')
})

test('credentials come from a profile that is named, the environment, or the default profile', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-load-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'credentials')
  writeFileSync(
    path,
    '[default]\naws_access_key_id = D\naws_secret_access_key=d\n\n[ work ]\naws_access_key_id=W\naws_secret_access_key=w=\n',
  )
  const idOf = async (profile: string | undefined, environment: { [name: string]: string }): Promise<string> =>
    (await findEndpoint({ ...(profile !== undefined && { profile }) }, { AWS_SHARED_CREDENTIALS_FILE: path, ...environment })).credentials
      .accessKeyId
  assert.equal(await idOf(undefined, {}), 'D')
  assert.equal(await idOf(undefined, keys), 'AKID')
  assert.equal(await idOf('work', keys), 'W')
  assert.equal(await idOf(undefined, { AWS_PROFILE: 'work' }), 'W')
  // AWS_PROFILE may be one of SSO, which a server on this machine need not know.
  assert.equal(await idOf(undefined, { AWS_PROFILE: 'sso' }), 'local')
  await assert.rejects(idOf('nobody', keys), { message: `There are no credentials of a profile nobody in ${path}.` })
})

test('the region of AWS is what is given, the environment, or the profile, as the SDKs have it; and there is none by default', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-region-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [config, credentials] = ['config', 'credentials'].map((name) => join(folder, name)) as [string, string]
  writeFileSync(config, '[default]\nregion = eu-west-1\n[profile  work]\nregion=eu-west-2\n[other]\nregion = wrong\n')
  writeFileSync(credentials, '[other]\nregion = eu-west-3\n[work]\nregion = wrong\n')
  const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials }
  assert.equal(await findRegion({}, files), 'eu-west-1')
  assert.equal(await findRegion({ profile: 'work' }, files), 'eu-west-2')
  assert.equal(await findRegion({}, { ...files, AWS_PROFILE: 'other' }), 'eu-west-3')
  assert.equal(await findRegion({ profile: 'work' }, { ...files, AWS_DEFAULT_REGION: 'sa-east-1' }), 'sa-east-1')
  assert.equal(await findRegion({}, { ...files, AWS_DEFAULT_REGION: 'sa-east-1', AWS_REGION: 'us-west-2' }), 'us-west-2')
  assert.equal(await findRegion({ region: 'x-1' }, { ...files, AWS_REGION: 'us-west-2' }), 'x-1')
  await assert.rejects(findRegion({}, { AWS_CONFIG_FILE: '/nonexistent', ...nothing }), {
    message: 'Nothing says in which region of AWS the table is: set AWS_REGION, or say --region, or aws:REGION:TABLE.',
  })
})

test('a credentials file is read by its sections', () => {
  const text =
    '# c\r\n[a]\r\naws_access_key_id = A\r\naws_secret_access_key = s\r\naws_session_token = t==\r\n[b]\r\naws_access_key_id = B\r\n'
  assert.deepEqual(credentialsOfProfile(text, 'a'), { accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't==' })
  assert.equal(credentialsOfProfile(text, 'b'), undefined)
  assert.equal(credentialsOfProfile(text, 'c'), undefined)
})

test('another machine needs credentials, and an address must be one', async () => {
  await assert.rejects(findEndpoint({ endpoint: 'https://db.example.com' }, nothing), {
    message:
      'db.example.com needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a --profile of the credentials file.',
  })
  for (const endpoint of ['localhost:8000', 'file:///x', 'x']) {
    await assert.rejects(findEndpoint({ endpoint }, nothing), {
      message: `'${endpoint}' is not the address of an endpoint, such as http://127.0.0.1:8000.`,
    })
  }
})

test('only addresses of this machine are loopback', () => {
  for (const name of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]', 'db.localhost']) assert(isLoopbackName(name), name)
  for (const name of ['10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com', '1127.0.0.1']) assert(!isLoopbackName(name), name)
})

test('on this machine a plausible header is made once a second', async () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 22, 10, 0, 0, 500))
  const sign = await createSigner(await findEndpoint({ region: 'eu-west-1' }, { ...nothing, ...keys }), clock)
  const first = sign('GetItem', '{"é":1}')
  assert.equal(first['X-Amz-Target'], 'DynamoDB_20120810.GetItem')
  assert.equal(first['Content-Length'], '8')
  assert.equal(first['X-Amz-Date'], '20261122T100000Z')
  assert.match(
    first['Authorization'] ?? '',
    /^AWS4-HMAC-SHA256 Credential=AKID\/20261122\/eu-west-1\/dynamodb\/aws4_request, SignedHeaders=/,
  )
  clock.advance(999)
  assert.equal(sign('GetItem', '')['X-Amz-Date'], '20261122T100000Z')
  clock.advance(1)
  assert.equal(sign('GetItem', '')['X-Amz-Date'], '20261122T100001Z')
})

test('for another machine each request is signed for its body', async () => {
  const endpoint = await findEndpoint({ endpoint: 'https://db.example.com', region: 'eu-west-1' }, { ...keys, AWS_SESSION_TOKEN: 'token' })
  const sign = await createSigner(endpoint, new ManualClock(0))
  const signatures = ['{}', '{"a":1}'].map((body) => {
    const headers = sign('PutItem', body)
    assert.equal(headers['X-Amz-Security-Token'], 'token')
    assert.equal(headers['Host'], 'db.example.com')
    const found = /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/dynamodb\/aws4_request, .*Signature=([0-9a-f]{64})$/
    return found.exec(headers['Authorization'] ?? '')?.[1]
  })
  assert(signatures[0] !== undefined && signatures[0] !== signatures[1])
})
