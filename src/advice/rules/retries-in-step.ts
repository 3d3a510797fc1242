/** Retries after refusals that all come after the same pauses, or all at once: the next refusal is certain. */
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import {
  attemptsLookedAtMax,
  callsRememberedMax,
  retriesInStepLanesMin,
  retriesInStepMs,
  retriesInStepShareMin,
  retriesMin,
  retriesOfAttemptMin,
  retryVariationMax,
  tablesWithRetriesMax,
} from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const retriesInStepRule: Rule = {
  id: 'retries-in-step',
  about: 'Retries after refusals whose pauses know no chance, or that come all at once.',
  document: 'E2',
  open: (hearing) => new Retries(hearing),
}

const throttles: ReadonlySet<string> = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])

interface Moment {
  readonly number: number
  readonly lanes: Set<string>
  retries: number
}

class Retries implements OpenRule {
  readonly #cases: Cases
  /** When calls were last refused. */
  readonly #refusedMs = new Recent<string, number>(callsRememberedMax)
  /** The one in which the last retries of a table came. */
  readonly #moments = new Recent<number, Moment>(tablesWithRetriesMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { sender, error, beganMs, endedMs } = call
    const { invocationId, attempt } = sender
    if (invocationId === undefined) return
    const isThrottled = error !== undefined && throttles.has(error)
    const refusedMs = attempt > 1 ? this.#refusedMs.get(invocationId) : undefined
    if (refusedMs !== undefined) this.#retried(call, beganMs - refusedMs)
    if (isThrottled) this.#refusedMs.set(invocationId, endedMs)
    else if (refusedMs !== undefined) this.#refusedMs.delete(invocationId)
  }

  find(look: Look): readonly Draft[] {
    return this.#cases
      .found(look)
      .filter((found) => found.count('retries') >= retriesMin)
      .flatMap((found) => draftsOf(found))
  }

  forget(): void {
    this.#cases.clear()
    this.#refusedMs.clear()
    this.#moments.clear()
  }

  #retried(call: HeardCall, pauseMs: number): void {
    const table = tableAsked(call)
    const { attempt, userAgent } = call.sender
    if (table === undefined || attempt > attemptsLookedAtMax) return
    const counts = { retries: 1, [`retries${attempt}`]: 1, [`pauses${attempt}`]: pauseMs, [`squares${attempt}`]: pauseMs * pauseMs }
    this.#cases.add(call, { table, part: userAgent, counts })
    this.#cases.add(call, { table, part: together, counts: { retries: 1, atOnce: this.#atOnce(call, table.tableId) } })
  }

  /** How many retries are known by this one to have come in one moment. */
  #atOnce({ beganMs, lane }: HeardCall, tableId: number): number {
    const number = Math.floor(beganMs / retriesInStepMs)
    let moment = this.#moments.get(tableId)
    if (moment?.number !== number) {
      moment = { number, lanes: new Set(), retries: 0 }
      this.#moments.set(tableId, moment)
    }
    const { size } = moment.lanes
    moment.lanes.add(lane.id)
    moment.retries += 1
    if (moment.lanes.size < retriesInStepLanesMin) return 0
    return size < retriesInStepLanesMin ? moment.retries : 1
  }
}

/** In place of a program. */
const together = 'all programs together'

function draftsOf(found: Case): readonly Draft[] {
  if (found.part !== together) return isStiff(found) ? [stiffDraft(found)] : []
  const atOnce = found.count('atOnce')
  return atOnce >= found.count('retries') * retriesInStepShareMin ? [atOnceDraft(found, atOnce)] : []
}

/** The attempts of which enough are known. */
function attemptsOf(found: Case): readonly number[] {
  return Array.from({ length: attemptsLookedAtMax }, (_, at) => at + 1).filter(
    (attempt) => found.count(`retries${attempt}`) >= retriesOfAttemptMin,
  )
}

function isStiff(found: Case): boolean {
  const attempts = attemptsOf(found)
  return attempts.length > 0 && attempts.every((attempt) => variation(found, attempt) < retryVariationMax)
}

/** Of the pauses before such an attempt: their deviation as a share of their mean. */
function variation(found: Case, attempt: number): number {
  const count = found.count(`retries${attempt}`)
  const mean = found.count(`pauses${attempt}`) / count
  // Rounding may make it less than nothing.
  const variance = Math.max(0, found.count(`squares${attempt}`) / count - mean * mean)
  return mean === 0 ? 0 : Math.sqrt(variance) / mean
}

function stiffDraft(found: Case): Draft {
  const pauses = attemptsOf(found).map((attempt) => Math.round(found.count(`pauses${attempt}`) / found.count(`retries${attempt}`)))
  return {
    ...common(found),
    key: `of ${found.part}`,
    evidence: { retries: found.count('retries'), firstPauseMs: pauses[0] ?? 0 },
    sentence: `Retries of ${found.part} come exactly ${pauses.join(', ')} ms after the refusal, without chance in it.`,
  }
}

function atOnceDraft(found: Case, atOnce: number): Draft {
  return {
    ...common(found),
    evidence: { retries: found.count('retries'), atOnce },
    sentence: `Of ${found.count('retries')} retries ${atOnce} came at once, within ${retriesInStepMs} ms from ${retriesInStepLanesMin} programs or more.`,
  }
}

function common(found: Case): Omit<Draft, 'evidence' | 'sentence'> {
  return {
    ...aboutCase(found),
    severity: 'warning',
    change: {
      text: 'Let chance decide on the pause, between nothing and a bound that doubles: the modes standard and adaptive of the SDKs do that, and loops of your own should.',
      code: "boto3.resource('dynamodb', config=Config(retries={'mode': 'standard', 'max_attempts': 4}))",
    },
    wontHelp: 'Longer pauses of fixed length come in step as well.',
  }
}
