/** An index that is asked right after a write for what that has just written: indexes follow the table later. */
import type { SecondaryIndex } from '../../engine/schema/table.ts'
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { indexFollowsMs, lagLookedBackMs, staleIndexReadsMin } from '../limits.ts'
import type { Touch } from '../recent-touches.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'
import { type Attributes, type Mark, markOf } from '../value-hashes.ts'

const id = 'stale-gsi-read'

export const staleGsiReadRule: Rule = {
  id,
  about: 'Global indexes that are asked right after a write for what it wrote.',
  document: 'G1',
  open: (hearing) => new StaleReads(hearing),
}

class StaleReads implements OpenRule {
  readonly #cases: Cases

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const { index } = call.usage
    const table = tableAsked(call)
    if (call.operation !== 'Query' || call.error !== undefined || index?.kind !== 'global' || table === undefined) return
    const asked = askedValues(call.input as QueryInput)
    for (const touch of call.lane.touches.since(call.beganMs - lagLookedBackMs)) {
      if (!touch.isWrite || touch.tableId !== table.tableId || touch.usedBy === id) continue
      if (!isAskedFor(touch, index, { asked, isMixed: call.lane.confidence === 'low' })) continue
      const distanceMs = call.beganMs - touch.endedMs
      const isHidden = hides(call, index, touch)
      if (distanceMs > indexFollowsMs && !isHidden) continue
      touch.usedBy = id
      this.#cases.add(call, {
        table,
        index: index.name,
        pattern: call.usage.pattern,
        counts: { reads: 1, distanceMs, hidden: isHidden ? 1 : 0 },
      })
      return
    }
  }

  find(look: Look): readonly Draft[] {
    return this.#cases
      .found(look)
      .filter((found) => found.count('reads') >= staleIndexReadsMin)
      .map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
  }
}

interface QueryInput {
  readonly ExpressionAttributeValues?: Attributes
  readonly KeyConditions?: { readonly [name: string]: { readonly AttributeValueList?: readonly unknown[] } }
  readonly Limit?: number
  readonly ExclusiveStartKey?: unknown
}

function askedValues({ ExpressionAttributeValues = {}, KeyConditions = {} }: QueryInput): readonly Mark[] {
  const legacy = Object.values(KeyConditions).flatMap(({ AttributeValueList = [] }) => AttributeValueList)
  return [...Object.values(ExpressionAttributeValues), ...legacy].map(markOf)
}

interface AskedFor {
  readonly asked: readonly Mark[]
  readonly isMixed: boolean
}

/** Whether the write gave its item the partition key in the index that is asked for. */
function isAskedFor({ marks, isThere }: Touch, { key }: SecondaryIndex, { asked, isMixed }: AskedFor): boolean {
  if (!isThere || marks === undefined) return false
  return key.hash.every(({ name }) => {
    const written = marks.get(name)
    return written !== undefined && (written.isTelling || !isMixed) && asked.some(({ hash }) => hash === written.hash)
  })
}

/** Whether the answer should have held the item, and does not: the index of this server lags, as it was told to. */
function hides({ usage, input, output, touched }: HeardCall, index: SecondaryIndex, { keyHash, marks }: Touch): boolean {
  if (index.kind !== 'global' || index.isQueued !== true) return false
  const { Limit, ExclusiveStartKey } = input as QueryInput
  const { filter, keyCondition = '' } = usage.pattern?.name.clauses ?? {}
  const isPart = filter !== undefined || Limit !== undefined || ExclusiveStartKey !== undefined || / AND /.test(keyCondition)
  const isEntry = index.key.range.every(({ name }) => marks?.get(name) !== undefined)
  const { LastEvaluatedKey, Count } = output as { readonly LastEvaluatedKey?: unknown; readonly Count?: number }
  if (isPart || !isEntry || LastEvaluatedKey !== undefined) return false
  // All that it answered with is known.
  const reads = touched.reads()
  return reads.length === Count && !reads.some((read) => read.keyHash === keyHash)
}

function draftOf(found: Case): Draft {
  const reads = found.count('reads')
  const hidden = found.count('hidden')
  const distanceMs = Math.round(found.count('distanceMs') / reads)
  const missed = hidden === 0 ? '' : `; ${hidden} times it was not there yet`
  return {
    ...aboutCase(found),
    severity: hidden > 0 ? 'error' : 'warning',
    evidence: { reads, hidden, distanceMs },
    sentence: `${reads} times ${found.index} was asked ${distanceMs} ms after the write it should show; indexes follow later and know no ConsistentRead${missed}.`,
    change: {
      text: 'Read the table by its key, answer from what was written, or wait for the change on the stream. What must be unique needs an item of its own, put with attribute_not_exists.',
      code: `await client.send(new PutCommand({ TableName: '${found.table}', Item: item }))
return item`,
    },
    wontHelp: 'ConsistentRead is refused on a global index.',
  }
}
