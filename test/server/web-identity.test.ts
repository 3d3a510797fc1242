/**
 * AssumeRoleWithWebIdentity at a server with `--auth iam`: whose token is believed, what a trust policy asks of it, and what the session
 * may then do. Tokens are signed here, as providers do; their time is the test's.
 */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { newSealingKey, SealingKeys } from '../../src/base/sealing.ts'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { testStorage } from '../harness/test-storage.ts'

const require = createRequire(import.meta.url)
const { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts')

const region = 'us-east-1'
const account = '123456789012'
const startMs = 1_795_341_600_000
const url = 'https://tokens.example.com/Tenant'
const provider = `arn:aws:iam::${account}:oidc-provider/tokens.example.com/Tenant`
let clock = new ManualClock(startMs)
const nowSeconds = (): number => Math.floor(clock.now() / 1000)

interface Claims {
  readonly [name: string]: unknown
}

interface Signer {
  readonly alg: string
  readonly kid?: string
  readonly hash: string
  readonly privateKey: KeyObject
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 })
const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const
const elliptic = Object.entries(curves).map(([alg, namedCurve]) => ({ alg, ...generateKeyPairSync('ec', { namedCurve }) }))
const jwks = {
  keys: [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r', use: 'sig' },
    ...elliptic.map(({ alg, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid: alg })),
    { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
  ],
}
const byRsa: Signer = { alg: 'RS256', kid: 'r', hash: 'sha256', privateKey: rsa.privateKey }

function signedBy({ alg, kid, hash, privateKey }: Signer, claims: Claims): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg, kid })}.${part(claims)}`
  return `${text}.${sign(hash, Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

function tokenOf(claims: Claims = {}, signer: Signer = byRsa): string {
  const seconds = nowSeconds()
  return signedBy(signer, { iss: url, aud: ['other', 'me'], sub: 'repo:own/app:main', iat: seconds, exp: seconds + 600, ...claims })
}

const trustPolicy = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Condition: { StringLike: { 'tokens.example.com/Tenant:sub': 'repo:own/*' }, StringEquals: { 'tokens.example.com/tenant:aud': 'me' } },
  },
}
const allow = (Action: string, Condition?: object): object => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource: '*', Condition },
})
const identities = {
  oidcProviders: [{ url, clientIds: ['me', 'you'], jwks }],
  roles: [
    {
      name: 'deployer',
      trustPolicy,
      inlinePolicies: { p: allow('dynamodb:ListTables', { StringEquals: { 'tokens.example.com/Tenant:sub': 'repo:own/app:main' } }) },
    },
    { name: 'plain', trustPolicy: { ...trustPolicy, Statement: { ...trustPolicy.Statement, Principal: { AWS: account } } } },
  ],
}
const RoleArn = `arn:aws:iam::${account}:role/deployer`

describe('AssumeRoleWithWebIdentity', () => {
  let server: RunningServer
  let folder: string
  let audited = ''
  const clients: { destroy(): void }[] = []
  const opened = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client)
    return client
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stator-web-identity-'))
    await writeFile(join(folder, 'token'), '')
  })
  after(() => rm(folder, { recursive: true }))
  beforeEach(async () => {
    clock = new ManualClock(startMs)
    audited = ''
    const sealing = new SealingKeys([newSealingKey(seededRandom(7))], systemRandom)
    server = await startServer({
      port: 0,
      storage: await testStorage(),
      clock,
      jobs: 'manual',
      crossOrigin: false,
      log: () => {},
      sealingKeys: async () => sealing,
      audit: {
        sink: {
          append: async (lines) => {
            audited += lines
          },
        },
        includesData: false,
      },
      access: {
        rootKey: { accessKeyId: 'root_key_of_the_test', secretAccessKey: 'secret of the root' },
        file: {
          follow: async (use) => use(JSON.stringify(identities)),
          textInFile: assert.fail,
          secretInVariable: assert.fail,
        },
      },
    })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    await server.close()
  })

  const assume = (WebIdentityToken: string, more: object = {}) =>
    opened(
      new STSClient({ endpoint: server.endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }),
    ).send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'now', WebIdentityToken, ...more }))
  const clientWith = (given: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }) => {
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given
    return opened(
      new DynamoDBClient({
        endpoint: server.endpoint,
        region,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
      }),
    )
  }

  test('A token that the provider signed lets its bearer into the role, whose policies know who that is', async () => {
    const answer = await assume(tokenOf())
    assert.deepEqual(
      [answer.SubjectFromWebIdentityToken, answer.Audience, answer.Provider, answer.AssumedRoleUser.Arn],
      ['repo:own/app:main', 'me', provider, `arn:aws:sts::${account}:assumed-role/deployer/now`],
    )
    await clientWith(answer.Credentials).send(new ListTablesCommand({}))
    const { Credentials } = await assume(tokenOf({ sub: 'repo:own/other:main' }))
    await assert.rejects(clientWith(Credentials).send(new ListTablesCommand({})), { name: 'AccessDeniedException' })
    clock.advance(60 * minuteMs)
    await assert.rejects(clientWith(answer.Credentials).send(new ListTablesCommand({})), { name: 'ExpiredTokenException' })
  })

  test('Every signature that AWS takes is taken', async () => {
    for (const bits of ['256', '384', '512']) await assume(tokenOf({}, { ...byRsa, alg: `RS${bits}`, hash: `sha${bits}` }))
    for (const { alg, privateKey } of elliptic) await assume(tokenOf({}, { alg, kid: alg, hash: `sha${alg.slice(2)}`, privateKey }))
    // A token that names no key, where only one fits.
    const { kid: _, ...unnamed } = byRsa
    await assume(tokenOf({}, unnamed))
  })

  test('A token that the provider did not sign so is nobody’s', async () => {
    const keyFault = { name: 'InvalidIdentityTokenException', message: /^Couldn't retrieve verification key from your identity provider/ }
    const [head = '', , signature = ''] = tokenOf().split('.')
    const changed = Buffer.from(JSON.stringify({ iss: url, aud: 'me', sub: 'repo:own/app:main', iat: 0, exp: 9e9 })).toString('base64url')
    const none = Buffer.from('{"alg":"none","kid":"r"}').toString('base64url')
    for (const token of [
      tokenOf({}, { ...byRsa, privateKey: strangers.privateKey }),
      tokenOf({}, { ...byRsa, kid: 'unknown' }),
      tokenOf({}, { ...byRsa, alg: 'RS512' }),
      tokenOf({}, { ...byRsa, alg: 'HS256' }),
      tokenOf({}, { ...byRsa, alg: 'ES256' }),
      `${head}.${changed}.${signature}`,
      `${none}.${changed}.${signature}`,
    ]) {
      await assert.rejects(assume(token), keyFault)
    }
    for (const token of ['text', 'a.b.c', 'e30.W10.e30']) {
      await assert.rejects(assume(token), { name: 'InvalidIdentityTokenException', message: /^The ID Token provided is not a valid JWT/ })
    }
  })

  test('A token of another issuer, another client or another time is refused in AWS’s words', async () => {
    const seconds = nowSeconds()
    const invalid = (message: string) => ({ name: 'InvalidIdentityTokenException', message })
    for (const [claims, expected] of [
      [{ iss: `${url}/` }, invalid(`No OpenIDConnect provider found in your account for ${url}/`)],
      [{ iss: url.toLowerCase() }, invalid(`No OpenIDConnect provider found in your account for ${url.toLowerCase()}`)],
      [{ aud: 'other' }, invalid('Incorrect token audience')],
      [{ aud: undefined }, invalid('Incorrect token audience')],
      [{ sub: undefined }, invalid('Missing a required claim: sub')],
      [{ exp: undefined }, invalid('Missing a required claim: exp')],
      [{ iat: 'now' }, invalid('Missing a required claim: iat')],
      [
        { exp: seconds },
        {
          name: 'ExpiredTokenException',
          message: `Token expired: current date/time ${seconds} must be before the expiration date/time ${seconds}`,
        },
      ],
      [{ nbf: seconds + 301 }, { name: 'IDPRejectedClaimException' }],
      [{ iat: seconds + 301 }, { name: 'IDPRejectedClaimException' }],
      [{ nbf: 'later' }, { name: 'IDPRejectedClaimException' }],
    ] as const) {
      await assert.rejects(assume(tokenOf(claims)), expected)
    }
    await assume(tokenOf({ nbf: seconds + 300, iat: seconds + 300 }))
    const old = tokenOf()
    clock.advance(10 * minuteMs)
    await assert.rejects(assume(old), { name: 'ExpiredTokenException' })
  })

  test('Whom a trust policy does not let learns nothing of the role', async () => {
    const denied = { name: 'AccessDenied', message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' }
    await assert.rejects(assume(tokenOf({ sub: 'repo:others/app:main' })), denied)
    await assert.rejects(assume(tokenOf({ aud: 'you' })), denied)
    for (const role of ['plain', 'nowhere', 'path/deployer']) {
      await assert.rejects(assume(tokenOf(), { RoleArn: `arn:aws:iam::${account}:role/${role}` }), denied)
    }
    for (const role of ['deployer', 'nowhere']) {
      const wrong = { RoleArn: `arn:aws:iam::${account}:role/${role}`, Policy: '{}' }
      await assert.rejects(assume(tokenOf({ sub: 'repo:others/app:main' }), wrong), { name: 'MalformedPolicyDocumentException' })
    }
    await assert.rejects(assume(tokenOf(), { DurationSeconds: 7200 }), /exceeds the MaxSessionDuration/)
    await assert.rejects(assume(tokenOf(), { ProviderId: 'www.amazon.com' }), { name: 'ValidationError' })
  })

  test('Tags and a source identity come with the token', async () => {
    const tags = { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] }
    const claims = { 'https://aws.amazon.com/tags': tags, 'https://aws.amazon.com/source_identity': 'ann' }
    const answer = await assume(tokenOf(claims))
    assert.equal(answer.SourceIdentity, 'ann')
    assert.ok(answer.PackedPolicySize > 0)
    for (const wrong of [{ principal_tags: { team: ['blue', 'red'] } }, { principal_tags: { team: 7 } }, { transitive_tag_keys: [7] }]) {
      await assert.rejects(assume(tokenOf({ 'https://aws.amazon.com/tags': wrong })), { name: 'IDPRejectedClaimException' })
    }
    await assert.rejects(assume(tokenOf({ 'https://aws.amazon.com/source_identity': 'a b' })), { name: 'IDPRejectedClaimException' })
  })

  test('Nothing else is answered without a signature', async () => {
    for (const Action of ['GetCallerIdentity', 'AssumeRole', 'GetSessionToken']) {
      const body = new URLSearchParams({ Action, Version: '2011-06-15', RoleArn, RoleSessionName: 'now' })
      const answer = await fetch(server.endpoint, { method: 'POST', body })
      assert.deepEqual([answer.status, /<Code>(\w+)/.exec(await answer.text())?.[1]], [403, 'MissingAuthenticationToken'])
    }
    const body = new URLSearchParams({ Action: 'ListUsers', Version: '2010-05-08' })
    assert.match(await (await fetch(server.endpoint, { method: 'POST', body })).text(), /<Code>InvalidAction/)
  })

  test('The audit trail names the subject, and hides the token', async () => {
    await assume(tokenOf())
    const { userIdentity, requestParameters, responseElements } = JSON.parse(audited)
    assert.deepEqual(userIdentity, { type: 'WebIdentityUser', accountId: account })
    assert.equal(requestParameters.webIdentityToken, 'HIDDEN_DUE_TO_SECURITY_REASONS')
    assert.equal(responseElements.subjectFromWebIdentityToken, 'repo:own/app:main')
  })

  test('A program of the SDK finds the token by its environment, and asks without further ado', async () => {
    const names = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN', 'AWS_ROLE_SESSION_NAME'] as const
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, tokenOf())
    const ofDynamoDB = createRequire(require.resolve('@aws-sdk/client-dynamodb'))
    const { fromTokenFile } = createRequire(ofDynamoDB.resolve('@aws-sdk/credential-provider-node'))(
      '@aws-sdk/credential-provider-web-identity',
    )
    const values = [tokenFile, RoleArn, 'program']
    names.forEach((name, at) => {
      process.env[name] = values[at]
    })
    const credentials = fromTokenFile({ clientConfig: { endpoint: server.endpoint, region } })
    try {
      const dynamodb = opened(new DynamoDBClient({ endpoint: server.endpoint, region, maxAttempts: 1, credentials }))
      await dynamodb.send(new ListTablesCommand({}))
      const sts = opened(new STSClient({ endpoint: server.endpoint, region, maxAttempts: 1, credentials }))
      assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Arn, `arn:aws:sts::${account}:assumed-role/deployer/program`)
    } finally {
      for (const name of names) delete process.env[name]
    }
  })
})
