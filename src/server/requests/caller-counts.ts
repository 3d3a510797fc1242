/** How much each caller asked for, where the server knows who they are: for `/metrics`. */
import { countedCallersMax } from '../limits.ts'
import type { AnsweredRequest } from './answered-request.ts'

/** Denied: by policies. Refused: for any other reason that was the client's. Failed: through no fault of the client's. */
export const outcomes = ['answered', 'denied', 'refused', 'failed'] as const

export type Outcome = (typeof outcomes)[number]
export type OutcomeCounts = { readonly [Name in Outcome]: number }

/** Whom there is no room for, and who was not let in. */
const others = 'others'
const nobody = 'nobody'

export class CallerCounts {
  /** By ARN. */
  readonly #counts = new Map<string, { [Name in Outcome]: number }>()

  note(request: AnsweredRequest): void {
    this.#of(request.caller ?? nobody)[outcomeOf(request)] += 1
  }

  entries(): Iterable<readonly [caller: string, OutcomeCounts]> {
    return this.#counts
  }

  #of(caller: string): { [Name in Outcome]: number } {
    const known = this.#counts.get(caller)
    if (known !== undefined) return known
    if (this.#counts.size >= countedCallersMax && caller !== others) return this.#of(others)
    const counts = { answered: 0, denied: 0, refused: 0, failed: 0 }
    this.#counts.set(caller, counts)
    return counts
  }
}

function outcomeOf({ service, status, error, caller }: AnsweredRequest): Outcome {
  if (status < 400) return 'answered'
  if (error?.exception === 'AccessDeniedException' || (service === 'stator' && status === 403 && caller !== undefined)) return 'denied'
  return status < 500 ? 'refused' : 'failed'
}
