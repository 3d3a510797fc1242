/** Clients that give up before they are answered, after the same time again and again, and ask once more. */
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { callsRememberedMax, givenUpMin, givenUpVariationMax } from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const clientTimeoutsRule: Rule = {
  id: 'client-timeouts',
  about: 'Clients that give up and ask again before they are answered.',
  document: 'E2',
  open: (hearing) => new Timeouts(hearing),
}

interface Attempt {
  readonly number: number
  readonly beganMs: number
  readonly endedMs: number
}

class Timeouts implements OpenRule {
  readonly #cases: Cases
  readonly #attempts = new Recent<string, Attempt>(callsRememberedMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { sender, beganMs, endedMs, usage } = call
    const { invocationId, attempt: number, userAgent } = sender
    const table = tableAsked(call)
    if (invocationId === undefined || table === undefined) return
    const other = this.#attempts.get(invocationId)
    const attempt = { number, beganMs, endedMs }
    this.#attempts.set(invocationId, attempt)
    // Which of two attempts is answered first nobody knows.
    const waitedMs =
      other === undefined ? undefined : number > other.number ? givenUpAfterMs(other, attempt) : givenUpAfterMs(attempt, other)
    if (waitedMs === undefined) return
    const counts = { givenUp: 1, waitedMs, squares: waitedMs * waitedMs, latencyMs: usage.pattern?.latency.percentile(99) ?? 0 }
    this.#cases.add(call, { table, pattern: usage.pattern, part: userAgent, counts })
  }

  find(look: Look): readonly Draft[] {
    return this.#cases.found(look).filter(isEnough).map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
    this.#attempts.clear()
  }
}

/** Undefined unless the next attempt came while the one before it was being answered. */
function givenUpAfterMs(before: Attempt, next: Attempt): number | undefined {
  return next.number === before.number + 1 && next.beganMs < before.endedMs ? next.beganMs - before.beganMs : undefined
}

function isEnough(found: Case): boolean {
  const givenUp = found.count('givenUp')
  const mean = found.count('waitedMs') / givenUp
  // Rounding may make it less than nothing.
  const variance = Math.max(0, found.count('squares') / givenUp - mean * mean)
  return givenUp >= givenUpMin && Math.sqrt(variance) <= mean * givenUpVariationMax
}

function draftOf(found: Case): Draft {
  const givenUp = found.count('givenUp')
  const waitedMs = Math.round(found.count('waitedMs') / givenUp)
  const latencyMs = Math.round(found.count('latencyMs') / givenUp)
  return {
    ...aboutCase(found),
    severity: 'warning',
    evidence: { givenUp, waitedMs, p99Ms: latencyMs },
    sentence: `${found.part} gives up after ${waitedMs} ms and asks again, ${givenUp} times; p99 here is ${latencyMs} ms.`,
    change: {
      text: 'Let the timeout be longer than three times p99.9: what is given up is done and paid all the same.',
      code: 'new DynamoDBClient({ requestHandler: new NodeHttpHandler({ connectionTimeout: 1000, requestTimeout: 3000 }) })',
    },
    wontHelp: 'More attempts with the same timeout give up as often.',
  }
}
