/**
 * A request that was not let in, in the form that CloudTrail gives to records: nobody knows who it is, and what it says of itself is told
 * as far as no secret can stand there.
 */
import { isRegionName } from '../../api/region-name.ts'
import { readCredential } from '../../protocols/sigv4/check-parts.ts'
import { readSignature } from '../../protocols/sigv4/read-signature.ts'
import type { SignedRequest } from '../../protocols/sigv4/signed-request.ts'
import { refusedTextMax } from '../limits.ts'
import type { RefusedRequest } from '../request-record.ts'
import { senderOf } from '../requests/noted-request.ts'
import { isoSecond, sourceOf } from './trail-event.ts'

interface RefusedHome {
  readonly account: string
  readonly region: string
  readonly timeMs: number
  readonly eventId: string
  /** How many came before it that have no line. */
  readonly untold: number
}

/** One line of JSON. */
export function refusedLine({ service, request, error }: RefusedRequest, home: RefusedHome): string {
  const { sourceAddress, userAgent, isEncrypted, host } = senderOf(request)
  const { accessKeyId, region } = claimOf(request)
  const event = {
    eventVersion: '1.11',
    userIdentity: { type: 'Unknown', accountId: home.account, accessKeyId },
    eventTime: isoSecond(home.timeMs),
    eventSource: service === 'stator' ? service : `${service}.amazonaws.com`,
    eventName: operationOf(request),
    awsRegion: region ?? home.region,
    sourceIPAddress: sourceOf(sourceAddress),
    userAgent: userAgent?.slice(0, refusedTextMax) ?? null,
    errorCode: error.exception,
    // Some repeat the header, in which clients put all kinds of things.
    errorMessage: error.exception === 'IncompleteSignatureException' ? undefined : error.message.slice(0, refusedTextMax),
    requestParameters: null,
    responseElements: null,
    additionalEventData: home.untold === 0 ? undefined : { refusedWithoutRecord: home.untold },
    eventID: home.eventId,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: home.account,
    eventCategory: 'Management',
    tlsDetails: isEncrypted ? { clientProvidedHostHeader: host?.slice(0, refusedTextMax) } : undefined,
  }
  return `${JSON.stringify(event)}\n`
}

interface Claim {
  readonly accessKeyId?: string
  readonly region?: string
}

/** What its credential says, if it is one. */
function claimOf({ headers, query }: SignedRequest): Claim {
  try {
    const { accessKeyId, region } = readCredential(readSignature(headers, query).credential)
    return { ...(/^\w{1,128}$/.test(accessKeyId) && { accessKeyId }), ...(isRegionName(region) && { region }) }
  } catch {
    return {}
  }
}

/** Of forms nobody reads the body before they are let in. */
function operationOf({ method, path, headers }: SignedRequest): string {
  const target = headers['x-amz-target']
  const [, operation] = typeof target === 'string' ? (/^\w+\.(\w{1,64})$/.exec(target) ?? []) : []
  return operation ?? `${method} ${path.slice(0, refusedTextMax)}`
}
