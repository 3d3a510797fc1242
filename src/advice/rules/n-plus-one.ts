/** One read that tells keys, and then a read for each of them, one after the other. */
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { patternText } from '../../metering/traffic/describe-pattern.ts'
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { burstFollowsMs, burstGetsMany, burstGetsMin, burstShareMany, burstsMin, lanesMax, parentsOfLaneMax } from '../limits.ts'
import { newest, Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'
import { type Attributes, addTellingValues, hashOf } from '../value-hashes.ts'

export const nPlusOneRule: Rule = {
  id: 'n-plus-one',
  about: 'Many GetItem requests, one after the other, for keys that an answer before them told.',
  document: 'Q1',
  causes: ['under-projected'],
  open: (hearing) => new Bursts(hearing),
}

/** A read, and what followed it. */
interface Parent {
  readonly endedMs: number
  readonly pattern: AccessPattern
  /** Hashes of what its answer held. */
  readonly values: Int32Array
  readonly bursts: Map<number, Burst>
}

/** GetItem requests of one pattern. */
interface Burst {
  /** Values of the answer that their keys were made of. */
  readonly tied: Set<number>
  gets: number
}

class Bursts implements OpenRule {
  readonly #cases: Cases
  /** All requests for the items of each table. */
  readonly #requests: Cases
  readonly #parents = new Recent<string, readonly Parent[]>(lanesMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
    this.#requests = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    const table = tableAsked(call)
    if (table !== undefined) this.#requests.add(call, { table, counts: { requests: 1 } })
    if (call.error !== undefined || (call.operation === 'GetItem' && this.#isOfBurst(call))) return
    if (call.operation === 'Query' || call.operation === 'Scan' || call.operation === 'GetItem') this.#noteParent(call)
  }

  find(look: Look): readonly Draft[] {
    const requests = new Map(this.#requests.found(look).map((found) => [found.tableId, found.count('requests')]))
    return this.#cases
      .found(look)
      .filter((found) => found.count('bursts') >= burstsMin)
      .map((found) => draftOf(found, requests.get(found.tableId) ?? 0))
  }

  forget(): void {
    this.#cases.clear()
    this.#requests.clear()
    this.#parents.clear()
  }

  #noteParent({ usage: { pattern }, touched, endedMs, lane }: HeardCall): void {
    if (pattern === undefined) return
    const values = new Set<number>()
    for (const { attributes } of touched.reads()) if (attributes !== undefined) addTellingValues(attributes, values)
    // One value is the key that it was asked by, or leads to one item.
    if (values.size < burstGetsMin) return
    const before = this.#parents.get(lane.id) ?? []
    this.#parents.set(
      lane.id,
      newest([...before, { endedMs, pattern, values: Int32Array.from(values), bursts: new Map() }], parentsOfLaneMax),
    )
  }

  #isOfBurst(call: HeardCall): boolean {
    const { pattern } = call.usage
    const parents = this.#parents.get(call.lane.id)
    if (pattern === undefined || parents === undefined) return false
    const parts = keyParts((call.input as { readonly Key: Attributes }).Key)
    for (const parent of parents.toReversed()) {
      if (call.beganMs - parent.endedMs > burstFollowsMs) return false
      const tied = parts.filter((part) => parent.values.includes(part))
      if (tied.length > 0) return this.#follows(call, parent, pattern, tied)
    }
    return false
  }

  /** False when it is made of nothing that none before it was. */
  #follows(call: HeardCall, parent: Parent, pattern: AccessPattern, tied: readonly number[]): boolean {
    let burst = parent.bursts.get(pattern.id)
    if (burst === undefined) {
      burst = { tied: new Set(), gets: 0 }
      parent.bursts.set(pattern.id, burst)
    }
    const known = burst.tied.size
    for (const part of tied) burst.tied.add(part)
    const table = tableAsked(call)
    if (burst.tied.size === known || table === undefined) return false
    burst.gets += 1
    if (burst.gets < burstGetsMin) return true
    const isFirst = burst.gets === burstGetsMin
    this.#cases.add(call, {
      table,
      pattern,
      part: patternText(parent.pattern.name),
      counts: isFirst
        ? { bursts: 1, gets: burst.gets, spanMs: call.endedMs - parent.endedMs }
        : { gets: 1, spanMs: call.endedMs - call.beganMs },
    })
    return true
  }
}

/** Keys are often a value behind a prefix. */
function keyParts(key: Attributes): readonly number[] {
  const values = new Set<number>()
  addTellingValues(key, values)
  for (const value of Object.values(key)) {
    const text = (value as { readonly S?: string }).S
    const at = text?.lastIndexOf('#') ?? -1
    if (text !== undefined && at >= 0) values.add(hashOf(text.slice(at + 1)))
  }
  return [...values]
}

function draftOf(found: Case, requests: number): Draft {
  const bursts = found.count('bursts')
  const gets = found.count('gets')
  const each = Math.round(gets / bursts)
  const spanMs = Math.round(found.count('spanMs') / bursts)
  const isMuch = gets / bursts >= burstGetsMany || gets >= requests * burstShareMany
  return {
    ...aboutCase(found),
    patterns: [found.part, found.patternText ?? ''],
    severity: isMuch ? 'warning' : 'info',
    evidence: { bursts, gets, getsEach: each, spanMs, requestsOfTable: requests },
    sentence: `${each} GetItem follow each ${found.part}: ${spanMs} ms one after the other, ${bursts} times.`,
    change: {
      text: 'Ask for all of them with one BatchGetItem (100 keys and 16 MB at most; what comes back in UnprocessedKeys is to be asked for again), copy the attributes that are needed to where the keys are, or keep them in one item collection that one Query reads.',
      code: `const { Responses } = await client.send(new BatchGetCommand({
  RequestItems: { '${found.table}': { Keys: keys } },
}))`,
    },
    wontHelp: 'Promise.all sends as many requests, and so does DAX alone.',
  }
}
