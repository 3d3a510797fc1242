/** What is judged is what is done: members that an operation does not read, and other ways to write a name, change nothing of who may. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { account, allow, type Credentials, IamServer, type Members, policy, rootKey, textIn } from '../harness/iam-server.ts'

const iam = `arn:aws:iam::${account}`
let server: IamServer
let ann: Credentials

const bob = policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' })

before(async () => {
  server = await IamServer.open()
  ann = await server.userNamed('ann')
  await server.did(rootKey, 'iam', 'CreateUser', { UserName: 'victim', 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'red' })
  await server.did(rootKey, 'iam', 'CreateRole', { RoleName: 'mine', AssumeRolePolicyDocument: bob })
  await server.did(rootKey, 'iam', 'CreateGroup', { GroupName: 'mine' })
  await server.did(rootKey, 'iam', 'CreateGroup', { GroupName: 'theirs' })
  await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: 'mine', PolicyDocument: policy(allow('*')) })
})
after(() => server.close())

/** Whatever is sent beside what an operation reads. */
const noise: readonly Members[] = [
  { PolicySourceArn: `${iam}:user/ann` },
  { GroupName: 'mine' },
  { RoleName: 'mine' },
  { UserName: 'ann' },
  { PolicyName: 'mine' },
  { PolicyArn: `${iam}:policy/mine` },
  { PermissionsBoundary: `${iam}:policy/mine` },
  { Path: '/mine/' },
  { NewPath: '/mine/', NewUserName: 'ann', NewGroupName: 'mine' },
  { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'blue', 'TagKeys.member.1': 'team' },
  { AccessKeyId: 'AKIAMINE', AlarmName: 'mine', 'AlarmNames.member.1': 'mine', Name: 'mine' },
]

const forbidden: readonly (readonly [operation: string, members: Members])[] = [
  ['CreateUser', { UserName: 'evil' }],
  ['CreateGroup', { GroupName: 'evil' }],
  ['CreateRole', { RoleName: 'evil', AssumeRolePolicyDocument: bob }],
  ['CreatePolicy', { PolicyName: 'evil', PolicyDocument: policy(allow('*')) }],
  ['CreatePolicyVersion', { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess', PolicyDocument: policy(allow('*')) }],
  ['CreateAccessKey', { UserName: 'victim' }],
  ['PutUserPolicy', { UserName: 'victim', PolicyName: 'p', PolicyDocument: policy(allow('*')) }],
  ['AttachUserPolicy', { UserName: 'victim', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ['AttachGroupPolicy', { GroupName: 'theirs', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ['AddUserToGroup', { GroupName: 'theirs', UserName: 'ann' }],
  ['PutUserPermissionsBoundary', { UserName: 'victim', PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ['UpdateUser', { UserName: 'victim', NewUserName: 'gone' }],
  ['TagUser', { UserName: 'victim', 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'green' }],
  ['GetAccessKeyLastUsed', { AccessKeyId: 'AKIAVICTIMVICTIM1234' }],
  ['SimulatePrincipalPolicy', { PolicySourceArn: `${iam}:user/victim`, 'ActionNames.member.1': 'iam:GetUser' }],
]

describe('A request is judged by what its operation reads', () => {
  const own = [
    `${iam}:user/ann`,
    `${iam}:*/mine`,
    `${iam}:*/mine/*`,
    `arn:aws:cloudwatch:*:*:alarm:mine`,
    `arn:aws:sts::*:federated-user/mine`,
  ]

  for (const [operation, members] of forbidden) {
    test(`${operation}, whatever else is sent`, async () => {
      await server.letUser('ann', [
        allow('*', own),
        allow('iam:*', '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } }),
        allow('iam:AttachUserPolicy', '*', { Condition: { ArnEquals: { 'iam:PolicyARN': `${iam}:policy/mine` } } }),
        allow(['iam:CreateUser', 'iam:CreateRole', 'iam:PutUserPermissionsBoundary', 'iam:PutUserPolicy'], '*', {
          Condition: { ArnEquals: { 'iam:PermissionsBoundary': `${iam}:policy/mine` } },
        }),
      ])
      for (const more of noise) {
        // What the operation reads is no noise: a boundary that is allowed, a path of one's own.
        const sent = Object.fromEntries(Object.entries(more).filter(([name]) => !readBy(operation).includes(name)))
        const { status, text } = await server.form(ann, 'iam', operation, { ...sent, ...members })
        assert.deepEqual([status, textIn(text, 'Code')], [403, 'AccessDenied'], `${operation} ${JSON.stringify(more)}: ${text}`)
      }
    })
  }

  test('SimulatePrincipalPolicy, however the name is written', async () => {
    await server.letUser('ann', [allow('iam:*'), { Effect: 'Deny', Action: 'iam:SimulatePrincipalPolicy', Resource: `${iam}:user/victim` }])
    for (const name of ['victim', 'VICTIM']) {
      const members = { PolicySourceArn: `${iam}:user/${name}`, 'ActionNames.member.1': 'iam:GetUser' }
      assert.equal((await server.form(ann, 'iam', 'SimulatePrincipalPolicy', members)).status, 403, name)
    }
  })

  test('PutMetricAlarm, SetAlarmState and DeleteAlarms, whichever name of an alarm is sent besides', async () => {
    await server.letUser('ann', [allow('cloudwatch:*', 'arn:aws:cloudwatch:*:*:alarm:mine')])
    const alarm = { MetricName: 'm', Namespace: 'n', Period: '60', Statistic: 'Sum', EvaluationPeriods: '1', Threshold: '1' }
    const compared = { ...alarm, ComparisonOperator: 'GreaterThanThreshold' }
    const put = { AlarmName: 'theirs', 'AlarmNames.member.1': 'mine', ...compared }
    assert.equal((await server.form(ann, 'monitoring', 'PutMetricAlarm', put)).status, 403)
    const set = { AlarmName: 'theirs', 'AlarmNames.member.1': 'mine', StateValue: 'OK', StateReason: 'r' }
    assert.equal((await server.form(ann, 'monitoring', 'SetAlarmState', set)).status, 403)
    const dropped = { AlarmName: 'mine', 'AlarmNames.member.1': 'theirs' }
    assert.equal((await server.form(ann, 'monitoring', 'DeleteAlarms', dropped)).status, 403)
    await server.did(ann, 'monitoring', 'PutMetricAlarm', { AlarmName: 'mine', ...compared })
  })
})

/** Of the noise above. */
function readBy(operation: string): readonly string[] {
  switch (operation) {
    case 'CreateUser':
    case 'CreateRole':
      return ['PermissionsBoundary', 'Path']
    case 'CreateGroup':
    case 'CreatePolicy':
      return ['Path']
    case 'UpdateUser':
      return ['NewPath', 'NewUserName']
    case 'AddUserToGroup':
      return ['UserName']
    default:
      return []
  }
}

describe('Permissions on what something becomes', () => {
  test('UpdateUser and UpdateGroup need them under the new name and path as well as under the old ones', async () => {
    const eve = await server.userNamed('eve')
    await server.did(rootKey, 'iam', 'CreateUser', { UserName: 'temp', Path: '/team/' })
    await server.did(rootKey, 'iam', 'CreateGroup', { GroupName: 'temp', Path: '/team/' })
    await server.letUser('eve', [allow(['iam:UpdateUser', 'iam:UpdateGroup'], [`${iam}:user/team/*`, `${iam}:group/team/*`])])
    const refused = async (operation: string, members: Members, arn: string): Promise<void> => {
      const { status, text } = await server.form(eve, 'iam', operation, members)
      assert.equal(status, 403, text)
      assert.match(text, new RegExp(`iam:${operation} on resource: ${arn} `))
    }
    await refused('UpdateUser', { UserName: 'temp', NewPath: '/admin/' }, `${iam}:user/admin/temp`)
    await refused('UpdateUser', { UserName: 'ann', NewPath: '/team/' }, `${iam}:user/ann`)
    await refused('UpdateGroup', { GroupName: 'temp', NewPath: '/admin/', NewGroupName: 'x' }, `${iam}:group/admin/x`)
    await server.did(eve, 'iam', 'UpdateUser', { UserName: 'temp', NewUserName: 'other' })
    await server.did(eve, 'iam', 'UpdateUser', { UserName: 'other', NewPath: '/team/deep/' })
    await server.did(eve, 'iam', 'UpdateGroup', { GroupName: 'temp', NewGroupName: 'other' })
  })

  test('aws:ResourceTag is of the policy or role that is meant', async () => {
    const tagged = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'blue' }
    await server.did(rootKey, 'iam', 'CreatePolicy', { PolicyName: 'blue', PolicyDocument: policy(allow('*')), ...tagged })
    await server.did(rootKey, 'iam', 'CreateRole', { RoleName: 'blue', AssumeRolePolicyDocument: bob, ...tagged })
    const dan = await server.userNamed('dan', [allow('iam:*', '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } })])
    await server.did(dan, 'iam', 'GetPolicy', { PolicyArn: `${iam}:policy/blue` })
    await server.did(dan, 'iam', 'GetRole', { RoleName: 'blue' })
    await server.did(dan, 'iam', 'UpdateRole', { RoleName: 'blue', Description: 'd' })
    for (const [operation, members] of [
      ['GetPolicy', { PolicyArn: `${iam}:policy/mine` }],
      ['GetRole', { RoleName: 'mine' }],
      // The tags of the policy are not those of the user.
      ['AttachUserPolicy', { UserName: 'dan', PolicyArn: `${iam}:policy/blue` }],
    ] as const) {
      assert.equal((await server.form(dan, 'iam', operation, members)).status, 403, operation)
    }
  })

  test('tags of a federated user need sts:TagSession, and are told to conditions', async () => {
    const fay = await server.userNamed('fay', [allow('sts:GetFederationToken')])
    const tagged = (Value: string): Members => ({ Name: 'guest', 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': Value })
    await server.did(fay, 'sts', 'GetFederationToken', { Name: 'guest' })
    assert.match(
      (await server.form(fay, 'sts', 'GetFederationToken', tagged('blue'))).text,
      /sts:TagSession on resource: .*federated-user\/guest/,
    )
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'blue' }, 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team'] } }
    await server.letUser('fay', [allow('sts:GetFederationToken'), allow('sts:TagSession', '*', { Condition })])
    await server.did(fay, 'sts', 'GetFederationToken', tagged('blue'))
    assert.equal((await server.form(fay, 'sts', 'GetFederationToken', tagged('red'))).status, 403)
  })
})
