/**
 * The AWS services beside DynamoDB that answer at the same endpoint: one row each, and which requests are whose. It is asked where
 * DynamoDB would refuse a request, so that requests of DynamoDB's do not pay for it.
 *
 * | request                                                                      | whose                                   | protocol           |
 * | ---------------------------------------------------------------------------- | --------------------------------------- | ------------------ |
 * | POST, `X-Amz-Target: <prefix>.<Operation>`                                   | the service of that prefix              | AWS JSON           |
 * | POST `/service/<prefix>/operation/<Operation>`, a `smithy-protocol` header   | the service of that prefix              | Smithy RPC v2      |
 * | POST `/`, `application/x-www-form-urlencoded`, an `Authorization` header     | the service it is signed for, or the first that speaks forms | AWS query |
 * | the same without that header                                                 | the first that answers some unsigned    | AWS query          |
 * | a path that begins like one of a service's, an `Authorization` header        | that service                            | REST with JSON     |
 *
 * A web page can send a form anywhere without its browser asking first, but neither an Authorization nor a smithy-protocol header,
 * nor a target. What is answered unsigned changes nothing, and needs a token that the page would have to have.
 */

import { alarmTag, lambdaTag, prefixRange, scalingTag, versionedRecordsIds } from '../engine/keyspace/keys.ts'
import { mediaType } from '../protocols/content-type.ts'
import type { ProtocolName } from '../protocols/service-contract.ts'
import type { RequestHeaders } from '../protocols/service-request.ts'
import type { WingRow } from './wing.ts'

/** Jobs are done in the order of the rows. */
export const services: readonly WingRow[] = [
  {
    name: 'cloudwatch',
    signingName: 'monitoring',
    actionPrefix: 'cloudwatch',
    targetPrefix: 'GraniteServiceVersion20100801',
    protocols: ['awsJson1_0', 'awsQuery', 'rpcv2Cbor', 'rpcv2Json'],
    records: prefixRange(Uint8Array.of(alarmTag)),
    recordsId: versionedRecordsIds.alarms,
    load: async () => (await import('./cloudwatch/cloudwatch.ts')).cloudWatch,
  },
  {
    name: 'auto-scaling',
    signingName: 'application-autoscaling',
    targetPrefix: 'AnyScaleFrontendService',
    protocols: ['awsJson1_1'],
    records: prefixRange(Uint8Array.of(scalingTag)),
    recordsId: versionedRecordsIds.scalableTargets,
    scalesTables: true,
    uses: ['cloudwatch'],
    load: async () => (await import('./auto-scaling/auto-scaling.ts')).autoScaling,
  },
  {
    name: 'iam',
    signingName: 'iam',
    protocols: ['awsQuery'],
    keepsIdentities: true,
    load: async () => (await import('./iam/iam.ts')).iam,
  },
  {
    name: 'lambda',
    signingName: 'lambda',
    paths: ['/2015-03-31/event-source-mappings', '/2015-03-31/functions', '/2016-08-19/account-settings', '/2017-03-31/tags'],
    protocols: ['restJson1'],
    records: prefixRange(Uint8Array.of(lambdaTag)),
    recordsId: versionedRecordsIds.lambda,
    load: async () => (await import('./lambda/lambda.ts')).lambda,
  },
  {
    name: 'sts',
    signingName: 'sts',
    protocols: ['awsQuery'],
    unsignedOperations: ['AssumeRoleWithWebIdentity'],
    uses: ['iam'],
    load: async () => (await import('./sts/sts.ts')).sts,
  },
]

/** What HTTP knows of a request before its body is read. */
export interface RequestHead {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: RequestHeaders
}

/** Whose a request is, and what its head says of it. */
export interface Addressed {
  readonly row: WingRow
  readonly protocol: ProtocolName
  readonly operation: string | undefined
  /** Nobody signed it: it is for the operations that are answered so. */
  readonly isUnsigned?: true
}

/** The service and the operation that a value of X-Amz-Target names. */
export function serviceOfTarget(rows: readonly WingRow[], target: string): Addressed | undefined {
  const dot = target.indexOf('.')
  const row = rows.find(({ targetPrefix }) => targetPrefix?.length === dot && target.startsWith(targetPrefix))
  const protocol = row?.protocols.find((each) => each === 'awsJson1_0' || each === 'awsJson1_1')
  return row && protocol && { row, protocol, operation: target.slice(dot + 1) }
}

/** The service of a request that HTTP would refuse for its path or its type. `signedFor`: the service in its credential scope. */
export function serviceOfHead(rows: readonly WingRow[], head: RequestHead, signedFor: string | undefined): Addressed | undefined {
  const { method, url = '', headers } = head
  const path = url.split('?', 1)[0] ?? ''
  if (path !== '/') return (method === 'POST' ? atRpcPath(rows, path, headers) : undefined) ?? atRestPath(rows, path, headers)
  if (method !== 'POST') return undefined
  const target = headers['x-amz-target']
  if (typeof target === 'string') return serviceOfTarget(rows, target)
  if (typeOf(headers) !== 'application/x-www-form-urlencoded') return undefined
  if (typeof headers.authorization !== 'string') return asUnsignedForm(rows)
  const speaking = rows.filter(({ protocols }) => protocols.includes('awsQuery'))
  const row = speaking.find(({ signingName }) => signingName === signedFor) ?? speaking[0]
  return row && { row, protocol: 'awsQuery', operation: undefined }
}

function asUnsignedForm(rows: readonly WingRow[]): Addressed | undefined {
  const row = rows.find(({ unsignedOperations }) => unsignedOperations !== undefined)
  return row && { row, protocol: 'awsQuery', operation: undefined, isUnsigned: true }
}

const rpcPath = /^\/service\/([A-Za-z0-9_]+)\/operation\/([A-Za-z0-9_]+)$/

const rpcProtocols: ReadonlyMap<string, ProtocolName> = new Map([
  ['rpc-v2-cbor', 'rpcv2Cbor'],
  ['rpc-v2-json', 'rpcv2Json'],
])

function atRpcPath(rows: readonly WingRow[], path: string, headers: RequestHeaders): Addressed | undefined {
  const protocol = rpcProtocols.get(String(headers['smithy-protocol']))
  const [, prefix, operation] = rpcPath.exec(path) ?? []
  if (protocol === undefined || prefix === undefined) return undefined
  const row = rows.find(({ targetPrefix, protocols }) => targetPrefix === prefix && protocols.includes(protocol))
  return row && { row, protocol, operation }
}

function atRestPath(rows: readonly WingRow[], path: string, headers: RequestHeaders): Addressed | undefined {
  if (typeof headers.authorization !== 'string') return undefined
  const row = rows.find(({ paths = [] }) => paths.some((each) => path === each || path.startsWith(`${each}/`)))
  return row && { row, protocol: 'restJson1', operation: undefined }
}

function typeOf(headers: RequestHeaders): string {
  const type = headers['content-type']
  return typeof type === 'string' ? mediaType(type) : ''
}
