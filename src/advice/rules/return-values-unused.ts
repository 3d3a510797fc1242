/** Updates whose item is read right after them, although the update could have answered with it. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { readBackMin, readBackMs, readBackShareMin } from '../limits.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'
import type { TouchedItem } from '../touched.ts'

const id = 'return-values-unused'

export const returnValuesUnusedRule: Rule = {
  id,
  about: 'Updates whose item is read right after them, for what the update could have answered.',
  document: 'A1',
  open: (hearing) => new ReadBack(hearing),
}

class ReadBack implements OpenRule {
  readonly #cases: Cases

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { ReturnValues = 'NONE' } = call.input as { readonly ReturnValues?: string }
    const [item] = call.operation === 'UpdateItem' ? call.touched.writes() : []
    if (item !== undefined && ReturnValues === 'NONE') this.#cases.add(call, { table: item, counts: { updates: 1 } })
    if (call.operation !== 'GetItem' || call.lane.confidence === 'low') return
    for (const read of call.touched.reads()) this.#read(call, read)
  }

  find(look: Look): readonly Draft[] {
    return this.#cases.found(look).filter(isEnough).map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
  }

  #read(call: HeardCall, item: TouchedItem): void {
    const write = call.lane.touches.ofItem(item, call.beganMs - readBackMs, true)
    if (write?.operation !== 'UpdateItem' || write.isAnswered || write.usedBy === id) return
    write.usedBy = id
    this.#cases.add(call, { table: item, key: item.keyText, counts: { readBack: 1, units: call.usage.readUnits } })
  }
}

function isEnough(found: Case): boolean {
  const readBack = found.count('readBack')
  return readBack >= readBackMin && readBack >= found.count('updates') * readBackShareMin
}

function draftOf(found: Case): Draft {
  const readBack = found.count('readBack')
  const updates = found.count('updates')
  return {
    ...aboutCase(found),
    severity: 'info',
    evidence: { readBack, updates, readUnits: found.count('units') },
    sentence: `${readBack} of ${updates} updates are read back: ALL_NEW answers it for nothing.`,
    change: {
      text: 'Ask the update for the item. When a condition fails, ReturnValuesOnConditionCheckFailure tells what is there.',
      code: `const { Attributes } = await client.send(new UpdateCommand({ TableName: '${found.table}', …, ReturnValues: 'ALL_NEW' }))`,
    },
  }
}
