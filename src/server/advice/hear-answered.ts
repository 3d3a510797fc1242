/** What the advisor is told of a request that was answered. Costs next to nothing when it does not listen, and fails no request. */

import type { Advisor } from '../../advice/advisor.ts'
import type { HeardCall } from '../../advice/heard-call.ts'
import type { Sender } from '../../advice/sender.ts'
import { touchedBy } from '../../advice/touched-items.ts'
import { ServiceError } from '../../api/errors.ts'
import { LostRequest } from '../faults/faced-faults.ts'
import { ownProgram } from '../own-program.ts'
import { kindOf, type NotedRequest, senderOf } from '../requests/noted-request.ts'
import { callSender } from './call-sender.ts'

/** Requests that manage tables, that are not understood or not let in, that never came or that are our own are not heard. */
export function hearAnswered(advisor: Advisor | undefined, noted: NotedRequest): void {
  const { operation, caller, input, error } = noted
  if (advisor === undefined || operation === undefined || caller === undefined || kindOf(operation) !== 'data') return
  if (input === undefined) return
  const endedMs = advisor.stopwatch.now()
  if (error instanceof LostRequest || !advisor.listens(endedMs)) return
  const { userAgent = '' } = senderOf(noted.request)
  if (userAgent.startsWith(ownProgram)) return
  advisor.hear(heard(noted, { operation: operation.name, endedMs, sender: callSender(noted.request, caller, userAgent) }))
}

interface Known {
  readonly operation: HeardCall['operation']
  readonly endedMs: number
  readonly sender: Sender
}

function heard(
  { engine, usage, input, output, error, heardFromMs, faults, request }: NotedRequest,
  known: Known,
): Parameters<Advisor['hear']>[0] {
  const answered = {
    ...known,
    region: engine.region,
    atMs: engine.clock.now(),
    beganMs: heardFromMs,
    usage,
    input,
    output,
    error: error === undefined ? undefined : error instanceof ServiceError ? error.exception : 'fault',
    reasons: reasonsOf(error),
    isAnswerLost: faults?.isAnswerLost === true,
    isAbandoned: request.isWanted?.() === false,
  }
  return { ...answered, touched: touchedBy(answered) }
}

function reasonsOf(error: unknown): readonly string[] {
  const reasons = error instanceof ServiceError ? error.members['CancellationReasons'] : undefined
  return Array.isArray(reasons) ? reasons.map((reason: { readonly Code?: unknown }) => String(reason.Code)) : []
}
