/** What DynamoDB's answers mean for load: units, throttles with their reasons, failures (errors.md §1). */

import { getOwn } from '../../base/own.ts'
import { shownBodyLengthMax } from '../limits.ts'
import type { HttpAnswer } from './http-client.ts'
import type { Outcome, ThrottleReason } from './load-statistics.ts'

const throttleExceptions = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'])

export interface Members {
  readonly [name: string]: unknown
}

export function outcomeOf({ status, body }: HttpAnswer): Outcome {
  const members = parseMembers(body)
  if (status === 200) return { kind: 'succeeded', units: numberIn(membersIn(members, 'ConsumedCapacity'), 'CapacityUnits') }
  const name = textIn(members, '__type').split('#').at(-1) || `HTTP ${status}`
  if (throttleExceptions.has(name)) return { kind: 'throttled', exception: name, reasons: reasonsIn(members) }
  const message = textIn(members, 'message') || textIn(members, 'Message') || body.slice(0, shownBodyLengthMax)
  return { kind: 'failed', name, message, answered: true, mayPass: status >= 500 }
}

/** For a request without an answer. */
export function outcomeOfError(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'NetworkError'
  return { kind: 'failed', name: code, message: error instanceof Error ? error.message : String(error), answered: false, mayPass: true }
}

/** `ThrottlingReasons` in most exceptions, `throttlingReasons` in ThrottlingException. */
function reasonsIn(members: Members): readonly ThrottleReason[] {
  const list = getOwn(members, 'ThrottlingReasons') ?? getOwn(members, 'throttlingReasons')
  if (!Array.isArray(list)) return []
  return list.map((each: unknown) => {
    const reason = isMembers(each) ? each : {}
    return { reason: textIn(reason, 'reason'), resource: textIn(reason, 'resource') }
  })
}

export function parseMembers(text: string): Members {
  try {
    const value: unknown = JSON.parse(text)
    return isMembers(value) ? value : {}
  } catch {
    return {}
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function membersIn(members: Members, name: string): Members {
  const value = getOwn(members, name)
  return isMembers(value) ? value : {}
}

export function textIn(members: Members, name: string): string {
  const value = getOwn(members, name)
  return typeof value === 'string' ? value : ''
}

export function numberIn(members: Members, name: string): number {
  const value = getOwn(members, name)
  return typeof value === 'number' ? value : 0
}
