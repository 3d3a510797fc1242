/** A request in the form that CloudTrail gives to records (version 1.11), for whatever reads CloudTrail's files. */
import type { Caller } from '../../policies/caller.ts'
import type { RequestRecord } from '../request-record.ts'

/** One line of JSON. `eventId`: a UUID. */
export function trailLine(record: RequestRecord, eventId: string): string {
  const { caller, error, host, isEncrypted, isRead, kind, operation, parameters, region, requestId, resources, response } = record
  const event = {
    eventVersion: '1.11',
    userIdentity: identityOf(caller),
    eventTime: isoSecond(record.timeMs),
    eventSource: record.service === 'stator' ? record.service : `${record.service}.amazonaws.com`,
    eventName: operation,
    awsRegion: region,
    sourceIPAddress: sourceOf(record.sourceAddress),
    userAgent: record.userAgent ?? null,
    errorCode: error?.exception.replace(/^AccessDeniedException$/, 'AccessDenied'),
    errorMessage: error?.message,
    requestParameters: parameters ?? null,
    responseElements: response ?? null,
    requestID: requestId,
    eventID: eventId,
    readOnly: isRead,
    resources: resources.length === 0 ? undefined : resources.map((arn) => ({ accountId: arn.split(':')[4], type: typeOf(arn), ARN: arn })),
    eventType: 'AwsApiCall',
    apiVersion: record.apiVersion,
    managementEvent: kind === 'management',
    recipientAccountId: caller.accountId,
    eventCategory: kind === 'management' ? 'Management' : 'Data',
    tlsDetails: isEncrypted ? { clientProvidedHostHeader: host } : undefined,
  }
  return `${JSON.stringify(event)}\n`
}

function identityOf(caller: Caller): object {
  const { kind, accountId, arn, principalArn, userId, userName, accessKeyId, session } = caller
  const common = { principalId: userId, arn, accountId, accessKeyId }
  const attributes = session && { creationDate: isoSecond(session.issuedAtMs), mfaAuthenticated: 'false' }
  const sessionContext = attributes && { attributes, sourceIdentity: session.sourceIdentity }
  switch (kind) {
    case 'root':
      return { type: 'Root', ...common, sessionContext }
    case 'user':
      return { type: 'IAMUser', ...common, userName, sessionContext }
    case 'web-identity':
      return { type: 'WebIdentityUser', accountId }
    case 'federated-user':
      return { type: 'FederatedUser', ...common, sessionContext }
    case 'assumed-role': {
      const [roleId = ''] = userId.split(':')
      const roleName = principalArn.slice(principalArn.lastIndexOf('/') + 1)
      const sessionIssuer = { type: 'Role', principalId: roleId, arn: principalArn, accountId, userName: roleName }
      return { type: 'AssumedRole', ...common, sessionContext: { sessionIssuer, ...sessionContext } }
    }
  }
}

/** Of the kinds that CloudTrail knows; an index is part of its table. */
function typeOf(arn: string): string {
  return arn.includes('/stream/') ? 'AWS::DynamoDB::Stream' : 'AWS::DynamoDB::Table'
}

/** What a program asks in its own process has no address. */
export function sourceOf(address: string | undefined): string {
  return address?.replace(/^::ffff:/, '') ?? 'localhost'
}

export function isoSecond(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`
}
