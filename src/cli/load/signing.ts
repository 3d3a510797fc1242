/**
 * The headers of a request. For another machine each request is really signed (aws4). On this machine a header that only looks like a
 * signature is made once a second: signing would cost more than sending, and nobody verifies it there unless the server was started to.
 */

import type { Clock } from '../../base/clock.ts'
import type { Headers } from '../asking/control-signer.ts'
import type { Endpoint } from '../asking/endpoint.ts'
import { plausibleHeadersAgeMsMax } from '../limits.ts'

export type Signer = (target: string, body: string) => Headers

const contentType = 'application/x-amz-json-1.0'

export async function createSigner(endpoint: Endpoint, clock: Clock): Promise<Signer> {
  return endpoint.isLoopback ? plausibleSigner(endpoint, clock) : realSigner(endpoint)
}

/** Who a request is for, by the name that it is signed with and what stands before its operation. */
export interface SignedService {
  readonly signingName: string
  readonly targetPrefix: string
  readonly contentType: string
}

const dynamodb: SignedService = { signingName: 'dynamodb', targetPrefix: 'DynamoDB_20120810', contentType }

/** For a server that verifies signatures, wherever it is. */
export async function realSigner({ url, region, credentials }: Endpoint, service: SignedService = dynamodb): Promise<Signer> {
  const { sign } = (await import('aws4')).default
  const { signingName, targetPrefix, contentType } = service
  return (target, body) => {
    const headers = { Host: url.host, 'Content-Type': contentType, 'X-Amz-Target': `${targetPrefix}.${target}` }
    const request = { service: signingName, region, method: 'POST', host: url.host, path: url.pathname, headers, body }
    return sign(request, credentials).headers as unknown as Headers
  }
}

function plausibleSigner({ region, credentials }: Endpoint, clock: Clock): Signer {
  let madeMs = Number.NEGATIVE_INFINITY
  let common: Headers = {}
  return (target, body) => {
    const nowMs = clock.now()
    if (nowMs - madeMs >= plausibleHeadersAgeMsMax) {
      madeMs = nowMs
      common = plausibleHeaders(credentials.accessKeyId, region, nowMs)
    }
    return { ...common, 'X-Amz-Target': `DynamoDB_20120810.${target}`, 'Content-Length': String(Buffer.byteLength(body)) }
  }
}

/** What a server without `--auth` takes for signed. */
export function plausibleHeaders(accessKeyId: string, region: string, nowMs: number): Headers {
  const time = `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  const scope = `${accessKeyId}/${time.slice(0, 8)}/${region}/dynamodb/aws4_request`
  const signature = '0'.repeat(64)
  return {
    'Content-Type': contentType,
    'X-Amz-Date': time,
    Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${signature}`,
  }
}
