/** `stator explain-access` and `stator policy` as they are typed (docs/security.md). */
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import aws4 from 'aws4'
import { type RunningServer, startServer } from '../../src/server/start.ts'
import { onDemandTable } from '../harness/on-demand-table.ts'
import { TestIdentities } from '../harness/test-identities.ts'
import { testStorage } from '../harness/test-storage.ts'
import { type Ended, StatorProcess } from './stator-process.ts'

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/Pool'
const identities = new TestIdentities()
let server: RunningServer

function run(t: TestContext, words: readonly string[], accessKeyId = 'root'): Promise<Ended> {
  const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'us-east-1' }
  const started = new StatorProcess([...words, '--endpoint', server.endpoint], { environment })
  t.after(() => started.child.kill('SIGKILL'))
  return started.ended
}

async function ask(who: string, operation: string, input: object): Promise<number> {
  const { host } = new URL(server.endpoint)
  const headers = { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `DynamoDB_20120810.${operation}` }
  const request = { service: 'dynamodb', region: 'us-east-1', method: 'POST', host, path: '/', headers, body: JSON.stringify(input) }
  const {
    Host: _host,
    'Content-Length': _length,
    ...signed
  } = aws4.sign(request, { accessKeyId: who, secretAccessKey: 'secret' }).headers as unknown as { readonly [name: string]: string }
  return (await fetch(server.endpoint, { method: 'POST', headers: signed, body: request.body })).status
}

before(async () => {
  const options = { storage: testStorage('steady'), host: '127.0.0.1', port: 0, crossOrigin: false, isTestCluster: true } as const
  server = await startServer({ ...options, jobs: 'manual', tableStateDelayMs: 0, identities: () => identities, log: () => {} })
  assert.equal(await ask('root', 'CreateTable', onDemandTable('Pool', { pk: 'S' })), 200)
  const Condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['t1'] } }
  identities.setPolicies({ identity: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table, Condition, Sid: 'OwnKeys' }] })
})
after(() => server.close())

const explain = (key: string): readonly string[] => [
  ...['explain-access', '--as', 'ann', '--action', 'dynamodb:GetItem', '--resource', table],
  ...['--keys', JSON.stringify({ 'dynamodb:LeadingKeys': [key] })],
]

test('stator explain-access says that it is allowed, and by what', async (t) => {
  const { code, out: stdout } = await run(t, explain('t1'))
  assert.deepEqual([code, stdout], [0, `Allowed: ann, dynamodb:GetItem, ${table}\n\nAllow identity identity OwnKeys: applies\n`])
})

test('stator explain-access says what stands in the way, what would allow it, and ends with 5', async (t) => {
  const { code, out: stdout } = await run(t, explain('t2'))
  assert.equal(code, 5)
  assert.equal(
    stdout,
    `Denied: ann, dynamodb:GetItem, ${table}
User: arn:aws:iam::123456789012:user/ann is not authorized to perform: dynamodb:GetItem on resource: ${table} because no identity-based policy allows the dynamodb:GetItem action

Allow identity identity OwnKeys: has a condition that is false
    ForAllValues:StringEquals dynamodb:LeadingKeys ["t1"]: the request has ["t2"]

It would be allowed by this in a policy of the user or role:
{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"${table}"}
`,
  )
})

test('stator explain-access refuses what it does not know', async (t) => {
  const unknown = await run(t, ['explain-access', '--as', 'bob', '--action', 'dynamodb:GetItem'])
  assert.deepEqual([unknown.code, unknown.err], [1, 'There is no user or role "bob".\n'])
  for (const [words, sentence] of [
    [['--action', 'GetItem'], '"action" must be one action with its service, such as dynamodb:GetItem, not "GetItem".'],
    [['--action', 'dynamodb:Get*'], '"action" must be one action with its service, such as dynamodb:GetItem, not "dynamodb:Get*".'],
    [['--action', 'dynamodb:GetItm'], 'DynamoDB has no action "GetItm".'],
    [['--action', 'dynamodb:GetItem', '--resource', 'Pool'], '"resource" must be an ARN or *, not "Pool".'],
    [['--action', 'dynamodb:GetItem', '--resource', 'arn:aws:dynamodb'], '"resource" must be an ARN or *, not "arn:aws:dynamodb".'],
  ] as const) {
    const { code, err } = await run(t, ['explain-access', '--as', 'ann', ...words])
    assert.deepEqual([code, err], [1, `${sentence}\n`])
  }
  const nobody = await run(t, ['explain-access', '--action', 'dynamodb:GetItem'])
  assert.deepEqual([nobody.code, nobody.err], [2, 'stator explain-access needs --as NAME.\n'])
})

test('stator explain-access takes a region also where all regions are one', async (t) => {
  const { code, out: stdout } = await run(t, [...explain('t1'), '--region', 'eu-west-1'])
  assert.deepEqual([code, stdout.split('\n')[0]], [0, `Allowed: ann, dynamodb:GetItem, ${table}`])
})

test('stator policy writes what somebody was seen to need since it was told to look', async (t) => {
  const early = await run(t, ['policy', '--from-traffic'])
  assert.equal(early.code, 1)
  assert.match(early.err, /^Nothing was seen of it yet/)
  assert.equal((await run(t, ['policy', '--record', 'on'])).code, 0)
  assert.equal(await ask('user', 'GetItem', { TableName: 'Pool', Key: { pk: { S: 't1' } } }), 200)
  const { code, out: stdout } = await run(t, ['policy', '--from-traffic', '--as', 'ann'])
  assert.equal(code, 0)
  const Condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['t1'], 'dynamodb:Attributes': ['pk'] } }
  assert.deepEqual(JSON.parse(stdout), {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: [table], Condition }],
  })
})

test('who may not use the control endpoint is refused in words of policies', async (t) => {
  const { code, err } = await run(t, explain('t1'), 'user')
  assert.deepEqual(
    [code, err],
    [
      1,
      'AccessDeniedException: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: stator:ReadAuthorize on resource: * because no identity-based policy allows the stator:ReadAuthorize action\n',
    ],
  )
})
