/** A look whether something is there, and a put of it if not: what comes in between is overwritten. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { createdAfterLookMin, readBeforeWriteMs } from '../limits.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

const id = 'check-then-create'

export const checkThenCreateRule: Rule = {
  id,
  about: 'Items that are looked for and, if they are not there, put without a condition.',
  document: 'C3',
  open: (hearing) => new Creations(hearing),
}

class Creations implements OpenRule {
  readonly #hearing: Hearing
  readonly #cases: Cases

  constructor(hearing: Hearing) {
    this.#hearing = hearing
    this.#cases = new Cases(hearing.nowMs)
  }

  hear(call: HeardCall): void {
    const { operation, lane, usage } = call
    // What was not there holds nothing that could tie two requests of a mixed lane. Caches are filled so.
    if (operation !== 'PutItem' || lane.confidence === 'low' || usage.table?.timeToLive?.enabled === true) return
    const [item] = call.touched.writes()
    if (item === undefined || item.isConditional === true) return
    const look = lane.touches.ofItem(item, call.beganMs - readBeforeWriteMs, false)
    if (look === undefined || look.isThere || look.usedBy === id) return
    // It may have been written by the lane itself since.
    const own = lane.touches.ofItem(item, look.endedMs, true)
    look.usedBy = id
    if (own !== undefined) return
    const last = this.#hearing.items.find(item)?.last
    const isOverwritten = last !== undefined && last.call > look.call && last.lane !== lane.id
    this.#cases.add(call, {
      table: item,
      pattern: usage.pattern,
      key: item.keyText,
      attributes: item.keyNames,
      counts: { created: 1, overwritten: isOverwritten ? 1 : 0 },
    })
  }

  find(look: Look): readonly Draft[] {
    return this.#cases
      .found(look)
      .filter((found) => found.count('created') >= createdAfterLookMin)
      .map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
  }
}

function draftOf(found: Case): Draft {
  const created = found.count('created')
  const overwritten = found.count('overwritten')
  const lost = overwritten === 0 ? '' : ` ${overwritten} times that was something.`
  const [keyName = 'pk'] = found.attributes
  return {
    ...aboutCase(found),
    severity: overwritten > 0 ? 'error' : 'warning',
    evidence: { created, overwritten },
    sentence: `${created} creations looked first and then overwrote whatever came between.${lost}`,
    change: {
      text: 'Put it on the condition that it is not there, and leave the look away: when the condition fails, it is there.',
      code: `await client.send(new PutCommand({
  TableName: '${found.table}', Item: item,
  ConditionExpression: 'attribute_not_exists(#k)', ExpressionAttributeNames: { '#k': '${keyName}' },
}))`,
    },
    wontHelp: 'A transaction without a condition overwrites it, too.',
  }
}
