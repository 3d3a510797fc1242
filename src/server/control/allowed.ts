/**
 * Who may use the control endpoint. It can drop every table, so nothing a web page makes a browser send gets through, however
 * the page comes to know the address; and from other machines nothing does, unless that was asked for.
 *
 * | what                                       | why it is refused                                                        |
 * | ------------------------------------------ | ------------------------------------------------------------------------ |
 * | a peer on another machine                  | the data API may be open to a network without control being so           |
 * | a Host that is none of ours, from whomever  | web-access.ts                                                             |
 * | a page of another origin or site           | web-access.ts; `--cors *` lets pages in to the data, not to this          |
 * | a change without a header that needs leave | what a page may send anywhere without a browser asking first             |
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { CrossOriginPolicy } from '../cross-origin.ts'
import type { HttpRequest } from '../http-request.ts'
import { hostName, isAllowedHost, strangePage, type WebRules } from '../web-access.ts'
import { ControlError } from './control-error.ts'

/** Local: for this machine. Open: for everyone who can reach the port. Off: not there at all. */
export type ControlAccess = 'local' | 'open' | 'off'

export interface AccessRules extends WebRules {
  readonly access: ControlAccess
}

/** The header that stands for a deliberate request where there is no body to have a type. */
const ownHeader = 'x-stator-control'

/** What decides it: the part of an IncomingMessage that says where it is from. */
export interface Asker {
  readonly method?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly socket: HttpRequest['socket']
}

/** Throws ControlError 403 unless the request may use the control endpoint. */
export function checkAllowed(rules: AccessRules, { method, headers, socket }: Asker): void {
  if (rules.access !== 'open' && !isOfThisMachine(socket)) {
    throw new ControlError(
      403,
      'Control requests are taken from this machine only: start Stator with --control-open to take them from others.',
    )
  }
  const { host, origin } = headers
  if (!isOwnName(rules, host)) {
    throw new ControlError(
      403,
      `Control requests are not taken under the name ${JSON.stringify(host ?? '')}: use the address or localhost.`,
    )
  }
  const strange = strangePage({ ...rules, crossOrigin: listed(rules.crossOrigin) }, { headers, socket })
  if (strange === 'origin') {
    throw new ControlError(
      403,
      `Control requests are not taken from pages of ${JSON.stringify(origin)}: start Stator with --cors and this origin to let them in.`,
    )
  }
  if (strange === 'site') throw new ControlError(403, 'Control requests are not taken from pages of other sites.')
  if (method === 'GET' || method === 'HEAD') return
  if (isJson(headers['content-type']) || headers[ownHeader] !== undefined) return
  throw new ControlError(
    403,
    'A control request that changes something needs the header Content-Type: application/json or X-Stator-Control: 1.',
  )
}

/** A connection from one of its own addresses comes from the machine itself, too. */
export function isOfThisMachine({ remoteAddress, localAddress }: Asker['socket']): boolean {
  if (remoteAddress === undefined) return false
  return remoteAddress === localAddress || isLoopback(remoteAddress)
}

/** Whether an address is one by which only this machine can be reached. */
export function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** Who lets all pages in to the data does not say that all may drop it. */
function listed(policy: CrossOriginPolicy): CrossOriginPolicy {
  return typeof policy === 'boolean' ? false : policy.filter((origin) => origin !== '*')
}

/** Nobody outside can make a name without a dot point here; such names have containers, for which control must be open. */
function isOwnName(rules: AccessRules, header: string | undefined): boolean {
  return isAllowedHost(rules, header) || (rules.access === 'open' && /^[a-z0-9_-]+$/.test(hostName(header ?? '')))
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(;|$)/i.test(contentType)
}
