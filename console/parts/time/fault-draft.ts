/** A fault as a form has it, and what is asked of the server for it. */
import type { FaultEffect, NewFault, ThrottleReason } from '../../../src/server/faults/fault.ts'

export const effects = ['throttle', 'error', 'delay', 'lost request', 'lost answer', 'unprocessed', 'conflict'] as const
export type Effect = (typeof effects)[number]

export const throttleReasons: readonly string[] = ['Table', 'Index'].flatMap((thing) =>
  ['Read', 'Write'].flatMap((access) =>
    ['ProvisionedThroughputExceeded', 'KeyRangeThroughputExceeded', 'AccountLimitExceeded', 'MaxOnDemandThroughputExceeded'].map(
      (cause) => `${thing}${access}${cause}`,
    ),
  ),
)

export interface FaultDraft {
  readonly operation: string
  readonly table: string
  readonly index: string
  /** Empty, or a whole key as DynamoDB's JSON. */
  readonly key: string
  readonly effect: Effect
  readonly reason: string
  readonly exception: string
  readonly delayMs: number
  /** Empty: always. */
  readonly times: string
  readonly after: string
  /** Of a hundred. */
  readonly percent: number
}

export const emptyFault: FaultDraft = {
  operation: '',
  table: '',
  index: '',
  key: '',
  effect: 'throttle',
  reason: throttleReasons[4] ?? '',
  exception: 'InternalServerError',
  delayMs: 1000,
  times: '',
  after: '',
  percent: 100,
}

/** Throws SyntaxError when the key is no JSON; the server says what else is wrong. */
export function faultOf(draft: FaultDraft): NewFault {
  const { operation, table, index, key, times, after, percent } = draft
  const match = {
    ...(operation !== '' && { operation }),
    ...(table !== '' && { table }),
    ...(index !== '' && { index }),
    ...(key !== '' && { key: JSON.parse(key) as object }),
  }
  return {
    ...(Object.keys(match).length > 0 && { match }),
    ...(after !== '' && { after: Number(after) }),
    ...(times !== '' && { times: Number(times) }),
    ...(percent < 100 && { probability: percent / 100 }),
    do: effectOf(draft),
  } as NewFault
}

function effectOf({ effect, reason, exception, delayMs }: FaultDraft): FaultEffect {
  switch (effect) {
    case 'throttle':
      return { throttle: reason as ThrottleReason }
    case 'error':
      return { error: exception as Extract<FaultEffect, { error: unknown }>['error'] }
    case 'delay':
      return { delayMs }
    case 'lost request':
      return { lose: 'request' }
    case 'lost answer':
      return { lose: 'answer' }
    case 'unprocessed':
      return { unprocessed: 'all' }
    case 'conflict':
      return { conflict: true }
  }
}

/** As a test adds it. */
export function faultLine(fault: NewFault): string {
  return `await stator.control.addFault(${JSON.stringify(fault)})`
}
