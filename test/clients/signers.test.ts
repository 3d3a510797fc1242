/**
 * Whoever signs in a way of their own, against a server with `--auth iam`: the SDK for JavaScript v2 with lasting keys and with those of a
 * session, addresses that are signed beforehand, aws4 in both forms, and a few lines that follow AWS's documentation.
 */
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4 from 'aws4'
import { skipFor } from '../harness/skip.ts'
import { region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const root = { accessKeyId: 'root_of_the_signers', secretAccessKey: 'secret' }
const tools = join(import.meta.dirname, 'tools', 'node_modules', 'aws-sdk')
const skip = skipFor(existsSync(tools) ? undefined : 'the SDK v2 is not installed (npm ci --prefix test/clients/tools)')
const target = 'DynamoDB_20120810.ListTables'
const contentType = 'application/x-amz-json-1.0'

interface Sent {
  readonly path?: string
  readonly headers: { readonly [name: string]: string }
  readonly body?: string
}

describe('Signers', () => {
  let server: RunningServer
  let host: string

  before(async () => {
    process.env.STATOR_ROOT_ACCESS_KEY_ID = root.accessKeyId
    process.env.STATOR_ROOT_SECRET_ACCESS_KEY = root.secretAccessKey
    server = await startServer(['--in-memory', '--auth', 'iam'])
    host = new URL(server.endpoint).host
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  async function ask({ path = '/', headers, body = '{}' }: Sent): Promise<string> {
    const { Host: _, host: __, 'Content-Length': ___, 'content-length': ____, ...sent } = headers
    const response = await fetch(`${server.endpoint}${path}`, { method: 'POST', headers: sent, body })
    const text = await response.text()
    return response.status === 200 ? text : (/"__type":"[^#]*#(\w+)"/.exec(text)?.[1] ?? text)
  }

  test('the SDK for JavaScript v2', { skip }, async () => {
    process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1'
    const sdk = createRequire(import.meta.url)(tools)
    const options = (credentials: object) => ({ endpoint: server.endpoint, region, maxRetries: 0, ...credentials })
    const dynamodb = new sdk.DynamoDB(options(root))
    const TableName = 'Signed'
    const [AttributeName, BillingMode] = ['pk', 'PAY_PER_REQUEST']
    const AttributeDefinitions = [{ AttributeName, AttributeType: 'S' }]
    await dynamodb.createTable({ TableName, BillingMode, AttributeDefinitions, KeySchema: [{ AttributeName, KeyType: 'HASH' }] }).promise()
    await dynamodb.waitFor('tableExists', { TableName, $waiter: { delay: 0.1 } }).promise()
    await dynamodb.putItem({ TableName, Item: { pk: { S: 'größer' }, n: { N: '1' } } }).promise()
    const read = { TableName, Key: { pk: { S: 'größer' } } }
    assert.deepEqual((await dynamodb.getItem(read).promise()).Item, { pk: { S: 'größer' }, n: { N: '1' } })
    assert.deepEqual((await new sdk.DynamoDBStreams(options(root)).listStreams({}).promise()).Streams, [])
    assert.ok((await new sdk.CloudWatch(options(root)).describeAlarms({}).promise()).MetricAlarms)

    const iam = new sdk.IAM(options(root))
    await iam.createUser({ UserName: 'ann', Tags: [{ Key: 'a b', Value: 'c=d+e@f' }] }).promise()
    const { AccessKey } = await iam.createAccessKey({ UserName: 'ann' }).promise()
    const ann = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
    const own = await new sdk.STS(options(ann)).getCallerIdentity({}).promise()
    assert.equal(own.Arn, 'arn:aws:iam::123456789012:user/ann')
    await assert.rejects(new sdk.DynamoDB(options(ann)).getItem(read).promise(), { code: 'AccessDeniedException' })
    const wrong = { ...ann, secretAccessKey: 'guessed' }
    await assert.rejects(new sdk.DynamoDB(options(wrong)).getItem(read).promise(), { code: 'InvalidSignatureException' })
    await assert.rejects(new sdk.STS(options(wrong)).getCallerIdentity({}).promise(), { code: 'SignatureDoesNotMatch' })

    const { Credentials } = await new sdk.STS(options(root)).getSessionToken({ DurationSeconds: 900 }).promise()
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials
    const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    assert.ok((await new sdk.DynamoDB(options(session)).getItem(read).promise()).Item)
    await assert.rejects(new sdk.DynamoDB(options({ ...session, sessionToken: 'x' })).getItem(read).promise(), {
      code: 'UnrecognizedClientException',
    })
    await dynamodb.deleteTable({ TableName }).promise()
    await dynamodb.waitFor('tableNotExists', { TableName, $waiter: { delay: 0.1 } }).promise()
  })

  test('aws4, in the header and in the address', async () => {
    for (const signQuery of [false, true]) {
      const headers = { 'X-Amz-Target': target, 'Content-Type': contentType }
      const asked = { service: 'dynamodb', region, method: 'POST', host, path: '/', headers, body: '{}', signQuery }
      const signed = aws4.sign(asked, root)
      const sent = { path: signed.path ?? '/', headers: signed.headers as { readonly [name: string]: string } }
      assert.equal(await ask(sent), '{"TableNames":[]}')
      assert.equal(await ask({ ...sent, body: '{ }' }), 'InvalidSignatureException')
    }
  })

  test('an address that the SDK signs beforehand', async () => {
    const signer = new SignatureV4({ credentials: root, region, service: 'dynamodb', sha256: Sha256 })
    const headers = { host, 'content-type': contentType, 'x-amz-target': target }
    const { hostname, port } = new URL(server.endpoint)
    const request = { method: 'POST', protocol: 'http:', hostname, port: Number(port), path: '/', query: {}, headers, body: '{}' }
    const { query } = await signer.presign(request, { expiresIn: 60, unhoistableHeaders: new Set(['x-amz-target']) })
    const path = `/?${new URLSearchParams(query as { [name: string]: string }).toString().replaceAll('+', '%20')}`
    assert.equal(await ask({ path, headers }), '{"TableNames":[]}')
    assert.equal(await ask({ path: path.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'), headers }), 'InvalidSignatureException')
  })

  test('a few lines, as the documentation has the steps', async () => {
    const date = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
    const keyed = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
    const scope = `${date.slice(0, 8)}/${region}/dynamodb/aws4_request`
    const canonical = `POST\n/\n\nhost:${host}\nx-amz-date:${date}\nx-amz-target:${target}\n\nhost;x-amz-date;x-amz-target\n${hash('{}')}`
    const key = scope.split('/').reduce<string | Buffer>((before, part) => keyed(before, part), `AWS4${root.secretAccessKey}`)
    const signature = keyed(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`).toString('hex')
    const authorization = `AWS4-HMAC-SHA256 Credential=${root.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${signature}`
    const headers = { authorization, 'x-amz-date': date, 'x-amz-target': target, 'content-type': contentType }
    assert.equal(await ask({ headers }), '{"TableNames":[]}')
    assert.equal(await ask({ headers: { ...headers, 'x-amz-target': 'DynamoDB_20120810.DescribeLimits' } }), 'InvalidSignatureException')
  })
})

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
