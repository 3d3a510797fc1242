/** Control requests that change something, or tell what items hold, as those hear of them who follow what is asked: the audit trail. */
import { ServiceError } from '../../api/errors.ts'
import { stopwatchMs } from '../../base/clock.ts'
import { getOwn } from '../../base/own.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { Caller } from '../../policies/caller.ts'
import type { HttpRequest } from '../http-request.ts'
import type { RequestListener, RequestRecord } from '../request-record.ts'
import { noteRecord } from '../requests/note-answered.ts'
import { senderOf, toldOf } from '../requests/noted-request.ts'
import type { RequestFeed } from '../requests/request-feed.ts'
import { version } from '../version.ts'
import { ControlError } from './control-error.ts'
import type { AnyRoute } from './routes.ts'

export interface HeardControl {
  readonly listener: RequestListener | undefined
  readonly feed: RequestFeed
  readonly engine: MeteredEngine
  readonly request: HttpRequest
  readonly requestId: string
  readonly caller: Caller
  readonly route: AnyRoute
  readonly members: object
}

/** Does `run`, and has it told. Rejects as `run` does, or with ControlError 503 when it can't be told. */
export async function runHeard<Output>(asked: HeardControl, run: () => Promise<Output>): Promise<Output> {
  const { listener, route } = asked
  if (changesNothing(route) && !(route.tellsItems && listener?.wants('data'))) return run()
  const startMs = stopwatchMs()
  await kept(listener?.ready())
  const outcome = await run().then(
    (output) => ({ output }),
    (error: unknown) => ({ error }),
  )
  const error = 'error' in outcome ? outcome.error : undefined
  await tell(asked, recordOf(asked, error, startMs), error)
  if ('error' in outcome) throw outcome.error
  return outcome.output
}

/** What policies deny is told whatever it is. Rejects as `check` throws, or with ControlError 503 when it can't be told. */
export async function checkHeard(asked: Omit<HeardControl, 'members'>, check: () => void): Promise<void> {
  const startMs = stopwatchMs()
  try {
    check()
  } catch (error) {
    await tell(asked, recordOf({ ...asked, members: {} }, error, startMs), error)
    throw error
  }
}

export function changesNothing({ method, isRead }: AnyRoute): boolean {
  return method === 'GET' || isRead === true
}

async function tell({ feed, listener }: Pick<HeardControl, 'feed' | 'listener'>, record: RequestRecord, error: unknown): Promise<void> {
  // Who looks at the feed does not find himself in it.
  if (!record.isRead) noteRecord(feed, record, error === undefined ? 200 : error instanceof ControlError ? error.status : 500)
  await kept(listener?.heard(record))
}

async function kept(keeping: Promise<void> | undefined): Promise<void> {
  try {
    await keeping
  } catch (error) {
    throw error instanceof ServiceError ? new ControlError(503, error.message) : error
  }
}

function withoutValues(route: AnyRoute, members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([name]) => getOwn(route.members, name)?.holdsValues !== true))
}

/** Members of what changes something hold no values of items unless they say so; questions may, as they ask about keys, and so does where a piece begins. */
function recordOf({ engine, request, requestId, caller, route, members }: HeardControl, error: unknown, startMs: number): RequestRecord {
  const isRead = route.tellsItems === true
  const { headers, socket } = request
  return {
    ...senderOf({ headers, remoteAddress: socket.remoteAddress, isEncrypted: socket.encrypted }),
    timeMs: engine.clock.now(),
    durationMs: stopwatchMs() - startMs,
    requestId,
    service: 'stator',
    apiVersion: version,
    operation: `${route.method} ${route.path}`,
    kind: isRead ? 'data' : 'management',
    isRead,
    caller,
    region: engine.region,
    resources: [],
    parameters: isRead ? { ...members, after: undefined } : withoutValues(route, members),
    response: undefined,
    error:
      error === undefined
        ? undefined
        : error instanceof ControlError
          ? { exception: String(error.status), message: error.message }
          : toldOf(error, { isForItems: false }),
  }
}
