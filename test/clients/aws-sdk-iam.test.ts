/**
 * IAM and STS by the SDK's own clients: what Terraform's resources for users, groups, roles, policies and access keys ask for when they
 * are created, read, updated, imported, found to have drifted, and destroyed.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { credentials, region } from './dummy-credentials.ts'
import { type RunningServer, startServer } from './running-server.ts'

const require = createRequire(import.meta.url)
const {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteLoginProfileCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesForRoleCommand,
  ListMFADevicesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  ListVirtualMFADevicesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  paginateGetGroup,
  paginateListUsers,
  RemoveUserFromGroupCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagRoleCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateUserCommand,
} = require('@aws-sdk/client-iam')
const { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } = require('@aws-sdk/client-sts')

const readTables = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}]}'
const writeTables = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}]}'
const trust = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}]}'
const noOne = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}'
const readOnly = 'arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess'

describe('IAM and STS by the clients of the SDK', () => {
  let server: RunningServer
  let iam: InstanceType<typeof IAMClient>
  let sts: InstanceType<typeof STSClient>

  before(async () => {
    server = await startServer(['--in-memory'])
    iam = new IAMClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
    sts = new STSClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 })
  })

  after(async () => {
    iam.destroy()
    sts.destroy()
    assert.equal(await server?.close(), 0)
  })

  test('aws_iam_user: created, read, renamed, tagged, drifted, destroyed by force', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }]
    const { User: made } = await iam.send(
      new CreateUserCommand({ UserName: 'tf', Path: '/terraform/', Tags, PermissionsBoundary: readOnly }),
    )
    assert.match(made?.UserId ?? '', /^AIDA[A-Z2-7]{17}$/)
    assert.ok(made?.CreateDate instanceof Date)
    const { User: read } = await iam.send(new GetUserCommand({ UserName: 'tf' }))
    assert.deepEqual(read, made)
    await iam.send(new UpdateUserCommand({ UserName: 'tf', NewUserName: 'tf2', NewPath: '/' }))
    await iam.send(new UntagUserCommand({ UserName: 'tf2', TagKeys: ['team'] }))
    await iam.send(new TagUserCommand({ UserName: 'tf2', Tags: [{ Key: 'cost', Value: '7' }] }))
    const { User: changed } = await iam.send(new GetUserCommand({ UserName: 'tf2' }))
    assert.deepEqual(changed?.Tags, [{ Key: 'cost', Value: '7' }])
    assert.deepEqual([changed?.UserId, changed?.Arn], [made?.UserId, 'arn:aws:iam::123456789012:user/tf2'])
    // Gone behind Terraform's back: it reads NoSuchEntity, and creates it again.
    await assert.rejects(iam.send(new GetUserCommand({ UserName: 'tf' })), { name: 'NoSuchEntityException' })

    await iam.send(new CreateGroupCommand({ GroupName: 'tf' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'tf', UserName: 'tf2' }))
    await iam.send(new CreateAccessKeyCommand({ UserName: 'tf2' }))
    await iam.send(new PutUserPolicyCommand({ UserName: 'tf2', PolicyName: 'p', PolicyDocument: readTables }))
    await iam.send(new AttachUserPolicyCommand({ UserName: 'tf2', PolicyArn: readOnly }))
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: 'tf2' })), { name: 'DeleteConflictException' })
    await destroyByForce('tf2')
    await iam.send(new DeleteGroupCommand({ GroupName: 'tf' }))
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: 'tf2' })), { name: 'NoSuchEntityException' })
  })

  /** In the order of Terraform's `force_destroy`. */
  async function destroyByForce(UserName: string): Promise<void> {
    const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }))
    for (const { GroupName } of Groups) await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName }))
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }))
    for (const PolicyName of PolicyNames) await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }))
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: readOnly }))
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
    for (const { AccessKeyId } of AccessKeyMetadata) await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
    assert.deepEqual((await iam.send(new ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys, [])
    assert.deepEqual((await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }))).VirtualMFADevices, [])
    assert.deepEqual((await iam.send(new ListMFADevicesCommand({ UserName }))).MFADevices, [])
    await assert.rejects(iam.send(new DeleteLoginProfileCommand({ UserName })), { name: 'NoSuchEntityException' })
    assert.deepEqual((await iam.send(new ListSigningCertificatesCommand({ UserName }))).Certificates, [])
    assert.deepEqual((await iam.send(new ListServiceSpecificCredentialsCommand({ UserName }))).ServiceSpecificCredentials, [])
    await iam.send(new DeleteUserCommand({ UserName }))
  }

  test('aws_iam_group_membership: members are read in pages', async () => {
    await iam.send(new CreateGroupCommand({ GroupName: 'many' }))
    const names = ['u1', 'u2', 'u3', 'u4', 'u5']
    for (const UserName of names) {
      await iam.send(new CreateUserCommand({ UserName, Path: '/many/' }))
      await iam.send(new AddUserToGroupCommand({ GroupName: 'many', UserName }))
    }
    const members: (string | undefined)[] = []
    let pages = 0
    for await (const { Users = [] } of paginateGetGroup({ client: iam, pageSize: 2 }, { GroupName: 'many' })) {
      members.push(...Users.map(({ UserName }: { readonly UserName: string }) => UserName))
      pages += 1
    }
    assert.deepEqual([members, pages], [names, 3])
    const listed: (string | undefined)[] = []
    for await (const { Users = [] } of paginateListUsers({ client: iam, pageSize: 1 }, { PathPrefix: '/many/' })) {
      listed.push(...Users.map(({ UserName }: { readonly UserName: string }) => UserName))
    }
    assert.deepEqual(listed, names)
  })

  test('aws_iam_role with aws_iam_role_policy and its attachment', async () => {
    const RoleName = 'app'
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: trust,
        Description: 'First.',
        MaxSessionDuration: 7200,
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    )
    assert.deepEqual(decodeURIComponent(made?.AssumeRolePolicyDocument ?? ''), trust)
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'inline', PolicyDocument: readTables }))
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: readOnly }))
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'inline' }))
    assert.equal(decodeURIComponent(PolicyDocument ?? ''), readTables)
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: noOne }))
    await iam.send(new UpdateRoleCommand({ RoleName, Description: 'Second.', MaxSessionDuration: 3600 }))
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: readOnly }))
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'c', Value: 'd' }] }))
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }))
    const { Role: read } = await iam.send(new GetRoleCommand({ RoleName }))
    assert.deepEqual(
      {
        description: read?.Description,
        seconds: read?.MaxSessionDuration,
        tags: read?.Tags,
        boundary: read?.PermissionsBoundary?.PermissionsBoundaryArn,
      },
      { description: 'Second.', seconds: 3600, tags: [{ Key: 'c', Value: 'd' }], boundary: readOnly },
    )
    assert.equal(decodeURIComponent(read?.AssumeRolePolicyDocument ?? ''), noOne)
    assert.deepEqual((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))).InstanceProfiles, [])
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    for (const { PolicyArn } of AttachedPolicies) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
    for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }))
    await iam.send(new DeleteRoleCommand({ RoleName }))
    await assert.rejects(iam.send(new GetRoleCommand({ RoleName })), { name: 'NoSuchEntityException' })
  })

  test('aws_iam_policy: each update is a version, and old ones make room', async () => {
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'tables', PolicyDocument: readTables }))
    const PolicyArn = Policy?.Arn ?? ''
    for (let update = 0; update < 8; update += 1) {
      const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
      const oldest = Versions.findLast(({ IsDefaultVersion }: { readonly IsDefaultVersion: boolean }) => !IsDefaultVersion)
      if (Versions.length >= 5) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest?.VersionId }))
      const PolicyDocument = update % 2 === 0 ? writeTables : readTables
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
    }
    const { Policy: read } = await iam.send(new GetPolicyCommand({ PolicyArn }))
    assert.equal(read?.DefaultVersionId, 'v9')
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v9' }))
    assert.equal(decodeURIComponent(PolicyVersion?.Document ?? ''), readTables)
    const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
    assert.deepEqual(
      Versions.map(({ VersionId }: { readonly VersionId: string }) => VersionId),
      ['v9', 'v8', 'v7', 'v6', 'v5'],
    )
    for (const { VersionId, IsDefaultVersion } of Versions) {
      if (!IsDefaultVersion) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
    }
    await iam.send(new DeletePolicyCommand({ PolicyArn }))
  })

  test('aws_iam_access_key: made, set inactive, found to be gone', async () => {
    const UserName = 'keys'
    await iam.send(new CreateUserCommand({ UserName }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
    assert.match(AccessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.match(SecretAccessKey, /^[A-Za-z0-9+/]{40}$/)
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }))
    const { AccessKeyMetadata: listed = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
    assert.deepEqual(
      listed.map((each: { readonly AccessKeyId: string; readonly Status: string }) => [each.AccessKeyId, each.Status]),
      [[AccessKeyId, 'Inactive']],
    )
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
    assert.deepEqual((await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata, [])
    await assert.rejects(iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })), { name: 'NoSuchEntityException' })
  })

  test('aws_iam_user_policy: text comes back as it was put, whatever letters it has', async () => {
    const UserName = 'text'
    const PolicyDocument = JSON.stringify(
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:dynamodb:*:*:table/a&b<c>"d\'é ü*' }] },
      undefined,
      2,
    )
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }))
    const read = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: 'p' }))
    assert.equal(decodeURIComponent(read.PolicyDocument ?? ''), PolicyDocument)
    await assert.rejects(iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: '{"Statement":' })), {
      name: 'MalformedPolicyDocumentException',
    })
  })

  test('Maps come back as maps', async () => {
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
    assert.equal(SummaryMap?.AccessKeysPerUserQuota, 2)
  })

  test('Sessions of a role and of whoever asks', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'session', AssumeRolePolicyDocument: trust }))
    const RoleArn = 'arn:aws:iam::123456789012:role/session'
    const { Credentials, AssumedRoleUser } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }))
    assert.match(Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/)
    assert.ok(Credentials?.Expiration instanceof Date)
    assert.equal(AssumedRoleUser?.Arn, 'arn:aws:sts::123456789012:assumed-role/session/test')
    const { Credentials: own } = await sts.send(new GetSessionTokenCommand({}))
    assert.ok((own?.SessionToken?.length ?? 0) > 100)
    const { Account } = await sts.send(new GetCallerIdentityCommand({}))
    assert.equal(Account, '123456789012')
  })
})
