/** Ways to reach more than one is let, each of which is shut: sessions, tags, names that every object has, pages of what lists tell. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { account, allow, type Credentials, IamServer, type Members, policy, region, rootKey, textIn } from '../harness/iam-server.ts'

const iam = `arn:aws:iam::${account}`
const table = (name: string): string => `arn:aws:dynamodb:${region}:${account}:table/${name}`
let server: IamServer

before(async () => {
  server = await IamServer.open()
})
after(() => server.close())

function trust(AWS: string, Action: readonly string[] = ['sts:AssumeRole'], more: object = {}): string {
  return policy({ Effect: 'Allow', Principal: { AWS }, Action, ...more })
}

function role(name: string): string {
  return `${iam}:role/${name}`
}

function tags(...pairs: readonly (readonly [string, string])[]): Members {
  return Object.fromEntries(
    pairs.flatMap(([Key, Value], at) => [
      [`Tags.member.${at + 1}.Key`, Key],
      [`Tags.member.${at + 1}.Value`, Value],
    ]),
  )
}

const refused = async (asked: Promise<{ readonly status: number; readonly text: string }>, why: RegExp): Promise<void> => {
  const { status, text } = await asked
  assert.ok(status >= 400 && status < 500, `${status} ${text}`)
  assert.match(text, why)
}

describe('A session', () => {
  let ann: Credentials
  before(async () => {
    ann = await server.userNamed('ann', [allow('sts:*'), allow('dynamodb:*')])
    await server.table('Lent')
  })

  test('of a federated user is not the account that a policy of a table names', async () => {
    const read = { TableName: 'Lent', Key: { pk: { S: 'a' } } }
    const guest = await server.session(ann, 'GetFederationToken', { Name: 'guest' })
    for (const AWS of [account, `${iam}:root`]) {
      const Policy = policy({ Effect: 'Allow', Principal: { AWS }, Action: 'dynamodb:GetItem', Resource: table('Lent') })
      await server.asked(rootKey, 'PutResourcePolicy', { ResourceArn: table('Lent'), Policy })
      await refused(server.json(guest, 'GetItem', read), /no identity-based policy allows/)
      await server.asked(ann, 'GetItem', read)
    }
    const Policy = policy({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:sts::${account}:federated-user/guest` },
      Action: 'dynamodb:GetItem',
      Resource: table('Lent'),
    })
    await server.asked(rootKey, 'PutResourcePolicy', { ResourceArn: table('Lent'), Policy })
    await server.asked(guest, 'GetItem', read)
  })

  test('takes no managed policy of another account for one of its own', async () => {
    await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: 'Passed', PolicyDocument: policy(allow('*')) })
    for (const [arn, taken] of [
      [`${iam}:policy/Passed`, true],
      [`${iam}:policy/passed`, false],
      ['arn:aws:iam::999999999999:policy/Passed', false],
    ] as const) {
      const { status } = await server.form(ann, 'sts', 'GetFederationToken', { Name: 'guest', 'PolicyArns.member.1.arn': arn })
      assert.equal(status === 200, taken, arn)
    }
  })

  test('hands its tags on with their values, however the keys that say so are spelled', async () => {
    const Action = ['sts:AssumeRole', 'sts:TagSession']
    await server.did(rootKey, 'iam', 'CreateRole', { RoleName: 'first', AssumeRolePolicyDocument: trust(account, Action) })
    const chained = { Condition: { StringEquals: { 'aws:RequestTag/team': 'blue' } } }
    await server.did(rootKey, 'iam', 'CreateRole', { RoleName: 'second', AssumeRolePolicyDocument: trust(role('first'), Action, chained) })
    const PolicyDocument = policy(allow('dynamodb:ListTables', '*', { Condition: { StringEquals: { 'aws:PrincipalTag/TEAM': 'blue' } } }))
    await server.did(rootKey, 'iam', 'PutRolePolicy', { RoleName: 'first', PolicyName: 'p', PolicyDocument: policy(allow('sts:*')) })
    await server.did(rootKey, 'iam', 'PutRolePolicy', { RoleName: 'second', PolicyName: 'p', PolicyDocument })
    await server.did(rootKey, 'iam', 'TagRole', { RoleName: 'second', ...tags(['TeaM', 'red']) })
    const asked = { RoleArn: role('first'), RoleSessionName: 'now' }
    const first = await server.session(ann, 'AssumeRole', { ...asked, ...tags(['Team', 'blue']), 'TransitiveTagKeys.member.1': 'team' })
    const second = await server.session(first, 'AssumeRole', { ...asked, RoleArn: role('second') })
    await server.asked(second, 'ListTables', {})
    // What was handed on nobody replaces.
    await refused(
      server.form(first, 'sts', 'AssumeRole', { ...asked, RoleArn: role('second'), ...tags(['TEAM', 'red']) }),
      /conflicts with a transitive tag key/,
    )
    const other = await server.session(ann, 'AssumeRole', { ...asked, ...tags(['Team', 'red']), 'TransitiveTagKeys.member.1': 'Team' })
    await refused(server.form(other, 'sts', 'AssumeRole', { ...asked, RoleArn: role('second') }), /AccessDenied/)
  })

  test('hands tags and a source identity on to no role that does not take them', async () => {
    const first = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
    await server.did(rootKey, 'iam', 'CreateRole', { RoleName: 'start', AssumeRolePolicyDocument: trust(account, first) })
    await server.did(rootKey, 'iam', 'PutRolePolicy', { RoleName: 'start', PolicyName: 'p', PolicyDocument: policy(allow('sts:*')) })
    await server.did(rootKey, 'iam', 'CreateRole', { RoleName: 'plain', AssumeRolePolicyDocument: trust(account) })
    const start = { RoleArn: role('start'), RoleSessionName: 'now' }
    const plain = { RoleArn: role('plain'), RoleSessionName: 'now' }
    await server.session(await server.session(ann, 'AssumeRole', start), 'AssumeRole', plain)
    const tagged = await server.session(ann, 'AssumeRole', { ...start, ...tags(['a', 'b']), 'TransitiveTagKeys.member.1': 'a' })
    await refused(server.form(tagged, 'sts', 'AssumeRole', plain), /sts:TagSession/)
    const named = await server.session(ann, 'AssumeRole', { ...start, SourceIdentity: 'ann' })
    await refused(server.form(named, 'sts', 'AssumeRole', plain), /sts:SetSourceIdentity/)
  })
})

describe('Names that every object has', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

  test('are names of inline policies like any other', async () => {
    await server.did(rootKey, 'iam', 'CreateUser', { UserName: 'named' })
    const UserName = 'named'
    for (const PolicyName of names) {
      await refused(server.form(rootKey, 'iam', 'GetUserPolicy', { UserName, PolicyName }), /NoSuchEntity/)
      await refused(server.form(rootKey, 'iam', 'DeleteUserPolicy', { UserName, PolicyName }), /NoSuchEntity/)
    }
    for (const PolicyName of names) {
      await server.did(rootKey, 'iam', 'PutUserPolicy', { UserName, PolicyName, PolicyDocument: policy(allow('iam:GetUser')) })
      assert.match(await server.did(rootKey, 'iam', 'GetUserPolicy', { UserName, PolicyName }), /iam%3AGetUser/)
    }
    for (const PolicyName of names) await server.did(rootKey, 'iam', 'DeleteUserPolicy', { UserName, PolicyName })
    await server.did(rootKey, 'iam', 'DeleteUser', { UserName })
  })

  test('are names of users, groups, roles, policies, tags and tables like any other', async () => {
    for (const name of names) {
      for (const [Action, members] of [
        ['GetUser', { UserName: name }],
        ['GetGroup', { GroupName: name }],
        ['GetRole', { RoleName: name }],
        ['GetPolicy', { PolicyArn: `${iam}:policy/${name}` }],
        ['SimulatePrincipalPolicy', { PolicySourceArn: `${iam}:user/${name}`, 'ActionNames.member.1': 'iam:GetUser' }],
      ] as const) {
        const { status, text } = await server.form(rootKey, 'iam', Action, members)
        assert.deepEqual([status, textIn(text, 'Code')], [404, 'NoSuchEntity'], `${Action} ${name}: ${text}`)
      }
      const user = await server.userNamed(name, [allow('*', '*', { Condition: { StringEquals: { [`aws:PrincipalTag/${name}`]: 'x' } } })])
      await refused(server.json(user, 'ListTables', {}), /AccessDenied/)
      await refused(server.json(user, 'GetItem', { TableName: name, Key: { pk: { S: 'a' } } }), /AccessDenied/)
      await server.did(rootKey, 'iam', 'TagUser', { UserName: name, ...tags([name, 'x']) })
      await server.asked(user, 'ListTables', {})
    }
  })
})

describe('A list in pages', () => {
  async function pages(
    Action: string,
    element: string,
    members: Members,
    between?: (page: number) => Promise<void>,
  ): Promise<readonly string[]> {
    const found: string[] = []
    for (let Marker = '', page = 1; ; page += 1) {
      const text = await server.did(rootKey, 'iam', Action, { ...members, MaxItems: '1', ...(Marker !== '' && { Marker }) })
      found.push(...[...text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, value = '']) => value))
      if (textIn(text, 'IsTruncated') === 'false') return found
      Marker = textIn(text, 'Marker')
      await between?.(page)
    }
  }

  test('tells of policies that are called alike each by itself', async () => {
    await server.did(rootKey, 'iam', 'CreateUser', { UserName: 'paged' })
    const UserName = 'paged'
    await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: 'AdministratorAccess', PolicyDocument: policy(allow('*')) })
    const attached = [`${iam}:policy/AdministratorAccess`, 'arn:aws:iam::aws:policy/AdministratorAccess']
    for (const PolicyArn of attached) await server.did(rootKey, 'iam', 'AttachUserPolicy', { UserName, PolicyArn })
    assert.deepEqual([...(await pages('ListAttachedUserPolicies', 'PolicyArn', { UserName }))].sort(), attached.toSorted())
  })

  test('leaves out and repeats nothing that stayed when something goes or comes', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p5']) {
      await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: policy(allow('*')) })
    }
    await server.did(rootKey, 'iam', 'CreateUser', { UserName: 'moving' })
    const UserName = 'moving'
    for (const name of ['p1', 'p2', 'p3', 'p5']) {
      await server.did(rootKey, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: `${iam}:policy/${name}` })
    }
    const found = await pages('ListAttachedUserPolicies', 'PolicyName', { UserName }, async (page) => {
      if (page === 1) await server.did(rootKey, 'iam', 'DetachUserPolicy', { UserName, PolicyArn: `${iam}:policy/p1` })
      if (page !== 2) return
      await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: 'p0', PolicyDocument: policy(allow('*')) })
      await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: 'p4', PolicyDocument: policy(allow('*')) })
      for (const name of ['p0', 'p4'])
        await server.did(rootKey, 'iam', 'AttachUserPolicy', { UserName, PolicyArn: `${iam}:policy/${name}` })
      await server.did(rootKey, 'iam', 'DetachUserPolicy', { UserName, PolicyArn: `${iam}:policy/p2` })
    })
    assert.deepEqual(found, ['p1', 'p2', 'p3', 'p4', 'p5'])
  })

  test('takes no marker that none of its pages told', async () => {
    for (const Marker of ['x', 'AAAA', Buffer.from('after').toString('base64url')]) {
      const { status, text } = await server.form(rootKey, 'iam', 'ListUsers', { Marker })
      assert.deepEqual([status, textIn(text, 'Code'), textIn(text, 'Message')], [400, 'ValidationError', 'Invalid Marker.'])
    }
  })
})

describe('A bucket', () => {
  test('is read and written by who may, and not by who may import or export a table', async () => {
    const own = table('Own')
    const s3 = (name: string): string => `arn:aws:s3:::lake/${name}`
    const eve = await server.userNamed('eve', [allow('dynamodb:*', [own, `${own}/*`])])
    await server.table('Own')
    const imported = (S3KeyPrefix: string) => ({
      S3BucketSource: { S3Bucket: 'lake', S3KeyPrefix },
      InputFormat: 'CSV',
      TableCreationParameters: {
        TableName: 'Own',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      },
    })
    const exported = (S3Prefix: string) => ({ TableArn: own, S3Bucket: 'lake', S3Prefix })
    await refused(server.json(eve, 'ImportTable', imported('others/')), /s3:GetObject on resource: arn:aws:s3:::lake\/others\/\*/)
    await refused(
      server.json(eve, 'ExportTableToPointInTime', exported('others')),
      /s3:PutObject on resource: .*lake\/others\/AWSDynamoDB\/\*/,
    )
    await server.letUser('eve', [
      allow('dynamodb:*', [own, `${own}/*`]),
      allow('s3:*', [s3('eve/*')]),
      allow('s3:ListBucket', 'arn:aws:s3:::lake'),
    ])
    for (const prefix of ['others/', '', 'e', 'eve', 'eve2/']) {
      await refused(server.json(eve, 'ImportTable', imported(prefix)), /s3:GetObject/)
    }
    await refused(server.json(eve, 'ExportTableToPointInTime', exported('')), /s3:PutObject/)
    for (const asked of [
      server.json(eve, 'ImportTable', imported('eve/')),
      server.json(eve, 'ExportTableToPointInTime', exported('eve')),
    ]) {
      // There is no such bucket here: that is told to who may.
      assert.doesNotMatch((await asked).text, /AccessDenied/)
    }
  })
})
