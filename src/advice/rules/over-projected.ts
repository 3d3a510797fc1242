/** An index copies whole items, of which its readers ask for a part. */
import { minuteMs } from '../../base/clock.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { writeUnits } from '../../engine/partitions/capacity-units.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import { attributesOfKey, type GlobalIndex, type Table } from '../../engine/schema/table.ts'
import { patternsOfAll } from '../../metering/reports/traffic-of-all.ts'
import type { PatternName } from '../../metering/traffic/access-pattern.ts'
import type { AttributeValue } from '../../values/attribute-value.ts'
import { utf8SizeBytes, valueSizeBytes } from '../../values/size.ts'
import { askedAttributes } from '../asked-attributes.ts'
import type { Draft, Saving } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { type HeardTraffic, heardTraffic } from '../heard-traffic.ts'
import { overProjected, windowMinutes } from '../limits.ts'
import { savingOf, severityBySaving, sizeText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { unitsIn } from '../space-units.ts'
import type { TableMoney } from '../table-money.ts'

interface Readers {
  reads: number
  /** Somebody asks for all there is, or nobody knows what for. */
  takesAll: boolean
  /** Sizes of attributes in answers. */
  readonly attributes: Map<string, { bytes: number; items: number }>
  sinceMs: number
  lastMs: number
}

export const overProjectedRule: Rule = {
  id: 'over-projected',
  about: 'At least 100 reads of a global index, each with a projection, ask for less than half of what an entry holds.',
  document: 'G5',
  causes: ['unused-index'],
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    const readers = new Map<string, Readers>()
    return {
      hear: (call) => {
        heard.hear(call)
        noteRead(readers, call)
      },
      find: async (look) => {
        const drafts: Draft[] = []
        // Of these each is counted, heard or not.
        const whole = (await patternsOfAll(look.engine)).filter(({ name }) => name.clauses.projection === undefined || name.isOther)
        for (const table of look.engine.catalog.tables()) {
          for (const index of table.indexes) {
            const ofIndex = readers.get(idOf(table, index))
            if (whole.some(({ name }) => isOfIndex(name, table, index))) continue
            const draft = index.kind === 'global' && ofIndex && (await draftOf(look, heard, table, index, ofIndex))
            if (draft) drafts.push(draft)
          }
        }
        return drafts
      },
      forget: () => {
        heard.forget()
        readers.clear()
      },
    }
  },
}

function idOf({ tableId }: Table, { indexId, name }: Pick<GlobalIndex, 'indexId' | 'name'>): string {
  return `${tableId} ${indexId} ${name}`
}

/** What is left over of all patterns, and statements of a batch, may be about any index. */
function isOfIndex(name: PatternName, { tableId }: Table, index: { readonly name: string }): boolean {
  if (!name.tableIds.includes(tableId)) return false
  return name.index === index.name || name.isOther || (name.clauses.members?.some((text) => text.includes(index.name)) ?? false)
}

function noteRead(readers: Map<string, Readers>, call: HeardCall): void {
  const { table, index, pattern } = call.usage
  if (table === undefined || index === undefined || index.kind !== 'global' || call.error !== undefined) return
  const id = idOf(table, index)
  const known = readers.get(id)
  if (known === undefined && readers.size >= overProjected.indexesMax) return
  const ofIndex = known ?? { reads: 0, takesAll: false, attributes: new Map(), sinceMs: call.atMs, lastMs: call.atMs }
  readers.set(id, ofIndex)
  ofIndex.reads += 1
  ofIndex.lastMs = call.atMs
  if (ofIndex.takesAll) return
  const { Select: select } = call.input as { readonly Select?: unknown }
  if (pattern === undefined || pattern.name.isOther || (pattern.name.clauses.projection === undefined && select !== 'COUNT')) {
    ofIndex.takesAll = true
    return
  }
  if (ofIndex.reads > overProjected.wholeReads && ofIndex.reads % overProjected.everyReads !== 0) return
  for (const { attributes = {} } of call.touched.reads()) {
    for (const [name, value] of Object.entries(attributes)) noteAttribute(ofIndex, name, value as AttributeValue)
  }
  noteFilter(ofIndex, table, index, pattern.name.clauses.filter)
}

function noteAttribute(ofIndex: Readers, name: string, value: AttributeValue): void {
  const { attributes } = ofIndex
  const size = attributes.get(name) ?? { bytes: 0, items: 0 }
  if (size.items === 0 && attributes.size >= overProjected.attributesMax) ofIndex.takesAll = true
  else attributes.set(name, { bytes: size.bytes + utf8SizeBytes(name) + valueSizeBytes(value), items: size.items + 1 })
}

/** What a filter looks at must be in the index, and is not in the answers: how large it is, nobody knows. */
function noteFilter(ofIndex: Readers, table: Table, index: GlobalIndex, filter: string | undefined): void {
  if (filter === undefined) return
  const { equal, ranged } = askedAttributes(filter)
  const keys = [...attributesOfKey(table.key), ...attributesOfKey(index.key)].map(({ name }) => name)
  const names = [...equal, ...ranged]
  if (names.length === 0 || names.some((name) => !ofIndex.attributes.has(name) && !keys.includes(name))) ofIndex.takesAll = true
}

async function draftOf(look: Look, heard: HeardTraffic, table: Table, index: GlobalIndex, ofIndex: Readers): Promise<Draft | undefined> {
  const { engine, nowMs } = look
  const { reads, takesAll, attributes, sinceMs, lastMs } = ofIndex
  if (nowMs - lastMs > windowMinutes * minuteMs) return undefined
  if (takesAll || reads < overProjected.readsMin || attributes.size === 0 || index.projection.type === 'KEYS_ONLY') return undefined
  const [counts] = await readCounts(engine.store, [spaceOf(table, index)])
  if (counts === undefined || counts.itemCount === 0) return undefined
  const entryBytes = counts.sizeBytes / counts.itemCount
  const askedBytes = [...attributes.values()].reduce((sum, { bytes, items }) => sum + bytes / items, 0)
  if (askedBytes >= overProjected.shareMax * entryBytes) return undefined
  const keys = new Set([...attributesOfKey(table.key), ...attributesOfKey(index.key)].map(({ name }) => name))
  const included = [...attributes.keys()].filter((name) => !keys.has(name)).sort()
  const money = await look.moneyOf?.(table)
  const saving = money && (await savingBy(look, heard, table, index, { entryBytes, askedBytes }, money))
  const projection = included.length === 0 ? { ProjectionType: 'KEYS_ONLY' } : { ProjectionType: 'INCLUDE', NonKeyAttributes: included }
  return {
    severity: severityBySaving(look, saving, money),
    ...{ region: engine.region, table: table.name, index: index.name, fromMs: sinceMs, toMs: nowMs },
    evidence: { reads, entryBytes, askedBytes },
    sentence: `${index.name} of ${table.name} copies ${sizeText(entryBytes)} of each item, and its readers ask for ${sizeText(askedBytes)}.`,
    change: {
      text: 'Make another index with just these attributes, read that one, and drop this. Writes that change none of its attributes then cost nothing there.',
      code: `Projection: ${JSON.stringify(projection)}`,
    },
    wontHelp: 'A ProjectionExpression: the units go by what the entry holds.',
    ...(saving !== undefined && { saving }),
  }
}

async function savingBy(
  { engine }: Look,
  heard: HeardTraffic,
  table: Table,
  index: GlobalIndex,
  { entryBytes, askedBytes }: { readonly entryBytes: number; readonly askedBytes: number },
  money: TableMoney,
): Promise<Saving | undefined> {
  const minutes = heard.running.whole()
  const units = await unitsIn(engine, { table, index, access: 'write', minutes })
  const share = 1 - writeUnits(askedBytes) / writeUnits(entryBytes)
  return savingOf({
    units: units * share,
    usdPerUnit: money.usdPerWriteUnit,
    minutes,
    what: `write units of attributes that nobody asks ${index.name} for`,
  })
}
