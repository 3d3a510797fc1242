/**
 * A server with `--auth iam`, asked by the clients of the SDK: who is known, what each may ask of IAM, STS and tables, and for how long.
 * Signatures go by the machine's clock, sessions by the test's.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTablesCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb'
import aws4 from 'aws4'
import { ManualClock, minuteMs } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { newSealingKey, SealingKeys } from '../../src/base/sealing.ts'
import { type AccessOptions, type RunningServer, startServer } from '../../src/server/start.ts'
import type { Store } from '../../src/storage/store.ts'
import { keptOpen } from '../harness/forwarded-store.ts'
import { openTestStore } from '../harness/test-storage.ts'

const require = createRequire(import.meta.url)
const {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateUserCommand,
} = require('@aws-sdk/client-iam')
const {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} = require('@aws-sdk/client-sts')

const startMs = 1_795_341_600_000
const region = 'us-east-1'
const account = '123456789012'
const rootKey = { accessKeyId: 'root_key_of_the_test', secretAccessKey: 'secret of the root' }
const keys = new SealingKeys([newSealingKey(seededRandom(7))], systemRandom)
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Sender = { send(command: never): Promise<never>; destroy(): void }

let store: Store
let clock: ManualClock
let server: RunningServer
const opened: Sender[] = []
const servers: RunningServer[] = []

/** One node of a store that the test keeps. */
async function startNode(access: AccessOptions = { rootKey }, sealedUnder: SealingKeys = keys): Promise<RunningServer> {
  const node = await startServer({
    port: 0,
    storage: { kind: 'custom', open: () => keptOpen(store), isShared: true },
    isTestCluster: true,
    clock,
    steadyClock: new ManualClock(0),
    jobs: 'manual',
    crossOrigin: false,
    log: () => {},
    sealingKeys: async () => sealedUnder,
    access,
  })
  servers.push(node)
  return node
}

function clientsOf(credentials: Credentials, { endpoint }: RunningServer = server) {
  const options = { endpoint, region, credentials, maxAttempts: 1 }
  const clients = {
    iam: new IAMClient(options),
    sts: new STSClient(options),
    dynamodb: new DynamoDBClient(options),
    cloudwatch: new CloudWatchClient(options),
  }
  opened.push(...(Object.values(clients) as unknown as Sender[]))
  return clients
}

const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource, ...more }] })
const trust = (AWS: string, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more }],
  })

/** A user with a key, made by the root user. */
async function userNamed(UserName: string, policy?: string): Promise<Credentials> {
  const { iam } = clientsOf(rootKey)
  await iam.send(new CreateUserCommand({ UserName }))
  if (policy !== undefined) await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policy }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}

async function assumed(by: Credentials, input: { RoleArn: string; [more: string]: unknown }): Promise<Credentials> {
  const { Credentials: given } = await clientsOf(by).sts.send(new AssumeRoleCommand({ RoleSessionName: 'now', ...input }))
  return { accessKeyId: given?.AccessKeyId ?? '', secretAccessKey: given?.SecretAccessKey ?? '', sessionToken: given?.SessionToken ?? '' }
}

function denied(message: string | RegExp): { name: string; message: string | RegExp } {
  return { name: 'AccessDenied', message }
}

describe('--auth iam', () => {
  beforeEach(async () => {
    store = await openTestStore()
    clock = new ManualClock(startMs)
    server = await startNode()
  })
  afterEach(async () => {
    for (const client of opened.splice(0)) client.destroy()
    for (const each of servers.splice(0)) await each.close()
    await store.close()
  })

  test('A user may ask IAM for nothing that no policy allows, on exactly what it allows', async () => {
    const { iam } = clientsOf(await userNamed('ann'))
    const arn = `arn:aws:iam::${account}:user/ann`
    await assert.rejects(
      iam.send(new CreateUserCommand({ UserName: 'bob', Path: '/team/' })),
      denied(
        `User: ${arn} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::${account}:user/team/bob because no identity-based policy allows the iam:CreateUser action`,
      ),
    )
    await assert.rejects(iam.send(new ListUsersCommand({})), denied(/iam:ListUsers on resource: arn:aws:iam::123456789012:user\/ /))
    const root = clientsOf(rootKey).iam
    await root.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'self', PolicyDocument: allow('iam:*', `${arn}`) }))
    // Who names nobody means himself.
    assert.equal((await iam.send(new GetUserCommand({}))).User?.UserName, 'ann')
    await assert.rejects(iam.send(new GetUserCommand({ UserName: 'bob' })), denied(/user\/bob/))
  })

  test('Tags of a user, and of a role, decide who may change it', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'blue', 'aws:ResourceAccount': account } }
    const { iam } = clientsOf(await userNamed('ann', allow(['iam:DeleteUser', 'iam:DeleteRole'], '*', { Condition })))
    const root = clientsOf(rootKey).iam
    for (const team of ['blue', 'red']) {
      const Tags = [{ Key: 'Team', Value: team }]
      await root.send(new CreateUserCommand({ UserName: team, Tags }))
      await root.send(new CreateRoleCommand({ RoleName: team, Tags, AssumeRolePolicyDocument: trust(account) }))
    }
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: 'red' })), denied(/iam:DeleteUser/))
    await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: 'red' })), denied(/iam:DeleteRole/))
    await iam.send(new DeleteUserCommand({ UserName: 'blue' }))
    await iam.send(new DeleteRoleCommand({ RoleName: 'blue' }))
  })

  test('A policy of AWS is read by whom his own policies let', async () => {
    const { iam } = clientsOf(await userNamed('ann', allow('iam:GetPolicy')))
    await iam.send(new GetPolicyCommand({ PolicyArn: administrator }))
  })

  test('What a user, his groups and managed policies allow holds for tables and other services, from the next request on', async () => {
    const credentials = await userNamed('ann')
    const { dynamodb, cloudwatch } = clientsOf(credentials)
    const root = clientsOf(rootKey)
    await assert.rejects(dynamodb.send(new ListTablesCommand({})), { name: 'AccessDeniedException' })
    await assert.rejects(cloudwatch.send(new ListMetricsCommand({})), /not authorized to perform: cloudwatch:ListMetrics/)
    await root.iam.send(new CreateGroupCommand({ GroupName: 'watchers' }))
    await root.iam.send(new AddUserToGroupCommand({ GroupName: 'watchers', UserName: 'ann' }))
    await root.iam.send(
      new PutGroupPolicyCommand({ GroupName: 'watchers', PolicyName: 'p', PolicyDocument: allow(['cloudwatch:*', 'dynamodb:ListTables']) }),
    )
    await cloudwatch.send(new ListMetricsCommand({}))
    await dynamodb.send(new ListTablesCommand({}))
    await root.iam.send(new AttachUserPolicyCommand({ UserName: 'ann', PolicyArn: administrator }))
    await clientsOf(credentials).iam.send(new CreateUserCommand({ UserName: 'made-by-ann' }))
  })

  test('A user sees the items of his own leading key alone', async () => {
    const root = clientsOf(rootKey)
    await root.dynamodb.send(
      new CreateTableCommand({
        TableName: 'Orders',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    for (const pk of ['ann', 'bob']) await root.dynamodb.send(new PutItemCommand({ TableName: 'Orders', Item: { pk: { S: pk } } }))
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy language
    const own = { Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:username}'] } } }
    const { dynamodb } = clientsOf(await userNamed('ann', allow('dynamodb:GetItem', `arn:aws:dynamodb:*:${account}:table/Orders`, own)))
    assert.ok((await dynamodb.send(new GetItemCommand({ TableName: 'Orders', Key: { pk: { S: 'ann' } } }))).Item)
    await assert.rejects(dynamodb.send(new GetItemCommand({ TableName: 'Orders', Key: { pk: { S: 'bob' } } })), {
      name: 'AccessDeniedException',
    })
  })

  test('The control endpoint and the metrics are for those whom policies let', async () => {
    const ann = await userNamed('ann', allow(['stator:Read*', 'stator:Write*Clock']))
    const bob = await userNamed('bob')
    const statusFor = async (by: Credentials, method: string, path: string): Promise<number> => {
      const { host } = new URL(server.endpoint)
      const body = method === 'POST' ? '{"byMs":1000}' : ''
      const sent = method === 'POST' ? { headers: { 'Content-Type': 'application/json' }, body } : {}
      const { headers } = aws4.sign({ service: 'stator', region, method, host, path, ...sent }, by)
      const { Host: _, 'Content-Length': __, ...rest } = headers as { [name: string]: string }
      return (await fetch(`${server.endpoint}${path}`, { method, headers: rest, ...(method === 'POST' && { body }) })).status
    }
    for (const path of ['/_stator/tables', '/metrics']) {
      assert.deepEqual([path, await statusFor(ann, 'GET', path), await statusFor(bob, 'GET', path)], [path, 200, 403])
    }
    assert.deepEqual(
      [await statusFor(ann, 'POST', '/_stator/clock/advance'), await statusFor(bob, 'POST', '/_stator/clock/advance')],
      [200, 403],
    )
    assert.equal(await statusFor(ann, 'POST', '/_stator/jobs/run'), 403)
    const unsigned = await fetch(`${server.endpoint}/metrics`)
    assert.equal(unsigned.status, 403)
    await unsigned.text()
    assert.equal(await statusFor(rootKey, 'POST', '/_stator/clock/advance'), 200)
  })

  test('A key that is inactive is known to nobody', async () => {
    const credentials = await userNamed('ann')
    await clientsOf(credentials).sts.send(new GetCallerIdentityCommand({}))
    await clientsOf(rootKey).iam.send(
      new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId: credentials.accessKeyId, Status: 'Inactive' }),
    )
    await assert.rejects(clientsOf(credentials).sts.send(new GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId' })
  })

  test('A role is assumed by whom it trusts: a user by name alone, the account with a policy of his own; whether there is one nobody learns', async () => {
    const ann = await userNamed('ann')
    const bob = await userNamed('bob', allow('sts:AssumeRole'))
    const root = clientsOf(rootKey).iam
    await root.send(new CreateRoleCommand({ RoleName: 'by-name', AssumeRolePolicyDocument: trust(`arn:aws:iam::${account}:user/ann`) }))
    await root.send(new CreateRoleCommand({ RoleName: 'by-account', AssumeRolePolicyDocument: trust(account) }))
    const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`
    await assumed(ann, { RoleArn: roleArn('by-name') })
    await assumed(bob, { RoleArn: roleArn('by-account') })
    for (const [who, name] of [
      [ann, 'by-account'],
      [bob, 'by-name'],
      [bob, 'nowhere'],
    ] as const) {
      const user = who === ann ? 'ann' : 'bob'
      await assert.rejects(
        assumed(who, { RoleArn: roleArn(name) }),
        denied(`User: arn:aws:iam::${account}:user/${user} is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`),
      )
    }
    for (const name of ['by-name', 'nowhere']) {
      await assert.rejects(assumed(bob, { RoleArn: roleArn(name), Policy: '{}' }), { name: 'MalformedPolicyDocumentException' })
    }
    await assert.rejects(assumed(rootKey, { RoleArn: roleArn('by-account') }), denied('Roles may not be assumed by root accounts.'))
  })

  test('Who is made again under a deleted name is not whom saved policies mean, and who is renamed still is', async () => {
    const root = clientsOf(rootKey)
    const arn = `arn:aws:iam::${account}:user/ann`
    await assert.rejects(root.iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(arn) })), {
      name: 'MalformedPolicyDocumentException',
      message: `Invalid principal in policy: "AWS":"${arn}"`,
    })
    const ann = await userNamed('ann')
    const userId = (await root.iam.send(new GetUserCommand({ UserName: 'ann' }))).User?.UserId ?? ''
    const trusted = (await root.iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(arn) }))).Role
    const RoleArn = trusted?.Arn ?? ''
    assert.equal(decodeURIComponent(trusted?.AssumeRolePolicyDocument ?? ''), trust(arn))
    const tableArn = `arn:aws:dynamodb:${region}:${account}:table/Bound`
    const ResourcePolicy = allow('dynamodb:GetItem', tableArn, { Principal: { AWS: [arn] } })
    await root.dynamodb.send(
      new CreateTableCommand({
        TableName: 'Bound',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        ResourcePolicy,
      }),
    )
    const read = (who: Credentials) => clientsOf(who).dynamodb.send(new GetItemCommand({ TableName: 'Bound', Key: { pk: { S: 'a' } } }))
    const shown = async (): Promise<string[]> => {
      const { Role } = await root.iam.send(new GetRoleCommand({ RoleName: 'r' }))
      const { Policy } = await root.dynamodb.send(new GetResourcePolicyCommand({ ResourceArn: tableArn }))
      return [decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), Policy ?? '']
    }
    await assumed(ann, { RoleArn })
    await read(ann)

    await root.iam.send(new UpdateUserCommand({ UserName: 'ann', NewUserName: 'anna' }))
    await assumed(ann, { RoleArn })
    await read(ann)
    assert.deepEqual(await shown(), [trust(`${arn}a`), ResourcePolicy.replace(arn, `${arn}a`)])

    await root.iam.send(new DeleteAccessKeyCommand({ UserName: 'anna', AccessKeyId: ann.accessKeyId }))
    await root.iam.send(new DeleteUserCommand({ UserName: 'anna' }))
    assert.deepEqual(await shown(), [trust(userId), ResourcePolicy.replace(arn, userId)])
    const again = await userNamed('ann')
    await assert.rejects(assumed(again, { RoleArn }), denied(/sts:AssumeRole/))
    await assert.rejects(read(again), { name: 'AccessDeniedException' })

    // Putting the same texts once more means whoever has the name now.
    await root.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: trust(arn) }))
    await root.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn: tableArn, Policy: ResourcePolicy }))
    await assumed(again, { RoleArn })
    await read(again)
    assert.deepEqual(await shown(), [trust(arn), ResourcePolicy])
  })

  test('A trust policy asks for an external id and for tags', async () => {
    const ann = await userNamed('ann')
    const Condition = { StringEquals: { 'sts:ExternalId': 'secret', 'aws:RequestTag/team': 'blue' } }
    const root = clientsOf(rootKey).iam
    await root.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(`arn:aws:iam::${account}:user/ann`, { Condition }) }),
    )
    const RoleArn = `arn:aws:iam::${account}:role/r`
    const Tags = [{ Key: 'team', Value: 'blue' }]
    await assumed(ann, { RoleArn, ExternalId: 'secret', Tags })
    await assert.rejects(assumed(ann, { RoleArn, ExternalId: 'guessed', Tags }), denied(/sts:AssumeRole/))
    await assert.rejects(assumed(ann, { RoleArn, ExternalId: 'secret' }), denied(/sts:AssumeRole/))
  })

  test('A session may do what the role and its own policy both allow, until it is over or the role is gone', async () => {
    const ann = await userNamed('ann')
    const root = clientsOf(rootKey).iam
    await root.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(`arn:aws:iam::${account}:user/ann`) }))
    await root.send(
      new PutRolePolicyCommand({
        RoleName: 'r',
        PolicyName: 'p',
        PolicyDocument: allow(['dynamodb:ListTables', 'iam:ListUsers', 'sts:AssumeRole']),
      }),
    )
    const RoleArn = `arn:aws:iam::${account}:role/r`
    const narrow = await assumed(ann, { RoleArn, Policy: allow('dynamodb:ListTables'), DurationSeconds: 900 })
    const wide = await assumed(ann, { RoleArn })
    const identity = await clientsOf(narrow).sts.send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, `arn:aws:sts::${account}:assumed-role/r/now`)
    await clientsOf(narrow).dynamodb.send(new ListTablesCommand({}))
    await assert.rejects(
      clientsOf(narrow).iam.send(new ListUsersCommand({})),
      denied(/because no session policy allows the iam:ListUsers action/),
    )
    await clientsOf(wide).iam.send(new ListUsersCommand({}))
    await assert.rejects(assumed(wide, { RoleArn, DurationSeconds: 7200 }), { name: 'AccessDenied' })
    clock.advance(15 * minuteMs)
    await assert.rejects(clientsOf(narrow).dynamodb.send(new ListTablesCommand({})), { name: 'ExpiredTokenException' })
    await assert.rejects(clientsOf(narrow).sts.send(new GetCallerIdentityCommand({})), { name: 'ExpiredToken' })
    // It holds on another server, and after a restart.
    const other = await startNode()
    await clientsOf(wide, other).dynamodb.send(new ListTablesCommand({}))
    await assert.rejects(clientsOf({ ...wide, sessionToken: narrow.sessionToken ?? '' }).dynamodb.send(new ListTablesCommand({})), {
      name: 'UnrecognizedClientException',
    })
    await assert.rejects(root.send(new DeleteRoleCommand({ RoleName: 'r' })), { name: 'DeleteConflictException' })
  })

  test('Sessions of a user and of a federated one', async () => {
    const ann = await userNamed('ann', allow(['dynamodb:ListTables', 'sts:GetFederationToken']))
    const { sts } = clientsOf(ann)
    const { Credentials: own } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    const session = {
      accessKeyId: own?.AccessKeyId ?? '',
      secretAccessKey: own?.SecretAccessKey ?? '',
      sessionToken: own?.SessionToken ?? '',
    }
    await clientsOf(session).dynamodb.send(new ListTablesCommand({}))
    await assert.rejects(
      clientsOf(session).sts.send(new GetSessionTokenCommand({})),
      denied('Cannot call GetSessionToken with session credentials'),
    )
    await assert.rejects(clientsOf(session).iam.send(new GetUserCommand({})), {
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid',
    })
    await assert.rejects(
      clientsOf(session).sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: ann.accessKeyId })),
      denied('Cannot call GetAccessKeyInfo with session credentials'),
    )
    await clientsOf(session).sts.send(new GetCallerIdentityCommand({}))
    await clientsOf(rootKey).iam.send(
      new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(`arn:aws:iam::${account}:user/ann`) }),
    )
    await assumed(session, { RoleArn: `arn:aws:iam::${account}:role/r` })
    const federated = async (Policy?: string): Promise<Credentials> => {
      const { Credentials: given } = await sts.send(
        new GetFederationTokenCommand({ Name: 'guest', ...(Policy !== undefined && { Policy }) }),
      )
      return {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        sessionToken: given?.SessionToken ?? '',
      }
    }
    await clientsOf(await federated(allow('dynamodb:*'))).dynamodb.send(new ListTablesCommand({}))
    const guest = await federated(allow('*'))
    await assert.rejects(clientsOf(guest).iam.send(new GetUserCommand({})), { name: 'InvalidClientTokenId' })
    await assert.rejects(
      assumed(guest, { RoleArn: `arn:aws:iam::${account}:role/r` }),
      denied('Cannot call AssumeRole with session credentials'),
    )
    await clientsOf(guest).sts.send(new GetCallerIdentityCommand({}))
    await assert.rejects(clientsOf(await federated()).dynamodb.send(new ListTablesCommand({})), { name: 'AccessDeniedException' })
  })

  test('What one server changes another goes by at its next request', async () => {
    const other = await startNode()
    const ann = await userNamed('ann')
    await assert.rejects(clientsOf(ann, other).dynamodb.send(new ListTablesCommand({})), { name: 'AccessDeniedException' })
    const root = clientsOf(rootKey).iam
    await root.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'p', PolicyDocument: allow('dynamodb:ListTables') }))
    await clientsOf(ann, other).dynamodb.send(new ListTablesCommand({}))
    await root.send(new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId: ann.accessKeyId, Status: 'Inactive' }))
    await assert.rejects(clientsOf(ann, other).dynamodb.send(new ListTablesCommand({})), { name: 'UnrecognizedClientException' })
  })

  test('The identities of a file are known, are not changed by the API, and change with the file', async () => {
    let use: (text: string) => void = assert.fail
    const file = (policy: string): string =>
      JSON.stringify({
        users: [
          {
            name: 'filed',
            inlinePolicies: { p: policy },
            accessKeys: [{ accessKeyId: 'key_of_the_file_', secretAccessKeyVariable: 'FILED' }],
          },
        ],
      })
    const node = await startNode({
      rootKey,
      file: {
        follow: async (follower) => {
          use = follower
          use(file(allow('dynamodb:ListTables')))
        },
        textInFile: assert.fail,
        secretInVariable: (name) => (name === 'FILED' ? 'of the environment' : undefined),
      },
    })
    const filed = { accessKeyId: 'key_of_the_file_', secretAccessKey: 'of the environment' }
    await clientsOf(filed, node).dynamodb.send(new ListTablesCommand({}))
    await assert.rejects(
      clientsOf(rootKey, node).iam.send(new PutUserPolicyCommand({ UserName: 'filed', PolicyName: 'q', PolicyDocument: allow('*') })),
      { name: 'UnmodifiableEntityException', message: 'The user filed comes from the file of --iam-file: change it there.' },
    )
    use(file(allow('iam:GetUser')))
    await assert.rejects(clientsOf(filed, node).dynamodb.send(new ListTablesCommand({})), { name: 'AccessDeniedException' })
    use('{}')
    await assert.rejects(clientsOf(filed, node).dynamodb.send(new ListTablesCommand({})), { name: 'UnrecognizedClientException' })
  })

  test('A server that is given another key than the store was sealed under does not start', async () => {
    await userNamed('ann')
    const wrong = new SealingKeys([newSealingKey(systemRandom)], systemRandom)
    await assert.rejects(startNode({ rootKey }, wrong), /^Error: What this database keeps is sealed under another server key/)
  })
})
