/**
 * The control endpoint over HTTP: who may, which route, what it was given, and every fault as `{ "error": "…" }` with a status
 * that says whose it is.
 */

import { noBytes } from '../../base/bytes.ts'
import { stopwatchMs } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { setOwn } from '../../base/own.ts'
import { NobodyWaits, Pace } from '../../base/pace.ts'
import type { Caller } from '../../policies/caller.ts'
import type { Answer } from '../../protocols/answer.ts'
import { signedAnswer } from '../../protocols/answer.ts'
import { parseBody } from '../../protocols/parse-body.ts'
import type { RequestIds } from '../../protocols/request-ids.ts'
import type { Authentication } from '../auth/authentication.ts'
import type { HttpRequest } from '../http-request.ts'
import { controlBodyBytesMax, followedForMs, followersMax, wrongTokensEveryMs } from '../limits.ts'
import { outsideReason, storeTrouble } from '../outside-reason.ts'
import { readBody } from '../read-body.ts'
import type { RequestListener } from '../request-record.ts'
import { type AccessRules, checkAllowed } from './allowed.ts'
import { runRoute } from './control.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { ControlGuard } from './control-guard.ts'
import { changesNothing, checkHeard, runHeard } from './heard-control.ts'
import { checkMembers } from './members.ts'
import type { ControlContext } from './route.ts'
import { type AnyRoute, actionOfRoute, allRoutes } from './routes.ts'
import { callerOfControl, checkMayControl } from './signed-control.ts'
import { writeAnswer } from './write-answer.ts'

export interface ControlOptions extends AccessRules {
  /** With it whoever signs as somebody known may, from anywhere; without it the rules of access say who may. */
  readonly authentication?: Authentication | undefined
  /** Asks those of other machines for a token, where there is no `authentication`. Left out: nobody is asked. */
  readonly guard?: ControlGuard | undefined
  readonly context: ControlContext
  readonly requestIds: RequestIds
  readonly log: Log
  /** Of the account, where nobody is asked who they are. */
  readonly root: Caller
  /** Hears of what changes something. */
  readonly listener?: RequestListener | undefined
}

/** Answers a control request. Never rejects, except when the client goes away before its body is whole. */
export async function answerControl(options: ControlOptions, request: HttpRequest): Promise<Answer> {
  const { authentication, root, context, requestIds, listener, log } = options
  const requestId = requestIds.next()
  const pace = new Pace(stopwatchMs, () => request.isWanted())
  const answer = async (status: number, value: object, headers: Answer['headers'] = {}): Promise<Answer> => {
    const signed = signedAnswer({ requestId, status, contentType: 'application/json', body: `${await writeAnswer(value, pace)}\n` })
    return { ...signed, headers: { ...signed.headers, 'Cache-Control': 'no-store', ...headers } }
  }
  const allowed: string[] = []
  try {
    const mayChange = authentication === undefined ? mayChangeBy(options, request) : true
    const body = isBodiless(request) ? nothingSent : await bodyOf(request)
    const caller = authentication === undefined ? root : await callerOfControl(authentication, request, body.sentBody)
    const [path = '', query = ''] = request.url.split(/\?(.*)/s)
    const { route, pathMembers } = findRoute(request.method, path, allowed)
    if (!mayChange && !changesNothing(route)) throw new ControlError(403, onlyShows)
    const asked = { listener, feed: context.feed, engine: context.engine, request, requestId, caller, route }
    if (authentication !== undefined) await checkHeard(asked, () => checkMayControl(context, caller, actionOfRoute(route), request))
    const given = isBodiless(request) ? queryMembers(query) : bodyMembers(body.body)
    const members = mergedMembers(given, pathMembers)
    if (isFollowed(route, request)) {
      const stream = await runHeard({ ...asked, members }, () => followed(options, route, lastSeen(request, members)))
      return { status: 200, headers: { 'x-amzn-RequestId': requestId, ...eventHeaders }, body: '', stream }
    }
    return await answer(200, await runHeard({ ...asked, members }, () => runRoute(context, route, members, pace)))
  } catch (error) {
    if (error instanceof ControlError) {
      return answer(error.status, { error: error.message }, headersOf(error, allowed))
    }
    if (error instanceof NobodyWaits) return plainRefusal(requestId)
    log(`A control request failed, request id ${requestId}`, error)
    const reason = storeTrouble(error) === undefined ? undefined : outsideReason(error)
    if (reason !== undefined) return answer(503, { error: `The store cannot be asked now, ask again later: ${reason}.` })
    return answer(500, { error: 'The request failed through no fault of yours: see the log of the server.' })
  }
}

const onlyShows =
  'This console only shows: start Stator with --console full to change something from other machines, or bring the token itself.'

/** Throws ControlError. */
function mayChangeBy(options: ControlOptions, request: HttpRequest): boolean {
  checkAllowed(options, request)
  return options.guard?.check(request).mayChange ?? true
}

/** What HTTP wants to have said besides. */
function headersOf({ status }: ControlError, allowed: readonly string[]): Answer['headers'] {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer' }
  if (status === 429) return { 'Retry-After': String(wrongTokensEveryMs / 1000) }
  return allowed.length === 0 ? {} : { Allow: allowed.join(', ') }
}

type Stream = NonNullable<Answer['stream']>

/** Without a checksum, as nobody knows of what. */
const eventHeaders = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' }

type FollowedRoute = AnyRoute & Required<Pick<AnyRoute, 'follow'>>

/** Who has been cut off says what he heard last. */
function lastSeen({ headers }: HttpRequest, members: GivenMembers): GivenMembers {
  const after = headers['last-event-id']
  return after === undefined ? members : { ...members, after }
}

/** Rejects with ControlError. */
async function followed(
  { context, authentication, guard }: ControlOptions,
  { members, follow }: FollowedRoute,
  given: GivenMembers,
): Promise<Stream> {
  const input = checkMembers(members, given)
  if (context.feed.followerCount >= followersMax) throw new ControlError(503, `No more than ${followersMax} may follow at once.`)
  // Whose right is taken away follows no longer than that: clients come again by themselves, and are asked who they are.
  const until = authentication === undefined && guard === undefined ? [] : [AbortSignal.timeout(followedForMs)]
  const stream = follow(context, input)
  return (gone) => stream(AbortSignal.any([gone, ...until]))
}

function isFollowed(route: AnyRoute, { method, headers }: HttpRequest): route is FollowedRoute {
  return route.follow !== undefined && method === 'GET' && headers.accept?.includes('text/event-stream') === true
}

/** Nobody hears it. */
function plainRefusal(requestId: string): Answer {
  return signedAnswer({ requestId, status: 503, body: '' })
}

type PathMembers = ReadonlyMap<string, string>

/** Throws ControlError 404, or 405 and then lists in `allowed` the methods that the path has. */
function findRoute(method: string, path: string, allowed: string[]): { readonly route: AnyRoute; readonly pathMembers: PathMembers } {
  for (const route of allRoutes()) {
    const pathMembers = matchPath(route.path, path)
    if (pathMembers === undefined) continue
    if (route.method === (method === 'HEAD' ? 'GET' : method)) return { route, pathMembers }
    allowed.push(route.method)
  }
  if (allowed.length === 0) throw new ControlError(404, `There is nothing at ${path}: GET ${controlRoot}/ lists what there is.`)
  throw new ControlError(405, `${path} takes ${allowed.join(' or ')}, not ${method}.`)
}

/** The members that the path names, decoded; undefined when it is another path. */
function matchPath(pattern: string, path: string): PathMembers | undefined {
  const wanted = pattern.split('/')
  const segments = (path === controlRoot ? `${controlRoot}/` : path).split('/')
  if (segments.length !== wanted.length) return undefined
  const members = new Map<string, string>()
  for (const [at, segment] of segments.entries()) {
    const name = wanted[at] ?? ''
    if (name.startsWith(':')) members.set(name.slice(1), decoded(segment))
    else if (name !== segment) return undefined
  }
  return members
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new ControlError(400, `${JSON.stringify(segment)} in the address is not encoded as addresses are.`)
  }
}

type GivenMembers = { [name: string]: unknown }

function queryMembers(query: string): GivenMembers {
  const members: GivenMembers = {}
  for (const [name, text] of new URLSearchParams(query)) setOwn(members, name, text)
  return members
}

interface BodyOf {
  readonly body: Uint8Array
  readonly sentBody: Uint8Array
}

const nothingSent: BodyOf = { body: noBytes, sentBody: noBytes }

/** What they say stands in their address. */
function isBodiless({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'DELETE'
}

async function bodyOf(request: HttpRequest): Promise<BodyOf> {
  const { body, sentBody } = await readBody(request, controlBodyBytesMax)
  if (body === 'too-large' || sentBody === 'too-large') {
    throw new ControlError(413, `The body of a control request has at most ${controlBodyBytesMax} bytes.`)
  }
  if (body === 'no-room' || sentBody === 'no-room')
    throw new ControlError(503, 'The server has as much to do as it can hold, ask again later.')
  if (body === 'broken') throw new ControlError(400, 'The body is not what its Content-Encoding says.')
  return { body, sentBody }
}

/** No body is an empty object. */
function bodyMembers(body: Uint8Array): GivenMembers {
  if (body.length === 0) return {}
  const parsed = parsedBody(body)
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as GivenMembers
  throw new ControlError(400, 'The body must be a JSON object.')
}

function parsedBody(body: Uint8Array): unknown {
  try {
    return parseBody(body)
  } catch {
    throw new ControlError(400, 'The body is not JSON.')
  }
}

/** A member that is in the path is not said again. */
function mergedMembers(given: GivenMembers, pathMembers: PathMembers): GivenMembers {
  for (const [name, text] of pathMembers) {
    if (Object.hasOwn(given, name)) throw new ControlError(400, `${JSON.stringify(name)} stands in the address already.`)
    setOwn(given, name, text)
  }
  return given
}
