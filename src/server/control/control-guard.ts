/**
 * Who may use the control endpoint from another machine where nobody is asked who they are: whoever brings the token. Programs bring it in each
 * request; a browser brings it once, and has a cookie from then on that no script can read and no other site can use. Requests of this machine
 * need none. What allowed.ts refuses is refused before.
 *
 * | what is brought                | what it gives                                                                         |
 * | ------------------------------ | ------------------------------------------------------------------------------------- |
 * | `Authorization: Bearer TOKEN`  | everything                                                                            |
 * | the cookie of a session        | everything, or with `--console read` what changes nothing                             |
 * | a wrong token                  | 401, and after so many of one address in a minute 429 for that address, right or wrong |
 */
import { digest } from '../../base/digest.ts'
import type { Random } from '../../base/random.ts'
import { type BearerToken, bearerIn } from '../auth/bearer-token.ts'
import type { HttpRequest } from '../http-request.ts'
import { guessersMax, sessionIdBytes, sessionMs, sessionsMax, wrongTokensEveryMs, wrongTokensMax } from '../limits.ts'
import { isOfThisMachine } from './allowed.ts'
import { ControlError } from './control-error.ts'

export interface GuardOptions {
  readonly token: BearerToken
  /** Whether sessions may change something. */
  readonly maySessionsChange: boolean
  readonly random: Random
  /** Milliseconds that nobody sets. */
  readonly stopwatch: () => number
}

interface Guesses {
  readonly sinceMs: number
  count: number
}

type Asker = Pick<HttpRequest, 'headers' | 'socket'>

export class ControlGuard {
  readonly #options: GuardOptions
  /** When each began, by the digest of what the cookie has; the oldest first. */
  readonly #sessions = new Map<string, number>()
  /** Of addresses that brought a wrong token lately; the one that began first stands first. */
  readonly #guesses = new Map<string, Guesses>()

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** Whether it may change something. Throws ControlError 401 or 429 when it may not even ask. */
  check(request: Asker): { readonly mayChange: boolean } {
    if (isOfThisMachine(request.socket)) return { mayChange: true }
    const brought = bearerIn(request.headers.authorization)
    if (brought !== undefined) {
      this.#checkToken(brought, request)
      return { mayChange: true }
    }
    if (this.#hasSession(request)) return { mayChange: this.#options.maySessionsChange }
    throw new ControlError(401, needsToken)
  }

  /** What `Set-Cookie` says for who brought the right token. Throws ControlError 401 or 429. */
  signIn(token: string, request: Asker): string {
    this.#checkToken(token, request)
    const { random, stopwatch } = this.#options
    const id = Buffer.from(random.bytes(sessionIdBytes)).toString('base64url')
    this.#sessions.set(digest(id), stopwatch())
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > sessionsMax && oldest !== undefined) this.#sessions.delete(oldest)
    return cookie(request, id, sessionMs / 1000)
  }

  /** What `Set-Cookie` says for who leaves. */
  signOut(request: Asker): string {
    const id = sessionIn(request)
    if (id !== undefined) this.#sessions.delete(digest(id))
    return cookie(request, '', 0)
  }

  #hasSession(request: Asker): boolean {
    const id = sessionIn(request)
    const name = id === undefined ? '' : digest(id)
    const sinceMs = this.#sessions.get(name)
    if (sinceMs === undefined) return false
    if (this.#options.stopwatch() - sinceMs < sessionMs) return true
    this.#sessions.delete(name)
    return false
  }

  /** Who has guessed so often is not told whether the next one is right. */
  #checkToken(brought: string, { socket: { remoteAddress = '' } }: Asker): void {
    const nowMs = this.#options.stopwatch()
    const known = this.#guesses.get(remoteAddress)
    const guesses = known !== undefined && nowMs - known.sinceMs < wrongTokensEveryMs ? known : { sinceMs: nowMs, count: 0 }
    if (guesses.count >= wrongTokensMax) throw new ControlError(429, 'Too many wrong tokens came from this address: try again in a minute.')
    if (this.#options.token.is(brought)) return
    guesses.count += 1
    if (guesses !== known) this.#guesses.delete(remoteAddress)
    this.#guesses.set(remoteAddress, guesses)
    const [oldest] = this.#guesses.keys()
    if (this.#guesses.size > guessersMax && oldest !== undefined) this.#guesses.delete(oldest)
    throw new ControlError(401, 'This is not the token of the server.')
  }
}

const needsToken =
  'Control requests of other machines bring the token that the server has printed, or that --control-token-file has: Authorization: Bearer TOKEN.'

/** Cookies are of a host, whatever the port: each server there has one of its own. */
function cookieName({ headers: { host = '' } }: Asker): string {
  return `stator-console-${/:(\d+)$/.exec(host)?.[1] ?? 'default'}`
}

function sessionIn(request: Asker): string | undefined {
  const name = `${cookieName(request)}=`
  const found = (request.headers.cookie ?? '').split(';').find((each) => each.trim().startsWith(name))
  return found?.trim().slice(name.length)
}

/** No script reads it, no other site has it sent, and it goes nowhere but to control. */
function cookie(request: Asker, value: string, seconds: number): string {
  const secure = request.socket.encrypted === true ? '; Secure' : ''
  return `${cookieName(request)}=${value}; Path=/_stator/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
}
