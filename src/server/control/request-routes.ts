/** What was asked of this server last, and what is being asked. */
import { keptRequestsMax, toldRequestsDefault } from '../limits.ts'
import { type FoundRequests, lastRequests, type RequestFilter, requestEvents, requestsAfter } from '../requests/find-requests.ts'
import type { RequestFeed, TraceMode } from '../requests/request-feed.ts'
import { controlRoot } from './control-address.ts'
import { ControlError } from './control-error.ts'
import type { Route } from './route.ts'

/** Numbers come as texts from a query. */
export interface RequestsInput extends Omit<RequestFilter, 'slowerThanMs'> {
  readonly slowerThanMs?: number | `${number}`
  readonly after?: number | `${number}`
  readonly limit?: number | `${number}`
}

export interface RequestList extends FoundRequests {
  readonly trace: TraceMode
}

export const requestRoutes: { readonly requests: Route<RequestsInput, RequestList> } = {
  requests: {
    method: 'GET',
    path: `${controlRoot}/requests`,
    does: `The requests that this server answered last, at most ${keptRequestsMax.toLocaleString('en')}. With \`Accept: text/event-stream\` an event for each as it is answered, from the next one on or behind \`after\` (\`Last-Event-ID\`).`,
    answers:
      '`{ trace, requests: [request], next, missed }`: the last ones, or the first ones behind `after`, in the order in which they were answered; `next` is what to ask for as `after`, `missed` how many in between are not kept any more. ' +
      'Each is `{ number, requestId, at, durationMs, service, operation, region, status, error, caller, accessKeyId, sourceAddress, userAgent, faults, table, otherTables, index, key, pattern, readUnits, writeUnits, evaluatedItems, returnedItems }`, ' +
      'without what there is not, and with `--trace full` `request` and `response`',
    members: {
      operation: { kind: 'name', does: 'only this operation' },
      table: { kind: 'name', does: 'only this table' },
      caller: { kind: 'name', does: 'only of the caller with this ARN' },
      error: { kind: 'name', does: 'only with this error, or with `any`' },
      slowerThanMs: { kind: 'number', does: 'only what took so many milliseconds at the least' },
      after: { kind: 'number', does: '`next` of the answer before, or the number of a request' },
      limit: { kind: 'number', does: `how many at the most; ${toldRequestsDefault} when it is left out` },
    },
    tellsItems: true,
    run: ({ feed }, input) => found(kept(feed), input),
    follow: ({ feed }, input) => {
      const { last } = kept(feed)
      const from = { filter: filterOf(input), after: Number(input.after ?? last) }
      return (gone) => requestEvents(feed, from, gone)
    },
  },
}

function kept(feed: RequestFeed): RequestFeed {
  if (feed.mode === 'off') throw new ControlError(400, 'This server keeps nothing of requests: start it with --trace keys or --trace full.')
  return feed
}

function found(feed: RequestFeed, { after, limit, ...rest }: RequestsInput): RequestList {
  const filter = filterOf(rest)
  const countMax = Number(limit ?? toldRequestsDefault)
  const list = after === undefined ? lastRequests(feed, filter, countMax) : requestsAfter(feed, filter, Number(after), countMax)
  return { trace: feed.mode, ...list }
}

function filterOf({ operation, table, caller, error, slowerThanMs }: RequestsInput): RequestFilter {
  return {
    ...(operation !== undefined && { operation }),
    ...(table !== undefined && { table }),
    ...(caller !== undefined && { caller }),
    ...(error !== undefined && { error }),
    ...(slowerThanMs !== undefined && { slowerThanMs: Number(slowerThanMs) }),
  }
}
