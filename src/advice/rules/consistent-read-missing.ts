/** Eventually consistent reads of what the same caller has just written. */
import { aboutCase, type Case, Cases } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { ownReadsItemsMin, ownReadsMin, tableFollowsMs } from '../limits.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

const id = 'consistent-read-missing'

export const consistentReadMissingRule: Rule = {
  id,
  about: 'Eventually consistent reads that come right after a write of the same item by the same caller.',
  document: 'C4',
  causes: ['lost-update', 'return-values-unused'],
  open: (hearing) => new OwnReads(hearing),
}

class OwnReads implements OpenRule {
  readonly #cases: Cases

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { operation, usage, lane, beganMs } = call
    // Writes are answered with nothing that could tie two requests of a mixed lane.
    if ((operation !== 'GetItem' && operation !== 'Query') || usage.index !== undefined || lane.confidence === 'low') return
    if ((call.input as { readonly ConsistentRead?: boolean }).ConsistentRead === true) return
    const own = call.touched.reads().flatMap((item) => {
      const write = lane.touches.ofItem(item, beganMs - tableFollowsMs, true)
      return write === undefined || write.usedBy === id ? [] : [{ item, write }]
    })
    const [first] = own
    if (first === undefined) return
    // A page that shows several of them is one read.
    for (const { write } of own) write.usedBy = id
    const { item, write } = first
    const counts = { reads: 1, distanceMs: beganMs - write.endedMs }
    this.#cases.add(call, { table: item, pattern: usage.pattern, key: item.keyText, counts })
  }

  find(look: Look): readonly Draft[] {
    return this.#cases
      .found(look)
      .filter((found) => found.count('reads') >= ownReadsMin && found.keys.length >= ownReadsItemsMin)
      .map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
  }
}

function draftOf(found: Case): Draft {
  const reads = found.count('reads')
  const distanceMs = Math.round(found.count('distanceMs') / reads)
  const operation = found.pattern?.operation === 'Query' ? 'Query' : 'Get'
  return {
    ...aboutCase(found),
    severity: 'warning',
    evidence: { reads, distanceMs },
    sentence: `${reads} reads came ${distanceMs} ms after the same caller's write and may see the old value on AWS.`,
    change: {
      text: 'Ask for a consistent read, which costs twice as much; or take what the write answers with ReturnValues.',
      code: `await client.send(new ${operation}Command({ TableName: '${found.table}', …, ConsistentRead: true }))`,
    },
    wontHelp: 'Waiting a little makes it rarer, and proves nothing.',
  }
}
