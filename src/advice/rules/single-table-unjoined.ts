/** One table for several kinds of items of which nothing is ever read together, and that is paid for by filtering. */
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import {
  entitiesKnownMax,
  entitiesMin,
  entityFilterEvaluatedMin,
  entityFilterYieldMax,
  entityLettersMax,
  tablesLookedAtMax,
  unjoinedRequestsMin,
} from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'
import type { TouchedItem } from '../touched.ts'

export const singleTableUnjoinedRule: Rule = {
  id: 'single-table-unjoined',
  about: 'Tables that hold several kinds of items, none of which are ever read together, and are filtered by their kind.',
  document: 'D2',
  open: (hearing) => new Unjoined(hearing),
}

interface Entities {
  readonly sinceMs: number
  /** What stands before the first `#` of the keys. */
  readonly names: Set<string>
  /** Two of them were read together, or may have been. */
  isJoined: boolean
}

class Unjoined implements OpenRule {
  readonly #hearing: Hearing
  readonly #cases: Cases
  readonly #tables = new Recent<number, Entities>(tablesLookedAtMax)

  constructor(hearing: Hearing) {
    this.#hearing = hearing
    this.#cases = new Cases(hearing.nowMs)
  }

  hear(call: HeardCall): void {
    const table = tableAsked(call)
    if (table === undefined || call.error !== undefined) return
    let entities = this.#tables.get(table.tableId)
    if (entities === undefined) {
      entities = { sinceMs: call.beganMs, names: new Set(), isJoined: false }
      this.#tables.set(table.tableId, entities)
    }
    const { evaluatedItems = 0, returnedItems = 0 } = isFilteredByKind(call) ? call.usage : {}
    // Whose requests these are has no meaning here.
    const meeting = { region: call.region, atMs: call.atMs, lane: { confidence: 'high' } } as const
    this.#cases.add(meeting, { table, counts: { requests: 1, evaluatedItems, returnedItems } })
    if (entities.isJoined) return
    const reads = call.touched.reads().filter(({ tableId }) => tableId === table.tableId)
    const together = namesOf(reads)
    for (const name of [...together, ...namesOf(call.touched.writes())])
      if (entities.names.size < entitiesKnownMax) entities.names.add(name)
    // Of a long page it is not known.
    entities.isJoined = together.size > 1 || isCut(call, reads)
  }

  find(look: Look): readonly Draft[] {
    return this.#cases.found(look).flatMap((found) => {
      const entities = this.#tables.get(found.tableId)
      if (entities === undefined || entities.isJoined || entities.names.size < entitiesMin || !isEnough(found)) return []
      return this.#hearing.wasDeafSince(entities.sinceMs) ? [] : [draftOf(found, [...entities.names])]
    })
  }

  forget(): void {
    this.#cases.clear()
    this.#tables.clear()
  }
}

/** Names that single-table designs give to it. */
const kindNames = /^_*(entity|type|kind|model|class|et|record)(_?type|_?name)?_*$/i

function isFilteredByKind({ usage }: HeardCall): boolean {
  const { filter } = usage.pattern?.name.clauses ?? {}
  return filter?.split(' AND ').some((text) => kindNames.test(text.split(' = ')[0] ?? '')) === true
}

/** Not all items that it answered with were looked at. */
function isCut({ operation, usage }: HeardCall, reads: readonly TouchedItem[]): boolean {
  return (operation === 'Query' || operation === 'Scan') && reads.length < (usage.returnedItems ?? 0)
}

function namesOf(items: readonly TouchedItem[]): ReadonlySet<string> {
  return new Set(
    items.flatMap(
      ({ keyText, partitionKeyText }) => entityOf(keyText.slice(partitionKeyText.length + 3)) ?? entityOf(partitionKeyText) ?? [],
    ),
  )
}

function entityOf(text: string): string | undefined {
  const end = text.indexOf('#')
  return end > 0 && end <= entityLettersMax ? text.slice(0, end) : undefined
}

function isEnough(found: Case): boolean {
  const evaluated = found.count('evaluatedItems')
  if (found.count('requests') < unjoinedRequestsMin || evaluated < entityFilterEvaluatedMin) return false
  return found.count('returnedItems') <= evaluated * entityFilterYieldMax
}

function draftOf(found: Case, names: readonly string[]): Draft {
  const evaluated = found.count('evaluatedItems')
  const returned = found.count('returnedItems')
  return {
    ...aboutCase(found),
    severity: 'info',
    evidence: { requests: found.count('requests'), kinds: names.length, evaluated, returned },
    sentence: `${found.table} holds ${names.length} kinds of items (${names.slice(0, entitiesMin).join(', ')}, …); nothing is read together, and filters by kind drop ${evaluated - returned} of ${evaluated} items.`,
    change: {
      text: 'Separate tables would give each kind its own capacity, stream and backup, and need no filter. Or give what is asked for together one partition key.',
    },
    wontHelp: 'An index on the kind has one key for all items of a kind.',
  }
}
