/** IAM and STS by every AWS CLI that is installed: users, groups, policies, keys and roles, on a server that asks who somebody is. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { clientEnvironment, region } from './dummy-credentials.ts'
import { findAwsClis, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const run = promisify(execFile)
const clis = findAwsClis()
const readTables = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:ListTables","Resource":"*"}}'

interface KeyPair {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

describe('IAM and STS', () => {
  let server: RunningServer

  before(async () => {
    process.env.STATOR_ROOT_ACCESS_KEY_ID = 'root_of_the_clients'
    process.env.STATOR_ROOT_SECRET_ACCESS_KEY = 'secret'
    server = await startServer(['--in-memory', '--auth', 'iam'])
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  for (const [at, cli] of clis.entries()) {
    const aws = async (by: KeyPair, ...words: readonly string[]): Promise<{ readonly [name: string]: unknown }> => {
      const env = {
        ...clientEnvironment(server.endpoint),
        AWS_ENDPOINT_URL: server.endpoint,
        PYTHONDONTWRITEBYTECODE: '1',
        AWS_ACCESS_KEY_ID: by.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: by.SecretAccessKey,
        ...(by.SessionToken !== undefined && { AWS_SESSION_TOKEN: by.SessionToken }),
      }
      const { stdout } = await run(cli, [...words, '--endpoint-url', server.endpoint, '--region', region, '--output', 'json'], { env })
      return stdout === '' ? {} : JSON.parse(stdout)
    }
    const root: KeyPair = { AccessKeyId: 'root_of_the_clients', SecretAccessKey: 'secret' }

    test(`${cli}: a user is made, may do what his policy says, and assumes a role`, async () => {
      const user = `ann${at}`
      const userArn = `arn:aws:iam::123456789012:user/${user}`
      await aws(root, 'iam', 'create-user', '--user-name', user, '--tags', 'Key=team,Value=blue')
      const { AccessKey } = await aws(root, 'iam', 'create-access-key', '--user-name', user)
      const ann = AccessKey as KeyPair
      assert.equal((await aws(ann, 'sts', 'get-caller-identity')).Arn, userArn)
      await assert.rejects(aws(ann, 'dynamodb', 'list-tables'), /AccessDeniedException/)
      await aws(root, 'iam', 'put-user-policy', '--user-name', user, '--policy-name', 'read', '--policy-document', readTables)
      assert.deepEqual(await aws(ann, 'dynamodb', 'list-tables'), { TableNames: [] })
      const read = await aws(root, 'iam', 'get-user-policy', '--user-name', user, '--policy-name', 'read')
      assert.deepEqual(read.PolicyDocument, JSON.parse(readTables))
      const trust = JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: userArn }, Action: 'sts:AssumeRole' },
      })
      await aws(root, 'iam', 'create-role', '--role-name', `role${at}`, '--assume-role-policy-document', trust)
      const roleArn = `arn:aws:iam::123456789012:role/role${at}`
      const { Credentials } = await aws(ann, 'sts', 'assume-role', '--role-arn', roleArn, '--role-session-name', 'now')
      const { Arn } = await aws(Credentials as KeyPair, 'sts', 'get-caller-identity')
      assert.equal(Arn, `arn:aws:sts::123456789012:assumed-role/role${at}/now`)
      const listed = await aws(root, 'iam', 'list-users', '--max-items', '1')
      assert.equal((listed.Users as readonly unknown[]).length, 1)
      await assert.rejects(aws(root, 'iam', 'delete-user', '--user-name', user), /DeleteConflict/)
    })
  }

  test('an AWS CLI is installed', { skip: skipWithout(clis[0], 'an AWS CLI') }, () => assert.ok(clis.length > 0))
})
