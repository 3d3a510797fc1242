/**
 * Who is asking, as far as Stator wants to know: any credentials and any region will do, but a request that AWS would refuse for
 * the mere shape of its signature is refused here in AWS's words (errors.md §3), so that a forgotten signer shows before
 * production does. Signatures, scopes and clocks are not verified.
 */
import { ServiceError } from '../api/errors.ts'
import type { RequestHeaders } from '../protocols/service-request.ts'

const algorithm = 'AWS4-HMAC-SHA256'
const timestampPattern = /^\d{8}T\d{6}Z$/

/**
 * Throws the error AWS answers with unless the request is plausibly signed, by its header or by its query string. Returns the
 * region it is signed for, whatever that text may be.
 */
export function checkPlausiblySigned(headers: RequestHeaders, query: string): string {
  const authorization = singleValue(headers.authorization)
  const parameters = query.includes('X-Amz-Algorithm') ? new URLSearchParams(query) : undefined
  if (parameters?.has('X-Amz-Algorithm')) {
    if (authorization !== undefined) {
      throw new ServiceError(
        'InvalidSignatureException',
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
      )
    }
    return checkQuerySignature(parameters)
  }
  if (authorization === undefined || !authorization.startsWith('AWS4-')) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token')
  }
  return checkHeaderSignature(authorization, headers)
}

/** The service in the credential scope of an Authorization header, whatever else the header may lack. */
export function serviceSignedFor({ authorization }: RequestHeaders): string | undefined {
  const header = singleValue(authorization) ?? ''
  const credentialAt = valueStart(header, 'Credential=')
  return credentialAt < 0 ? undefined : header.slice(credentialAt, valueEnd(header, credentialAt)).split('/', 4)[3]
}

function checkHeaderSignature(authorization: string, headers: RequestHeaders): string {
  const credentialAt = valueStart(authorization, 'Credential=')
  const timestamp = singleValue(headers['x-amz-date'])
  let missing = ''
  if (credentialAt < 0) missing += "Authorization header requires 'Credential' parameter. "
  if (valueStart(authorization, 'Signature=') < 0) missing += "Authorization header requires 'Signature' parameter. "
  if (valueStart(authorization, 'SignedHeaders=') < 0) missing += "Authorization header requires 'SignedHeaders' parameter. "
  if (!timestamp && !headers.date) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
  }
  if (missing !== '') throw new ServiceError('IncompleteSignatureException', `${missing}Authorization=${authorization}`)
  // A `Date` header has a format of its own (RFC 9110); only X-Amz-Date is held to ISO 8601. [I]
  if (timestamp) checkTimestamp(timestamp)
  checkAlgorithm(authorization.slice(0, valueEnd(authorization, 0)))
  return regionOfCredential(authorization.slice(credentialAt, valueEnd(authorization, credentialAt)))
}

function checkQuerySignature(parameters: URLSearchParams): string {
  let missing = ''
  for (const name of ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date']) {
    if (!parameters.get(name)) missing += `AWS query-string parameters must include '${name}'. `
  }
  if (missing !== '') {
    throw new ServiceError('IncompleteSignatureException', `${missing}Re-examine the query-string parameters.`)
  }
  checkTimestamp(parameters.get('X-Amz-Date') ?? '')
  checkAlgorithm(parameters.get('X-Amz-Algorithm') ?? '')
  return regionOfCredential(parameters.get('X-Amz-Credential') ?? '')
}

function checkTimestamp(timestamp: string): void {
  if (timestampPattern.test(timestamp)) return
  throw new ServiceError(
    'IncompleteSignatureException',
    `Date must be in ISO-8601 'basic format'. Got '${timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  )
}

function checkAlgorithm(name: string): void {
  if (name === algorithm) return
  throw new ServiceError('IncompleteSignatureException', `Unsupported AWS 'algorithm': '${name}' (only AWS4-HMAC-SHA256 for now). `)
}

/** The third of the five elements. */
function regionOfCredential(credential: string): string {
  const regionAt = afterSlash(credential, afterSlash(credential, 0))
  const serviceAt = afterSlash(credential, regionAt)
  const terminatorAt = afterSlash(credential, serviceAt)
  if (terminatorAt > 0 && credential.indexOf('/', terminatorAt) < 0) return credential.slice(regionAt, serviceAt - 1)
  throw new ServiceError(
    'IncompleteSignatureException',
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
  )
}

/** Where the text behind the next slash starts; -1 when there is none, also when `from` says so already. */
function afterSlash(text: string, from: number): number {
  const slash = from < 0 ? -1 : text.indexOf('/', from)
  return slash < 0 ? -1 : slash + 1
}

/** Where the value of a parameter starts, or -1 if there is none or it is empty. Names stand behind a space or a comma. */
function valueStart(authorization: string, nameWithEquals: string): number {
  let at = authorization.indexOf(nameWithEquals)
  while (at > 0 && !isSeparator(authorization[at - 1])) at = authorization.indexOf(nameWithEquals, at + 1)
  const start = at + nameWithEquals.length
  return at < 0 || start >= authorization.length || isSeparator(authorization[start]) ? -1 : start
}

function valueEnd(authorization: string, start: number): number {
  let end = start
  while (end < authorization.length && !isSeparator(authorization[end])) end += 1
  return end
}

function isSeparator(character: string | undefined): boolean {
  return character === ' ' || character === ','
}

function singleValue(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
