/** Increments that were done twice: the answer to the first attempt was lost, and the SDK made another. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { callsRememberedMax } from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const retriedIncrementRule: Rule = {
  id: 'retried-increment',
  about: 'Increments that were applied twice, as the answer to the first attempt was lost.',
  document: 'E1',
  open: (hearing) => new Increments(hearing),
}

class Increments implements OpenRule {
  readonly #cases: Cases
  /** Calls of which an attempt was applied. */
  readonly #applied = new Recent<string, true>(callsRememberedMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { invocationId } = call.sender
    // A transaction has a token, by which the second attempt is known.
    if (call.operation !== 'UpdateItem' || call.error !== undefined || invocationId === undefined) return
    const [item] = call.touched.writes()
    if (item?.isIncrement !== true) return
    const id = `${call.lane.id} ${invocationId}`
    if (call.sender.attempt > 1 && this.#applied.get(id) === true) {
      const attributes = item.computed ?? []
      this.#cases.add(call, { table: item, pattern: call.usage.pattern, key: item.keyText, attributes, counts: { twice: 1 } })
    }
    this.#applied.set(id, true)
  }

  find(look: Look): readonly Draft[] {
    return this.#cases.found(look).map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
    this.#applied.clear()
  }
}

function draftOf(found: Case): Draft {
  const twice = found.count('twice')
  const [name = 'amount'] = found.attributes
  return {
    ...aboutCase(found),
    severity: 'error',
    evidence: { twice },
    sentence: `${twice} increments were applied twice: the answer to the first was lost and the SDK tried again.`,
    change: {
      text: 'Let the item remember what was applied: a condition on a set of request ids, a version, or TransactWriteItems with a ClientRequestToken of your own, by which a repetition within ten minutes is known.',
      code: `await client.send(new UpdateCommand({
  TableName: '${found.table}', Key: key,
  UpdateExpression: 'ADD #n :n, applied :ids',
  ConditionExpression: 'NOT contains(applied, :id)',
  ExpressionAttributeNames: { '#n': '${name}' },
  ExpressionAttributeValues: { ':n': 1, ':id': requestId, ':ids': new Set([requestId]) },
}))`,
    },
    wontHelp: 'Fewer retries lose increments instead.',
  }
}
