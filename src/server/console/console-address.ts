/** Where the console is on the port that it shares with the operations. */
import type { IncomingHttpHeaders } from 'node:http'
import { controlRoot } from '../control/control-address.ts'

export const consoleRoot: string = `${controlRoot}/console`

/** Where those look for it who know DynamoDB Local. */
const shell = '/shell'

interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

/**
 * Whether it is for the console: below its address, or a browser that looks for a page at the server's own, where `isLikeLocal` has nothing but
 * DynamoDB Local's refusal.
 */
export function isConsoleAddress({ method, url, headers }: Asked, isLikeLocal: boolean): boolean {
  if (isSessionAddress({ method, url })) return true
  if (method !== 'GET' && method !== 'HEAD') return false
  const path = pathOf(url)
  return isAtOrBelow(path, consoleRoot) || isAtOrBelow(path, shell) || (path === '/' && !isLikeLocal && prefersPages(headers.accept))
}

/** Where a browser of another machine brings the token, and leaves. */
export function isSessionAddress({ method, url }: Pick<Asked, 'method' | 'url'>): boolean {
  return (method === 'POST' || method === 'DELETE') && pathOf(url) === `${consoleRoot}/session`
}

/** The name of a file below the console's address; undefined for what is to be led there. */
export function consoleFileName(url: string): string | undefined {
  const path = pathOf(url)
  return path.startsWith(`${consoleRoot}/`) ? path.slice(consoleRoot.length + 1) : undefined
}

/** Browsers say that they want pages before anything else; programs name other things, or nothing. */
function prefersPages(accept: string | undefined): boolean {
  return accept !== undefined && /^\s*text\/html\s*(,|;|$)/.test(accept)
}

function isAtOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
