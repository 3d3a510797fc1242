/** Two servers with `--auth iam`, each with its own connection to one database: what one is told the other goes by at its next request. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import {
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-dynamodb'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { newSealingKey, SealingKeys } from '../../src/base/sealing.ts'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { sharedPostgres } from '../contract/open-postgres.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { skipWithoutPostgres } from '../harness/postgres.ts'

const require = createRequire(import.meta.url)
const {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} = require('@aws-sdk/client-iam')
const { AssumeRoleCommand, STSClient } = require('@aws-sdk/client-sts')

const region = 'us-east-1'
const account = '123456789012'
const rootKey = { accessKeyId: 'root_key_of_the_test', secretAccessKey: 'secret of the root' }
const keys = new SealingKeys([newSealingKey(seededRandom(7))], systemRandom)
const tableArn = `arn:aws:dynamodb:${region}:${account}:table/Orders`
const userArn = `arn:aws:iam::${account}:user/ann`
const statement = (Effect: string, more: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action: 'dynamodb:DescribeTable', ...more } })
const allow = statement('Allow', { Resource: tableArn })
const denied = { name: 'AccessDeniedException' }

test('what one server is told of policies, keys and roles the other goes by at its next request', {
  skip: skipWithoutPostgres,
}, async (t) => {
  const url = await (await sharedPostgres()).newUrl()
  const clock = new ManualClock(1_795_341_600_000)
  const startNode = async (): Promise<RunningServer> => {
    const server = await startServer({
      port: 0,
      storage: { kind: 'custom', open: () => openPostgresStore({ url }), isShared: true },
      isTestCluster: true,
      clock,
      steadyClock: new ManualClock(0),
      jobs: 'manual',
      tableStateDelayMs: 0,
      crossOrigin: false,
      log: () => {},
      sealingKeys: async () => keys,
      access: { rootKey },
    })
    t.after(() => server.close())
    return server
  }
  const [one, other] = [await startNode(), await startNode()]
  const options = ({ endpoint }: RunningServer, credentials: object) => ({ endpoint, region, credentials, maxAttempts: 1 }) as never
  const iam = new IAMClient(options(one, rootKey))
  const root = new DynamoDBClient(options(one, rootKey))
  await root.send(new CreateTableCommand(onDemandTable('Orders', { pk: 'S' }) as never))
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  const ann = { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey }
  const there = new DynamoDBClient(options(other, ann))
  const sts = new STSClient(options(other, ann))
  t.after(() => {
    for (const client of [iam, root, there, sts]) client.destroy()
  })
  const describe = (client = there) => client.send(new DescribeTableCommand({ TableName: 'Orders' }))

  await assert.rejects(describe(), denied)
  await iam.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'p', PolicyDocument: allow }))
  await describe()
  await root.send(
    new PutResourcePolicyCommand({ ResourceArn: tableArn, Policy: statement('Deny', { Resource: tableArn, Principal: { AWS: userArn } }) }),
  )
  await assert.rejects(describe(), { ...denied, message: /explicit deny in a resource-based policy/ })
  await root.send(new DeleteResourcePolicyCommand({ ResourceArn: tableArn }))
  await describe()
  await iam.send(new DeleteUserPolicyCommand({ UserName: 'ann', PolicyName: 'p' }))
  await assert.rejects(describe(), denied)

  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: userArn }, Action: 'sts:AssumeRole' },
  })
  await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument }))
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/reader`, RoleSessionName: 'now' }))
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials
  const asRole = new DynamoDBClient(options(other, { accessKeyId, secretAccessKey, sessionToken }))
  t.after(() => asRole.destroy())
  await assert.rejects(describe(asRole), denied)
  await iam.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p', PolicyDocument: allow }))
  await describe(asRole)

  await iam.send(new UpdateAccessKeyCommand({ UserName: 'ann', AccessKeyId: ann.accessKeyId, Status: 'Inactive' }))
  await assert.rejects(describe(), { name: 'UnrecognizedClientException' })
})
