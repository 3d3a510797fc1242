/** Puts that take the place of an item that somebody else wrote, and drop attributes that it had. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { overwritesMin, overwritesShareMin, readBeforeOverwriteMs } from '../limits.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'
import type { TouchedItem } from '../touched.ts'

export const blindOverwriteRule: Rule = {
  id: 'blind-overwrite',
  about: 'Puts without a condition that replace what another program wrote, and drop attributes of it.',
  document: 'C3',
  causes: ['lost-update'],
  open: (hearing) => new Overwrites(hearing),
}

class Overwrites implements OpenRule {
  readonly #hearing: Hearing
  readonly #cases: Cases

  constructor(hearing: Hearing) {
    this.#hearing = hearing
    this.#cases = new Cases(hearing.nowMs)
  }

  hear(call: HeardCall): void {
    // Caches are written over.
    if (call.operation !== 'PutItem' || call.usage.table?.timeToLive?.enabled === true) return
    const [item] = call.touched.writes()
    if (item === undefined || item.isConditional === true) return
    const dropped = this.#dropped(call, item)
    const counts = { puts: 1, dropping: dropped.length > 0 ? 1 : 0 }
    this.#cases.add(call, {
      table: item,
      pattern: call.usage.pattern,
      counts,
      ...(dropped.length > 0 && { key: item.keyText, attributes: dropped }),
    })
  }

  find(look: Look): readonly Draft[] {
    return this.#cases.found(look).filter(isEnough).map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
  }

  /** Names of attributes that another gave it, of which this caller could not know. */
  #dropped(call: HeardCall, item: TouchedItem): readonly string[] {
    const { lane, beganMs } = call
    const known = this.#hearing.items.find(item)
    if (known?.names === undefined || known.last.lane === lane.id || lane.confidence === 'low' || item.attributes === undefined) return []
    if (lane.touches.ofItem(item, beganMs - readBeforeOverwriteMs, false) !== undefined) return []
    const { attributes } = item
    return known.names.filter((name) => !Object.hasOwn(attributes, name))
  }
}

function isEnough(found: Case): boolean {
  const dropping = found.count('dropping')
  return dropping >= overwritesMin && dropping >= found.count('puts') * overwritesShareMin
}

function draftOf(found: Case): Draft {
  const dropping = found.count('dropping')
  const puts = found.count('puts')
  return {
    ...aboutCase(found),
    severity: 'warning',
    evidence: { dropping, puts },
    sentence: `${dropping} of ${puts} puts replaced an item that another program wrote, and dropped ${found.attributes.join(', ')}.`,
    change: {
      text: 'Set the attributes that are meant with UpdateItem, which leaves the others alone; or put on a condition.',
      code: `await client.send(new UpdateCommand({
  TableName: '${found.table}', Key: key,
  UpdateExpression: 'SET #a = :a', ExpressionAttributeNames: { '#a': 'mine' }, ExpressionAttributeValues: { ':a': value },
}))`,
    },
    wontHelp: 'ReturnValues ALL_OLD shows what was dropped, and does not keep it.',
  }
}
