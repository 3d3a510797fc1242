/** What the feed is told of a request. */
import { ServiceError } from '../../api/errors.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { namedAttributes } from '../../operations/request/sent-items.ts'
import type { Caller } from '../../policies/caller.ts'
import type { Answer } from '../../protocols/answer.ts'
import type { AnyAnswer } from '../../protocols/service-answer.ts'
import { keptTextMax } from '../limits.ts'
import type { RequestRecord } from '../request-record.ts'
import type { AnsweredRequest, RequestTexts, ToldError } from './answered-request.ts'
import { hintFor } from './hint.ts'
import { kindOf, type NotedRequest, type Sender, senderOf, toldOf } from './noted-request.ts'
import type { RequestFeed } from './request-feed.ts'

export interface Answered {
  readonly answer: Answer
  readonly durationMs: number
}

/** Does nothing when nobody wants to know. */
export function noteAnswered(feed: RequestFeed, noted: NotedRequest, answered: Answered): void {
  if (!feed.isWanted) return
  const isFull = feed.mode === 'full'
  feed.add(answeredRequest(noted, answered, isFull), isFull ? textsOf(noted, answered) : undefined)
}

function textsOf({ request: { body } }: NotedRequest, { answer }: Answered): RequestTexts {
  return { request: Buffer.from(body.buffer, body.byteOffset, body.length).toString(), response: answer.body }
}

function answeredRequest(noted: NotedRequest, { answer, durationMs }: Answered, isFull: boolean): AnsweredRequest {
  const { request, requestId, operation, engine, caller, error, input, usage, faults } = noted
  const { sourceAddress, userAgent } = senderOf(request)
  const { table, otherTables, index, pattern, readUnits, writeUnits, evaluatedItems, returnedItems } = usage
  const named = (input ?? {}) as { readonly Key?: unknown; readonly Item?: unknown; readonly TableName?: unknown }
  const { TableName } = named
  return {
    requestId,
    atMs: engine.clock.now(),
    durationMs,
    service: 'dynamodb',
    operation: operation?.name,
    region: engine.region,
    status: answer.status,
    error: error === undefined ? undefined : errorOf(noted, isFull),
    caller: arnOf(caller),
    accessKeyId: caller?.accessKeyId,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
    faults: faults?.names,
    items: {
      table,
      tableName: table === undefined && typeof TableName === 'string' ? keptText(TableName) : undefined,
      otherTables,
      index: index?.name,
      pattern: pattern?.name,
      named: namedAttributes(named, table),
      readUnits,
      writeUnits,
      evaluatedItems,
      returnedItems,
    },
  }
}

function errorOf({ operation, caller, error }: NotedRequest, isFull: boolean): ToldError {
  const isForItems = !isFull && operation !== undefined && kindOf(operation) === 'data'
  const hint = error instanceof ServiceError ? hintFor(error) : undefined
  return { ...keptError(toldOf(error, { isForItems }), arnOf(caller)), ...(hint !== undefined && { hint }) }
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
    error: error && keptError(error, arnOf(caller)),
    caller: arnOf(caller),
    accessKeyId: caller?.accessKeyId,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
    faults: undefined,
  })
}

/** Who brings the token of another provider in place of a signature may be anybody. */
function arnOf(caller: Caller | undefined): string | undefined {
  return caller?.kind === 'web-identity' ? undefined : caller?.arn
}

/** Clients put all kinds of things where a signature belongs, and messages about it repeat them. */
function keptError({ exception, message }: ToldError, caller: string | undefined): ToldError {
  return { exception, message: caller === undefined ? '(not kept, as it may tell what stands in place of a signature)' : keptText(message) }
}

export interface RefusedCall {
  readonly service: string
  readonly sender: Sender
  readonly answer: AnyAnswer
  readonly error: unknown
}

/** One that was not let in, of a service beside DynamoDB. */
export function noteRefused(
  { feed, engine }: { readonly feed: RequestFeed; readonly engine: MeteredEngine },
  { service, sender, answer: { status, headers }, error }: RefusedCall,
): void {
  if (!feed.isWanted) return
  const { sourceAddress, userAgent } = senderOf(sender)
  feed.add({
    requestId: headers['x-amzn-RequestId'] ?? '',
    atMs: engine.clock.now(),
    durationMs: 0,
    service,
    operation: undefined,
    region: engine.region,
    status,
    error: keptError(toldOf(error, { isForItems: false }), undefined),
    caller: undefined,
    accessKeyId: undefined,
    sourceAddress,
    userAgent: userAgent && keptText(userAgent),
    faults: undefined,
  })
}

/** The beginning of a long text, and nothing that holds on to the rest. */
function keptText(text: string): string {
  return text.length <= keptTextMax ? text : Buffer.from(text.slice(0, keptTextMax)).toString()
}
