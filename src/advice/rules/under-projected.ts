/** An index whose every page is followed by reads of the table, for what the index does not hold. */
import { aboutCase, type Case, Cases, tableAsked } from '../cases.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { followedKeysMin, followedPagesMin, followedShareMin, followsPageMs, lanesMax } from '../limits.ts'
import { Recent } from '../recent.ts'
import type { Hearing, Look, OpenRule, Rule } from '../rule.ts'

export const underProjectedRule: Rule = {
  id: 'under-projected',
  about: 'Indexes whose pages are followed by reads of the table, item by item.',
  document: 'G1',
  causes: ['unused-index'],
  open: (hearing) => new FollowedPages(hearing),
}

/** The last page of an index that a lane was answered with. */
interface IndexPage {
  readonly endedMs: number
  readonly table: { readonly tableId: number; readonly tableName: string }
  readonly index: string
  readonly pattern: HeardCall['usage']['pattern']
  readonly keys: ReadonlySet<string>
  readonly followed: Set<string>
}

class FollowedPages implements OpenRule {
  readonly #cases: Cases
  readonly #pages = new Recent<string, IndexPage>(lanesMax)

  constructor({ nowMs }: Hearing) {
    this.#cases = new Cases(nowMs)
  }

  hear(call: HeardCall): void {
    if (call.operation === 'Query') this.#notePage(call)
    else if (call.operation === 'GetItem' || call.operation === 'BatchGetItem') this.#follow(call)
  }

  find(look: Look): readonly Draft[] {
    return this.#cases
      .found(look)
      .filter((found) => found.count('pages') >= followedPagesMin)
      .map(draftOf)
  }

  forget(): void {
    this.#cases.clear()
    this.#pages.clear()
  }

  #notePage(call: HeardCall): void {
    const { index, pattern } = call.usage
    const table = tableAsked(call)
    // What holds all attributes is asked for something else.
    if (index === undefined || index.projection.type === 'ALL' || table === undefined) return
    const keys = new Set(call.touched.reads().map(({ keyHash }) => keyHash))
    if (keys.size < followedKeysMin) return
    this.#pages.set(call.lane.id, { endedMs: call.endedMs, table, index: index.name, pattern, keys, followed: new Set() })
  }

  #follow(call: HeardCall): void {
    const page = this.#pages.get(call.lane.id)
    if (page === undefined || call.beganMs - page.endedMs > followsPageMs) return
    const needed = page.keys.size * followedShareMin
    const before = page.followed.size
    const reads = call.touched.reads().filter(({ tableId, keyHash }) => tableId === page.table.tableId && page.keys.has(keyHash))
    for (const { keyHash } of reads) page.followed.add(keyHash)
    const { size } = page.followed
    if (size < needed || size === before) return
    const isFirst = before < needed
    const { table, index, pattern } = page
    const counts = { pages: isFirst ? 1 : 0, reads: isFirst ? size : size - before, units: call.usage.readUnits }
    this.#cases.add(call, { table, index, pattern, counts, attributes: attributesAsked(call) })
  }
}

/** The same names for everybody who asks for the same. */
function attributesAsked({ usage: { pattern } }: HeardCall): readonly string[] {
  const { projection } = pattern?.name.clauses ?? {}
  return projection === undefined ? [] : projection.split(', ')
}

function draftOf(found: Case): Draft {
  const pages = found.count('pages')
  const reads = found.count('reads')
  const each = Math.round(reads / pages)
  const names = found.attributes.length === 0 ? 'the attributes asked for' : found.attributes.join(', ')
  return {
    ...aboutCase(found),
    severity: 'info',
    evidence: { pages, reads, readsEach: each, readUnits: found.count('units') },
    sentence: `Each page of ${found.index} is followed by ${each} reads of the table, ${pages} times.`,
    change: {
      text: `Let the index include ${names}, if they change seldom: make a new one, switch to it, and drop this one, as what an index includes cannot be changed.`,
      code: `Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [${found.attributes.map((name) => `'${name}'`).join(', ')}] }`,
    },
    wontHelp: 'ConsistentRead on the index does not add attributes, and a global one refuses it.',
  }
}
