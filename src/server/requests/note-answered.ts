/** What the feed is told of a request. */

import type { Answer } from '../../protocols/answer.ts'
import { keptTextMax } from '../limits.ts'
import type { RequestRecord } from '../request-record.ts'
import type { AnsweredRequest, ItemKey } from './answered-request.ts'
import { type NotedRequest, senderOf, toldOf } from './noted-request.ts'
import type { RequestFeed } from './request-feed.ts'

export interface Answered {
  readonly answer: Answer
  readonly durationMs: number
}

/** Does nothing when nobody wants to know. */
export function noteAnswered(feed: RequestFeed, noted: NotedRequest, answered: Answered): void {
  if (!feed.isWanted) return
  const { body } = noted.request
  const texts = feed.mode === 'full' ? { request: Buffer.from(body).toString(), response: answered.answer.body } : undefined
  feed.add(answeredRequest(noted, answered), texts)
}

function answeredRequest(noted: NotedRequest, { answer, durationMs }: Answered): AnsweredRequest {
  const { request, requestId, operation, engine, caller, error, input, usage } = noted
  const { sourceAddress, userAgent } = senderOf(request)
  const { table, otherTables, index, pattern, readUnits, writeUnits, evaluatedItems, returnedItems } = usage
  const { Key, Item } = (input ?? {}) as { readonly Key?: unknown; readonly Item?: unknown }
  return {
    requestId,
    atMs: engine.clock.now(),
    durationMs,
    service: 'dynamodb',
    operation: operation?.name,
    region: engine.region,
    status: answer.status,
    error: error === undefined ? undefined : keptError(toldOf(error)),
    caller: caller?.arn,
    accessKeyId: caller?.accessKeyId,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
    items: {
      table,
      otherTables,
      index: index?.name,
      pattern,
      named: (Key ?? Item) as ItemKey | undefined,
      readUnits,
      writeUnits,
      evaluatedItems,
      returnedItems,
    },
  }
}

/** The same of another service's, or of control. */
export function noteRecord(feed: RequestFeed, record: RequestRecord, status: number): void {
  if (!feed.isWanted) return
  const { requestId, timeMs: atMs, durationMs, service, operation, region, caller, error, sourceAddress, userAgent } = record
  feed.add({
    requestId,
    atMs,
    durationMs,
    service,
    operation,
    region,
    status,
    error: error && keptError(error),
    caller: caller?.arn,
    accessKeyId: caller?.accessKeyId,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
  })
}

function keptError({ exception, message }: NonNullable<AnsweredRequest['error']>): NonNullable<AnsweredRequest['error']> {
  return { exception, message: keptText(message) }
}

/** The beginning of a long text, and nothing that holds on to the rest. */
function keptText(text: string): string {
  return text.length <= keptTextMax ? text : Buffer.from(text.slice(0, keptTextMax)).toString()
}
