/**
 * A new user's walk: a server with `--auth iam`, over TLS, with an audit file. A user is made who may see one tenant's items, is let and
 * refused and told why, a table has a policy for a while, as Terraform would have it, a role is assumed until its time is over; and the
 * audit file tells all of it. By the SDK, and by every AWS CLI that is installed.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb'
import aws4 from 'aws4'
import { StatorProcess } from '../cli/stator-process.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { findAwsClis } from './installed-clients.ts'

const require = createRequire(import.meta.url)
const { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient, PutRolePolicyCommand, PutUserPolicyCommand } =
  require('@aws-sdk/client-iam')
const { AssumeRoleCommand, STSClient } = require('@aws-sdk/client-sts')

const region = 'us-east-1'
const account = '123456789012'
const root = { accessKeyId: 'root_of_the_walk_', secretAccessKey: 'secret' }
const tableArn = `arn:aws:dynamodb:${region}:${account}:table/Pool`
const userArn = `arn:aws:iam::${account}:user/ann`
const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } })
const oneTenant = document({
  Action: 'dynamodb:GetItem',
  Resource: tableArn,
  Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['t1'] } },
})
const denied = { name: 'AccessDeniedException' }

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

describe('A new user', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stator-walk-'))
  const audit = join(folder, 'audit.jsonl')
  const certificate = join(folder, 'data', 'tls-self-signed.pem')
  const clients: { destroy(): void }[] = []
  let stator: StatorProcess
  let endpoint: string
  let agent: Agent
  let ann: Credentials

  const clientsOf = (credentials: Credentials) => {
    const options = { endpoint, region, credentials, maxAttempts: 1, requestHandler: { httpsAgent: agent } } as never
    const made = { dynamodb: new DynamoDBClient(options), iam: new IAMClient(options), sts: new STSClient(options) }
    clients.push(...Object.values(made))
    return made
  }
  const getItem = (by: Credentials, pk: string) =>
    clientsOf(by).dynamodb.send(new GetItemCommand({ TableName: 'Pool', Key: { pk: { S: pk } } }))

  before(async () => {
    const words = ['--data-dir', join(folder, 'data'), '--host', '127.0.0.1', '--port', '0', '--auth', 'iam', '--tls-self-signed']
    const environment = { STATOR_ROOT_ACCESS_KEY_ID: root.accessKeyId, STATOR_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey }
    stator = new StatorProcess([...words, '--audit', audit, '--audit-data'], { environment })
    endpoint = await stator.endpoint()
    agent = new Agent({ ca: readFileSync(certificate) })
    const { dynamodb, iam } = clientsOf(root)
    await dynamodb.send(new CreateTableCommand(onDemandTable('Pool', { pk: 'S' }) as never))
    while ((await dynamodb.send(new DescribeTableCommand({ TableName: 'Pool' }))).Table?.TableStatus !== 'ACTIVE');
    for (const pk of ['t1', 't2']) await dynamodb.send(new PutItemCommand({ TableName: 'Pool', Item: { pk: { S: pk } } }))
    await iam.send(new CreateUserCommand({ UserName: 'ann' }))
    await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'tenant', PolicyDocument: oneTenant }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
    ann = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
  })
  after(async () => {
    for (const client of clients) client.destroy()
    agent?.destroy()
    stator.child.kill('SIGINT')
    await stator.ended
    rmSync(folder, { recursive: true })
  })

  const audited = (): readonly { readonly [name: string]: unknown }[] =>
    readFileSync(audit, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))

  test('sees the items of one tenant, and is told why not those of another', async () => {
    assert.deepEqual((await getItem(ann, 't1')).Item, { pk: { S: 't1' } })
    await assert.rejects(getItem(ann, 't2'), {
      ...denied,
      message: `User: ${userArn} is not authorized to perform: dynamodb:GetItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:GetItem action`,
    })
    const asked = ['explain-access', '--as', 'ann', '--action', 'dynamodb:GetItem', '--resource', tableArn]
    const environment = {
      AWS_ACCESS_KEY_ID: root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
      AWS_REGION: region,
      NODE_EXTRA_CA_CERTS: certificate,
    }
    const explain = new StatorProcess([...asked, '--keys', '{"dynamodb:LeadingKeys":["t2"]}', '--endpoint', endpoint], { environment })
    const { code, out } = await explain.ended
    assert.equal(code, 5)
    assert.match(out, /ForAllValues:StringEquals dynamodb:LeadingKeys \["t1"\]: the request has \["t2"\]/)
  })

  for (const cli of findAwsClis()) {
    test(`${cli}: sees the items of one tenant alone`, async () => {
      const env = {
        PATH: process.env.PATH,
        AWS_CA_BUNDLE: certificate,
        AWS_ACCESS_KEY_ID: ann.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ann.secretAccessKey,
        AWS_DEFAULT_REGION: region,
        AWS_CONFIG_FILE: join(folder, 'none'),
        AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
        PYTHONDONTWRITEBYTECODE: '1',
      }
      const aws = (pk: string) =>
        promisify(execFile)(
          cli,
          ['dynamodb', 'get-item', '--table-name', 'Pool', '--key', `{"pk":{"S":"${pk}"}}`, '--endpoint-url', endpoint, '--output', 'json'],
          { env },
        )
      assert.deepEqual(JSON.parse((await aws('t1')).stdout).Item, { pk: { S: 't1' } })
      await assert.rejects(aws('t2'), /AccessDeniedException.*no identity-based policy allows the dynamodb:GetItem action/s)
    })
  }

  test('meets a policy of the table that comes, changes and goes', async () => {
    const { dynamodb } = clientsOf(root)
    const policy = (Effect: string, Action: string): string => document({ Effect, Action, Resource: tableArn, Principal: { AWS: userArn } })
    const put = async (Policy: string, ExpectedRevisionId: string): Promise<string> => {
      const { RevisionId = '' } = await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: tableArn, Policy, ExpectedRevisionId }))
      const read = await dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: tableArn }))
      assert.deepEqual([read.Policy, read.RevisionId], [Policy, RevisionId])
      return RevisionId
    }
    const letting = policy('Allow', 'dynamodb:GetItem')
    const first = await put(letting, 'NO_POLICY')
    await getItem(ann, 't2')
    // What is planned again changes nothing.
    assert.equal(await put(letting, first), first)
    const second = await put(policy('Deny', 'dynamodb:GetItem'), first)
    await assert.rejects(getItem(ann, 't1'), { ...denied, message: /with an explicit deny in a resource-based policy$/ })
    await assert.rejects(put(letting, first), { name: 'PolicyNotFoundException' })
    const gone = await dynamodb.send(new DeleteResourcePolicyCommand({ ResourceArn: tableArn, ExpectedRevisionId: second }))
    assert.equal(gone.RevisionId, second)
    await assert.rejects(dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: tableArn })), { name: 'PolicyNotFoundException' })
    assert.deepEqual(
      await dynamodb.send(new DeleteResourcePolicyCommand({ ResourceArn: tableArn })).then(({ RevisionId }) => RevisionId),
      undefined,
    )
    await getItem(ann, 't1')
  })

  test('assumes a role until its time is over', async () => {
    const { iam } = clientsOf(root)
    const AssumeRolePolicyDocument = document({ Principal: { AWS: userArn }, Action: 'sts:AssumeRole' })
    await iam.send(new CreateRoleCommand({ RoleName: 'lister', AssumeRolePolicyDocument }))
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'lister',
        PolicyName: 'p',
        PolicyDocument: document({ Action: 'dynamodb:ListTables', Resource: '*' }),
      }),
    )
    const asked = { RoleArn: `arn:aws:iam::${account}:role/lister`, RoleSessionName: 'walk', DurationSeconds: 900 }
    const { Credentials: given } = await clientsOf(ann).sts.send(new AssumeRoleCommand(asked))
    const session = { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.SessionToken }
    const list = () => clientsOf(session).dynamodb.send(new ListTablesCommand({}))
    assert.deepEqual((await list()).TableNames, ['Pool'])
    await assert.rejects(getItem(session, 't1'), denied)
    assert.equal(await advanceClock(900_000), 200)
    await assert.rejects(list(), { name: 'ExpiredTokenException' })
  })

  test('is named in the audit file with all of it', () => {
    const told = audited().map(({ eventName, errorCode, userIdentity }) => {
      const { type, userName, sessionContext } = userIdentity as {
        readonly type: string
        readonly userName?: string
        readonly sessionContext?: { readonly sessionIssuer?: { readonly userName: string } }
      }
      return [type, userName ?? sessionContext?.sessionIssuer?.userName, eventName, errorCode]
        .filter((each) => each !== undefined)
        .join(' ')
    })
    for (const expected of [
      'Root CreateTable',
      'Root CreateUser',
      'Root PutUserPolicy',
      'Root CreateAccessKey',
      'IAMUser ann GetItem',
      'IAMUser ann GetItem AccessDenied',
      'Root PutResourcePolicy',
      'Root PutResourcePolicy PolicyNotFoundException',
      'Root DeleteResourcePolicy',
      'IAMUser ann AssumeRole',
      'AssumedRole lister ListTables',
      'AssumedRole lister GetItem AccessDenied',
    ]) {
      assert.ok(told.includes(expected), `${expected} is not among ${[...new Set(told)].join(', ')}`)
    }
    const text = readFileSync(audit, 'utf8')
    const leaks = text.split('\n').filter((line) => line.includes(ann.secretAccessKey) || line.includes('"t2"'))
    assert.deepEqual(leaks, [])
  })

  /** The answer's status. */
  function advanceClock(byMs: number): Promise<number | undefined> {
    const { host, hostname, port } = new URL(endpoint)
    const path = '/_stator/clock/advance'
    const body = JSON.stringify({ byMs })
    const asked = { service: 'stator', region, method: 'POST', host, path, headers: { 'Content-Type': 'application/json' }, body }
    const { headers } = aws4.sign(asked, root)
    return new Promise((resolve, reject) => {
      const sent = request({ method: 'POST', hostname, port, path, headers: headers as never, agent }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      sent.on('error', reject).end(body)
    })
  }
})
