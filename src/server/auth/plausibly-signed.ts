/**
 * Who is asking, as far as a server without `--auth` wants to know: any credentials and any region will do, but a request that AWS
 * would refuse for the mere shape of its signature is refused here in AWS's words (errors.md §3), so that a forgotten signer shows
 * before production does. Signatures, scopes and clocks are not verified.
 */

import type { RequestHeaders } from '../../protocols/service-request.ts'
import { checkAlgorithm, checkDate, readCredential } from '../../protocols/sigv4/check-parts.ts'
import { readSignature } from '../../protocols/sigv4/read-signature.ts'

/**
 * Throws the error AWS answers with unless the request is plausibly signed, by its header or by its query string. Returns the
 * region it is signed for, whatever that text may be.
 */
export function checkPlausiblySigned(headers: RequestHeaders, query: string): string {
  const { date, isDateOfHttp, algorithm, credential } = readSignature(headers, query)
  // A `Date` header has a format of its own (RFC 9110); only X-Amz-Date is held to ISO 8601. [I]
  if (!isDateOfHttp) checkDate(date)
  checkAlgorithm(algorithm)
  return readCredential(credential).region
}
