/**
 * What it costs a GetItem that its signature is verified, and that policies of twenty statements are asked whether it is allowed: answered
 * in this process (times-in-turn.ts), where the difference arises.
 */
import aws4 from 'aws4'
import { compilePolicy } from '../../src/policies/compile-policy.ts'
import type { PoliciesOf } from '../../src/policies/decide-access.ts'
import type { Identities } from '../../src/policies/identities.ts'
import { parsePolicy } from '../../src/policies/parse-policy.ts'
import type { ServiceRequest } from '../../src/protocols/service-request.ts'
import { FileIdentities, readKeys } from '../../src/server/auth/key-file.ts'
import { openService, type Service, type ServiceOptions } from '../../src/server/start.ts'
import { type Asking, timesInTurn } from '../load/times-in-turn.ts'
import { type Column, printLine, printTitles } from '../report/figures.ts'
import { authVerdicts, verdictText } from '../report/goals.ts'
import type { Records } from '../report/records.ts'

const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const table = 'Orders'
const keys = 300
const statementsInPolicy = 20

/** It may do everything. */
const loader = { accessKeyId: 'AKIAIOSFODNN7LOADING', secretAccessKey: 'of-the-one-who-loads' }
const filler = { S: 'x'.repeat(400) }
const createTable = {
  TableName: table,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
}

function keyOf(at: number): { readonly pk: { readonly S: string } } {
  return { pk: { S: `customer-${at}` } }
}

const columns: readonly Column[] = [
  { title: 'GetItem', width: 30 },
  { title: 'µs', width: 9 },
  { title: 'more µs', width: 10 },
  { title: ' goal', width: 0 },
]

/** Times are medians of single requests in process. */
export async function printAuthCosts(records: Records): Promise<void> {
  const services = [await openLoaded(undefined), await openLoaded(known()), await openLoaded(known(twentyStatements()))]
  const requests = Array.from({ length: keys }, (_, at) => signed(key, 'GetItem', { TableName: table, Key: keyOf(at) }))
  const [unverifiedMicros = Number.NaN, verifiedMicros = Number.NaN, allowedMicros = Number.NaN] = await timesInTurn(
    services.map((service) => askingOf(service, requests)),
  )
  const record = { kind: 'auth', statements: statementsInPolicy, unverifiedMicros, verifiedMicros, allowedMicros } as const
  records.add(record)
  const [verified = '', allowed = ''] = authVerdicts(record).map(verdictText)
  printTitles(columns)
  printLine(columns, ['unverified', unverifiedMicros.toFixed(2), '', ''])
  printLine(columns, ['verified', verifiedMicros.toFixed(2), (verifiedMicros - unverifiedMicros).toFixed(2), ` ${verified}`])
  const what = `and ${statementsInPolicy} statements asked`
  printLine(columns, [what, allowedMicros.toFixed(2), (allowedMicros - verifiedMicros).toFixed(2), ` ${allowed}`])
  for (const service of services) await service.close()
}

function known(policies?: PoliciesOf): (account: string) => Identities {
  return (account) => {
    const identities = new FileIdentities()
    identities.replace(readKeys(JSON.stringify({ keys: [{ ...key, userName: 'ann' }, loader] }), account))
    return policies === undefined
      ? identities
      : { keyOf: (id) => identities.keyOf(id), sessionOf: () => ({ kind: 'invalid' }), policiesOf: () => policies }
  }
}

/** As somebody has them who works with several tables: the one that allows it stands last, and two look at the request whether to deny. */
function twentyStatements(): PoliciesOf {
  const arn = (name: string): string => `arn:aws:dynamodb:*:*:table/${name}`
  const others = Array.from({ length: statementsInPolicy - 3 }, (_, at) => ({
    Effect: 'Allow',
    Action: at % 2 === 0 ? ['dynamodb:GetItem', 'dynamodb:Query'] : ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    Resource: arn(`Other${at}`),
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`tenant-${at}`] } },
  }))
  const Statement = [
    ...others,
    { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*', Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } } },
    { Effect: 'Deny', Action: 'dynamodb:GetItem', Resource: arn('Secret*') },
    { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: arn(table), Condition: { StringLike: { 'aws:username': 'a*' } } },
  ]
  const policy = compilePolicy(parsePolicy('identity', JSON.stringify({ Version: '2012-10-17', Statement })))
  return { identity: [{ name: 'twenty', policy }], principalTags: new Map() }
}

async function openLoaded(identities: ServiceOptions['identities']): Promise<Service> {
  const who = identities === undefined ? {} : { identities }
  const service = await openService({ storage: { kind: 'memory' }, jobs: 'manual', log: () => {}, tableStateDelayMs: 0, ...who })
  await ask(service, signed(loader, 'CreateTable', createTable))
  await service.control.runJobs()
  for (let at = 0; at < keys; at += 1) await ask(service, signed(loader, 'PutItem', { TableName: table, Item: { ...keyOf(at), filler } }))
  return service
}

async function ask(service: Service, request: ServiceRequest): Promise<void> {
  const { status, body } = await service.handle(request)
  if (status !== 200) throw new Error(`${request.target} was answered with ${body}`)
}

function askingOf(service: Service, requests: readonly ServiceRequest[]): Asking {
  let at = 0
  return () => {
    at = (at + 1) % requests.length
    const request = requests[at]
    if (request === undefined) throw new Error('there are requests')
    return () => service.handle(request)
  }
}

function signed({ accessKeyId, secretAccessKey }: typeof key, operation: string, input: object): ServiceRequest {
  const target = `DynamoDB_20120810.${operation}`
  const body = JSON.stringify(input)
  const headers = { 'X-Amz-Target': target, 'Content-Type': 'application/x-amz-json-1.0' }
  const request = { service: 'dynamodb', region: 'us-east-1', method: 'POST', host: '127.0.0.1', path: '/', headers, body }
  const sent = Object.entries(aws4.sign(request, { accessKeyId, secretAccessKey }).headers ?? {})
  return { target, headers: Object.fromEntries(sent.map(([name, value]) => [name.toLowerCase(), String(value)])), body: Buffer.from(body) }
}
