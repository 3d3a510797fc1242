/**
 * Sound requests to everything that answers at the port, as method, address, headers and body: DynamoDB in both versions of its JSON,
 * CloudWatch in its three protocols, scaling in JSON, IAM and STS in forms, every route of the control endpoint, and what has no body.
 */
import { writeJson } from '../../../src/base/json-text.ts'
import { handlers } from '../../../src/operations/registry.ts'
import type { Member } from '../../../src/server/control/members.ts'
import { type AnyRoute, allRoutes, controlRoutes } from '../../../src/server/control/routes.ts'
import { scalingOperations } from '../../../src/services/auto-scaling/contract/operations.ts'
import { iamOperations } from '../../../src/services/iam/contract/operations.ts'
import { stsOperations } from '../../../src/services/sts/contract/operations.ts'
import { targetFor } from '../../harness/target-for.ts'
import type { Choices } from '../choices.ts'
import { cloudWatchCase } from '../cloudwatch-requests.ts'
import { mutateBody, mutateTree } from '../mutate-body.ts'
import { fuzzedTable, validRequests } from '../valid-requests.ts'
import type { WildObject } from '../wild-values.ts'

export interface WireRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
  /** In the credential scope; undefined where nothing is signed unless the server verifies it. */
  readonly service?: string
}

const noBody = new Uint8Array()
const offered = Object.keys(handlers)

export function wireRequest(choices: Choices): WireRequest {
  const kind = choices.below(100)
  if (kind < 40) return dynamodbRequest(choices)
  if (kind < 55) return cloudWatchRequest(choices)
  if (kind < 65) return scalingRequest(choices)
  if (kind < 78) return formRequest(choices)
  if (kind < 92) return controlRequest(choices)
  return bareRequest(choices)
}

function dynamodbRequest(choices: Choices): WireRequest {
  const operation = choices.pick(offered)
  const sound = choices.pick(validRequests[operation] ?? [])
  const body = choices.chance(60) ? mutateBody(choices, sound) : Buffer.from(JSON.stringify(sound))
  const type = choices.pick(['application/x-amz-json-1.0', 'application/x-amz-json-1.1', 'application/x-amz-json-1.0; charset=utf-8'])
  return { ...post('/', body), headers: { 'Content-Type': type, 'X-Amz-Target': targetFor(operation) }, service: 'dynamodb' }
}

function cloudWatchRequest(choices: Choices): WireRequest {
  const prefix = 'GraniteServiceVersion20100801'
  const { protocol, operation, body } = cloudWatchCase(choices)
  const name = /^\w+$/.test(operation) ? operation : 'ListMetrics'
  const service = 'monitoring'
  switch (protocol) {
    case 'json':
      return { ...post('/', body), headers: { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': `${prefix}.${name}` }, service }
    case 'cbor': {
      const headers = { 'Content-Type': 'application/cbor', 'Smithy-Protocol': 'rpc-v2-cbor' }
      return { ...post(`/service/${prefix}/operation/${name}`, body), headers, service }
    }
    case 'query':
      return { ...post('/', body), headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, service }
  }
}

const scaled: WildObject = {
  ServiceNamespace: 'dynamodb',
  ResourceId: `table/${fuzzedTable}`,
  ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
  MinCapacity: 1,
  MaxCapacity: 10,
  PolicyName: 'p',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 70,
    PredefinedMetricSpecification: { PredefinedMetricType: 'DynamoDBReadCapacityUtilization' },
  },
  ScheduledActionName: 's',
  Schedule: 'rate(5 minutes)',
  ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
}

function scalingRequest(choices: Choices): WireRequest {
  const operation = choices.pick(Object.keys(scalingOperations))
  const tree = structuredClone(scaled)
  if (choices.chance(70)) choices.several(1, 3, () => mutateTree(choices, tree))
  const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AnyScaleFrontendService.${operation}` }
  return { ...post('/', Buffer.from(writeJson(tree))), headers, service: 'application-autoscaling' }
}

const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }] })
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
})
const account = '123456789012'
/** What IAM and STS are told, by the names of their members: each operation takes some of them. */
const formMembers: { readonly [name: string]: readonly string[] } = {
  UserName: ['ann', 'bob', ''],
  NewUserName: ['bob'],
  GroupName: ['staff'],
  RoleName: ['reader'],
  PolicyName: ['P', 'Q'],
  PolicyArn: [`arn:aws:iam::${account}:policy/P`, 'arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess'],
  PolicyDocument: [policy, '{', '%'],
  AssumeRolePolicyDocument: [trust, policy],
  Path: ['/', '/a/'],
  PathPrefix: ['/'],
  MaxItems: ['1', '1000', '0', 'x'],
  Marker: ['', 'AAAA'],
  'Tags.member.1.Key': ['k'],
  'Tags.member.1.Value': ['v'],
  'TagKeys.member.1': ['k'],
  AccessKeyId: ['AKIAIOSFODNN7EXAMPLE'],
  Status: ['Active', 'Inactive', 'x'],
  RoleArn: [`arn:aws:iam::${account}:role/reader`],
  RoleSessionName: ['me'],
  DurationSeconds: ['900', '-1', '1e9'],
  Name: ['fed'],
  Policy: [policy],
  PolicySourceArn: [`arn:aws:iam::${account}:user/ann`],
  'PolicyInputList.member.1': [policy],
  'ActionNames.member.1': ['dynamodb:GetItem'],
  'ResourceArns.member.1': ['*'],
  VersionId: ['v1', 'v2'],
  SetAsDefault: ['true', 'maybe'],
  AccountAlias: ['stator'],
}

function formRequest(choices: Choices): WireRequest {
  const [service, version, operations] = choices.pick([
    ['iam', '2010-05-08', Object.keys(iamOperations)],
    ['iam', '2010-05-08', Object.keys(iamOperations)],
    ['sts', '2011-06-15', Object.keys(stsOperations)],
  ] as const)
  const form = new URLSearchParams({ Action: choices.pick(operations), Version: version })
  for (const [name, values] of Object.entries(formMembers)) if (choices.chance(70)) form.append(name, choices.pick(values))
  return { ...post('/', Buffer.from(form.toString())), headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, service }
}

const membersByKind: { readonly [Kind in Member['kind']]: readonly (string | number | boolean | WildObject)[] } = {
  boolean: [true, false],
  bytes: [1, 1_000_000],
  'clock offset': [0, -5, 5],
  'collection size': [1, 1_000_000],
  count: [0, 1, 3],
  hours: [1, 24],
  milliseconds: [0, 5],
  minutes: [1, 60],
  number: [0, 7],
  name: [fuzzedTable, 'byWord', 'dynamodb:GetItem', 'root'],
  object: [
    {},
    { 'dynamodb:LeadingKeys': ['a'] },
    { staleMs: 1000 },
    { staleChanges: 1 },
    { streamDelayMs: 1000 },
    { table: fuzzedTable, partition: 1 },
    { operation: 'GetRecords', shard: 'shardId-00000001795341600000-00000001' },
  ],
  probability: [0, 0.5, 1],
  region: ['us-east-1', 'eu-west-1'],
  'throughput mode': ['off', 'observe', 'enforce'],
  time: ['2026-11-22T10:00:00Z', 1_795_341_600_000],
  'time span': [0, 1000, 60_000],
  units: [1, 1000],
}

/** A transaction that is held waits for a clock that stands still, as it was told to. */
const routes = allRoutes().filter((route) => route !== (controlRoutes.holdNextTransaction as AnyRoute))

function controlRequest(choices: Choices): WireRequest {
  const route = choices.pick(routes)
  const members: WildObject = {}
  for (const [name, { kind, required }] of Object.entries(route.members)) {
    if (required === true || choices.chance(60)) members[name] = choices.pick(membersByKind[kind])
  }
  let url = route.path
  for (const name of Object.keys(members).filter((each) => route.path.includes(`:${each}`))) {
    url = url.replace(`:${name}`, encodeURIComponent(String(members[name])))
    delete members[name]
  }
  if (choices.chance(60)) mutateTree(choices, members)
  const headers = { 'X-Stator-Control': '1', 'Content-Type': 'application/json' }
  if (route.method !== 'GET' && route.method !== 'DELETE')
    return { method: route.method, url, headers, body: Buffer.from(writeJson(members)), service: 'stator' }
  const query = Object.entries(members).map(
    ([name, value]) => `${percent(name)}=${percent(typeof value === 'string' ? value : writeJson(value))}`,
  )
  return {
    method: route.method,
    url: query.length === 0 ? url : `${url}?${query.join('&').slice(0, 8000)}`,
    headers,
    body: noBody,
    service: 'stator',
  }
}

function percent(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

const bare = ['/', '/ping', '/health/live', '/health/ready', '/metrics', '/_stator', '/_stator/tables', '/x', '/?a=b', '/%', '/../..', '//']

function bareRequest(choices: Choices): WireRequest {
  const method = choices.pick(['GET', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])
  const origin = choices.chance(20) ? { Origin: 'http://a.example', 'Access-Control-Request-Method': 'POST' } : {}
  return {
    method,
    url: choices.pick(bare),
    headers: origin,
    body: choices.chance(20) ? Buffer.from('x'.repeat(choices.below(100))) : noBody,
  }
}

function post(url: string, body: Uint8Array): { readonly method: 'POST'; readonly url: string; readonly body: Uint8Array } {
  return { method: 'POST', url, body }
}
