/** The signature of a request that goes out to a service of AWS, or to what speaks like one (iam-and-sigv4.md §1): the other side of verifier.ts. */
import { sha256Hex } from '../../base/digest.ts'
import { canonicalRequestHash, namesOf } from './canonical-request.ts'
import { algorithm, basicText } from './check-parts.ts'
import { SigningKey } from './signing-key.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface RequestToSign {
  readonly method: string
  readonly url: URL
  readonly region: string
  /** As in its scope, such as `kinesis`. */
  readonly service: string
  /** All of them are signed, `host` and the date besides. Names in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
  /** By the machine's clock: the other side holds it against its own. */
  readonly nowMs: number
}

/** The headers to send, those that sign it among them; without `host`, which whoever sends it says. */
export function signedHeaders(request: RequestToSign, { accessKeyId, secretAccessKey }: Credentials): { [name: string]: string } {
  const { method, url, region, service, headers, body, nowMs } = request
  const date = basicText(nowMs)
  const [day = ''] = date.split('T')
  const scope = { date: day, region, service, term: 'aws4_request' }
  const sent = { ...headers, 'x-amz-date': date }
  const names = namesOf(['host', ...Object.keys(sent)].join(';'))
  const asSigned = {
    method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: { ...sent, host: url.host },
    sentBody: body,
  }
  const hash = canonicalRequestHash(asSigned, names, sha256Hex(body))
  const signature = new SigningKey(secretAccessKey, { ...scope, accessKeyId }).signatureOf(date, hash)
  const credential = `${accessKeyId}/${scope.date}/${region}/${service}/${scope.term}`
  const authorization = `${algorithm} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...sent, authorization }
}
