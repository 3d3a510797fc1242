/** What the feed keeps of a request of DynamoDB's: short texts that hold on to nothing else. */

import { getOwn, setOwn } from '../../base/own.ts'
import type { KeySchema } from '../../engine/schema/table.ts'
import type { Answer } from '../../protocols/answer.ts'
import { type NotedRequest, senderOf, toldOf } from '../audit/note-request.ts'
import { keptKeyTextMax, keptTextMax } from '../limits.ts'
import type { RequestRecord } from '../request-record.ts'
import type { AnsweredRequest, ItemKey } from './answered-request.ts'
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
  return {
    requestId,
    atMs: engine.clock.now(),
    durationMs,
    service: 'dynamodb',
    operation: operation?.name,
    region: engine.region,
    status: answer.status,
    error: error === undefined ? undefined : keptError(toldOf(error)),
    caller,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
    items: {
      table,
      otherTables,
      index: index?.name,
      pattern,
      key: table && otherTables === undefined ? keyOf(table.key, input) : undefined,
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
    caller,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
  })
}

/** Of the item that `Key` or `Item` names; undefined when that is none, or has a value that is too long to be kept. */
function keyOf({ hash, range }: KeySchema, input: unknown): ItemKey | undefined {
  const { Key, Item } = (input ?? {}) as { readonly Key?: unknown; readonly Item?: unknown }
  const named = Key ?? Item
  if (typeof named !== 'object' || named === null) return undefined
  const key: { [name: string]: unknown } = {}
  for (const { name, type } of [...hash, ...range]) {
    const value = getOwn(named as ItemKey, name)
    const text = typeof value === 'object' && value !== null ? getOwn(value as ItemKey, type) : undefined
    if (typeof text !== 'string' || text.length > keptKeyTextMax) return undefined
    setOwn(key, name, { [type]: text })
  }
  return key
}

function keptError({ exception, message }: NonNullable<AnsweredRequest['error']>): NonNullable<AnsweredRequest['error']> {
  return { exception, message: keptText(message) }
}

/** The beginning of a long text, and nothing that holds on to the rest. */
function keptText(text: string): string {
  return text.length <= keptTextMax ? text : Buffer.from(text.slice(0, keptTextMax)).toString()
}
