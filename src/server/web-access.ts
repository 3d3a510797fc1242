/**
 * Pages that browsers show may not use a server that they were not let in to, by whatever trick they come to know it: the data API and
 * control hold what browsers send to the same rules. Whatever comes without a browser's marks (Origin, Sec-Fetch-Site, Sec-Fetch-Mode) is
 * no page's, and may call the server as it likes: balancers and containers have names of their own for it.
 *
 * | what is refused                                                      | why                                                   |
 * | -------------------------------------------------------------------- | ----------------------------------------------------- |
 * | a Host that is no address, `localhost`, `--host` or an allowed one    | a page whose name was made to point here (DNS rebinding) has its own name there |
 * | an Origin that is neither the server's own nor let in                 | a page of another origin                              |
 * | Sec-Fetch-Site of another site                                        | the same, where the browser sends no Origin           |
 */
import { isIP } from 'node:net'
import { allowedOrigin, type CrossOriginPolicy } from './cross-origin.ts'
import type { HttpRequest } from './http-request.ts'

export interface WebRules {
  /** The name or address that the server listens on. */
  readonly host?: string
  /** Further names that pages may call it by, in lower case and without a port. */
  readonly allowedHosts?: readonly string[]
  readonly crossOrigin: CrossOriginPolicy
}

type Asked = Pick<HttpRequest, 'headers' | 'socket'>

/** Whether a browser sent it. */
function isOfBrowser({ headers }: Pick<Asked, 'headers'>): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined || headers['sec-fetch-mode'] !== undefined
}

export function isAllowedHost({ host, allowedHosts = [] }: WebRules, header: string | undefined): boolean {
  const name = hostName(header ?? '')
  if (name === '') return false
  return name === 'localhost' || isIP(name) !== 0 || name === host?.toLowerCase() || allowedHosts.includes(name)
}

/** Whose page it is that may not: of another origin, or of another site that does not say which. */
export function strangePage({ crossOrigin }: WebRules, { headers, socket }: Asked): 'origin' | 'site' | undefined {
  const { host, origin } = headers
  if (allowedOrigin(crossOrigin, origin) !== undefined) return undefined
  if (origin !== undefined && origin !== `${socket.encrypted === true ? 'https' : 'http'}://${host}`) return 'origin'
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : 'site'
}

/** Why a page may not use the data API, in one sentence; undefined when it may, or when it is no page that asks. */
export function pageRefusal(rules: WebRules, request: Asked): string | undefined {
  if (!isOfBrowser(request)) return undefined
  const { host = '', origin } = request.headers
  if (!isAllowedHost(rules, host)) {
    return `Requests of browsers are not taken under the name ${JSON.stringify(host)}: use the address or localhost, or start Stator with --allowed-hosts.`
  }
  switch (strangePage(rules, request)) {
    case 'origin':
      return `Requests are not taken from pages of ${JSON.stringify(origin)}: start Stator with --cors to let them in.`
    case 'site':
      return 'Requests are not taken from pages of other sites.'
    case undefined:
      return undefined
  }
}

/** The Host header in lower case, without port and brackets. */
export function hostName(header: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header.toLowerCase()) ?? []
  return bracketed ?? plain ?? ''
}
