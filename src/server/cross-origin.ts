/**
 * Cross-origin access for browsers (errors.md §2, step 2). It is off unless asked for: Stator runs on developers' machines, and any
 * page they visit could otherwise read and write their tables.
 */

import { isControlAddress } from './control/control-address.ts'
import type { HttpRequest } from './http-request.ts'

/** False: none. True: pages of every origin. A list: pages of these origins. */
export type CrossOriginPolicy = boolean | readonly string[]

const exposedHeaders = 'x-amzn-RequestId, x-amz-crc32, x-amzn-ErrorType, x-amzn-ErrorMessage, Date'

/**
 * Header names and values, in turn, that let the asking page read the answer, and if the browser asks beforehand (OPTIONS), let it
 * send what it wants to send and remember so for two days. None when the policy does not let it.
 */
export function crossOriginHeaders(policy: CrossOriginPolicy, { method, headers, url }: HttpRequest): string[] {
  const allowed = allowedOrigin(policy, headers.origin)
  // Control takes listed origins only.
  if (allowed === '*' && isControlAddress(url)) return []
  if (allowed === undefined) return []
  const lines = ['Access-Control-Allow-Origin', allowed]
  if (allowed !== '*') lines.push('Vary', 'Origin')
  lines.push('Access-Control-Expose-Headers', exposedHeaders)
  if (method !== 'OPTIONS') return lines
  const methods = isControlAddress(url) ? 'GET, POST, PUT, DELETE, OPTIONS' : 'GET, POST, OPTIONS'
  lines.push('Access-Control-Allow-Methods', methods, 'Access-Control-Max-Age', '172800')
  const wantedHeaders = headers['access-control-request-headers']
  if (wantedHeaders !== undefined) lines.push('Access-Control-Allow-Headers', wantedHeaders)
  return lines
}

/** What the policy answers to pages of this origin; undefined when it does not let them in. */
export function allowedOrigin(policy: CrossOriginPolicy, origin: string | undefined): string | undefined {
  if (policy === false || origin === undefined) return undefined
  if (policy === true) return '*'
  return policy.includes('*') ? '*' : policy.find((listed) => listed === origin)
}
