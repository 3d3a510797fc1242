/** A request in a line, for people. */
import { printable } from '../../base/printable.ts'
import type { RequestReport } from './answered-request.ts'

/** `2026-11-22T10:00:00.000Z 200 1.2 ms Query Music where pk = ?, 0.5 RCU, user/ann from 127.0.0.1, 0A1B…`, and behind an error what it means. */
export function requestLine(request: RequestReport): string {
  const { at, status, durationMs, service, operation = 'no operation', table, pattern, error, readUnits, writeUnits } = request
  const { caller, sourceAddress, requestId } = request
  const asked =
    pattern ?? [service === 'dynamodb' ? operation : `${service} ${operation}`, table].filter((part) => part !== undefined).join(' ')
  const who = caller === undefined ? 'nobody who is known' : caller.replace(/^arn:[^:]*:[^:]*::\d+:/, '')
  const parts = [
    `${at} ${status} ${Number(durationMs.toPrecision(3))} ms ${asked}`,
    error && `${error.exception}: ${error.message}`,
    readUnits !== undefined && `${readUnits} RCU`,
    writeUnits !== undefined && `${writeUnits} WCU`,
    sourceAddress === undefined ? who : `${who} from ${sourceAddress}`,
    requestId,
  ]
  const line = parts.filter((part) => typeof part === 'string').join(', ')
  return printable(error?.hint === undefined ? line : `${line} → ${error.hint}`)
}
