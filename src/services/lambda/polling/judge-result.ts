/** What the result of an invocation says of the records that it was given (lambda-triggers.md §5). Pure. */
import { isObject } from '../../../base/is-object.ts'
import type { InvocationResult } from '../../../functions/function-host.ts'
import type { MappingSettings } from '../records/mapping.ts'
import type { Outcome, WindowCall } from './lane.ts'

/** `sequenceNumbers`: of the records, in their order. */
export function judgeResult(
  result: InvocationResult,
  {
    settings,
    sequenceNumbers,
    window,
  }: { readonly settings: MappingSettings; readonly sequenceNumbers: readonly string[]; readonly window?: WindowCall | undefined },
): Outcome {
  if (result.kind === 'throttled' || result.kind === 'unreachable') return { kind: 'refused' }
  if (result.kind === 'failed') return { kind: 'failed', from: 0, functionError: result.how }
  const answer: unknown = JSON.parse(result.payload)
  const state = window === undefined ? undefined : stateIn(answer)
  // The last call of a window has nothing to hand on.
  if (window !== undefined && !window.isFinal && state === undefined) return { kind: 'failed', from: 0, functionError: null }
  const handedOn = state === undefined ? {} : { state }
  const from = settings.reportsItemFailures ? firstFailed(answer, sequenceNumbers) : undefined
  return from === undefined ? { kind: 'done', ...handedOn } : { kind: 'failed', from, functionError: null, ...(from > 0 && handedOn) }
}

/** JSON of an object. */
function stateIn(answer: unknown): string | undefined {
  const state = isObject(answer) ? answer['state'] : undefined
  return isObject(state) ? JSON.stringify(state) : undefined
}

/** The first record that failed; undefined: none did. What is not understood is the failure of all. */
function firstFailed(answer: unknown, sequenceNumbers: readonly string[]): number | undefined {
  if (answer === null || (Array.isArray(answer) && answer.length === 0)) return undefined
  if (!isObject(answer)) return 0
  const failures = answer['batchItemFailures']
  if (failures === undefined || failures === null) return undefined
  if (!Array.isArray(failures)) return 0
  const places = failures.map((failure) => placeOf(failure, sequenceNumbers))
  return places.length === 0 ? undefined : Math.max(0, Math.min(...places))
}

/** −1 for what names no record. */
function placeOf(failure: unknown, sequenceNumbers: readonly string[]): number {
  const id = isObject(failure) ? failure['itemIdentifier'] : undefined
  return typeof id === 'string' ? sequenceNumbers.indexOf(id) : -1
}
