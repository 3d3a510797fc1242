/** A table that is large is read whole, again and again: the costs grow with the table, not with what is asked. */
import { hourMs } from '../../base/clock.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { patternText } from '../../metering/traffic/describe-pattern.ts'
import { askedAttributes } from '../asked-attributes.ts'
import type { Change, Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { hoursPerMonth, scanPath } from '../limits.ts'
import { inText, percentText, sizeText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { type Tally, WindowedTallies } from '../windowed-tallies.ts'

type Scans = Tally<AccessPattern | undefined, 'begun' | 'units'>

export const scanAsAccessPathRule: Rule = {
  id: 'scan-as-access-path',
  about: 'A table above 1 MB was scanned at least 10 times in at least two hours of the day, for a fifth of its read units.',
  document: 'Q1',
  isForProduction: true,
  causes: ['filter-drops-most', 'partiql-scan'],
  open: () => {
    const tallies = new WindowedTallies<AccessPattern | undefined, 'begun' | 'units'>({
      counters: ['begun', 'units'],
      slicesMax: scanPath.hours,
      thingsMax: scanPath.thingsMax,
      sliceMs: hourMs,
    })
    return {
      hear: ({ usage: { table, pattern, readUnits, continues }, operation, input, atMs }: HeardCall) => {
        if (table === undefined || readUnits === 0) return
        tallies.note(`table ${table.tableId}`, undefined, { units: readUnits }, atMs)
        const { TotalSegments: segments } = input as { readonly TotalSegments?: unknown }
        if (operation !== 'Scan' || pattern === undefined || pattern.name.isOther || (segments !== undefined && segments !== 1)) return
        tallies.note(pattern.id, pattern, { begun: continues ? 0 : 1, units: readUnits }, atMs)
      },
      find: async (look) => {
        const hours = tallies.window(look.nowMs)
        const drafts: Draft[] = []
        for (const tally of tallies.all()) {
          const { about: pattern } = tally
          if (pattern === undefined) continue
          const ofTable = tallies.find(`table ${pattern.name.tableIds[0]}`)
          const draft = await draftOf(look, hours, pattern, tally, ofTable?.sum('units', hours.from, hours.to) ?? 0)
          if (draft !== undefined) drafts.push(draft)
        }
        return drafts
      },
      forget: () => tallies.forget(),
    }
  },
}

async function draftOf(
  look: Look,
  { from, to }: { readonly from: number; readonly to: number },
  { name }: AccessPattern,
  scans: Scans,
  unitsOfTable: number,
): Promise<Draft | undefined> {
  const { engine, nowMs } = look
  const table = engine.catalog.find(name.table)
  const begun = scans.sum('begun', from, to)
  const units = scans.sum('units', from, to)
  const share = unitsOfTable === 0 ? 0 : units / unitsOfTable
  if (table === undefined || table.tableId !== name.tableIds[0]) return undefined
  if (begun < scanPath.scansMin || scans.slicesWith('begun', from, to) < scanPath.hoursMin || share < scanPath.shareMin) return undefined
  // An index that is there for being read whole.
  if (name.index !== undefined && name.clauses.filter === undefined) return undefined
  const index = table.indexes.find((each) => each.name === name.index)
  const [counts] = await readCounts(engine.store, [spaceOf(table, index)])
  const bytes = counts?.sizeBytes ?? 0
  if (bytes <= scanPath.bytesMin) return undefined
  const money = await look.moneyOf?.(table)
  const usd =
    money === undefined
      ? ''
      : `, $${inText((units * money.usdPerReadUnit * hoursPerMonth) / scanPath.hours)} a month at the pace of the last ${scanPath.hours} h`
  const text = patternText(name)
  return {
    severity: share >= scanPath.warningShare ? 'warning' : 'info',
    region: engine.region,
    table: name.table,
    ...(name.index !== undefined && { index: name.index }),
    patterns: [text],
    fromMs: from * hourMs,
    toMs: nowMs,
    evidence: { scans: begun, units, share, bytes },
    sentence: `${text} read ${sizeText(bytes)} ${inText(begun)} times in ${scanPath.hours} h: ${inText(units / begun)} units each time${usd}, ${percentText(share)} of all reads of ${name.table}; with every item it will be more.`,
    change: changeOf(name.clauses.filter),
    wontHelp: 'A filter, a projection, a Limit or more segments: the units stay the same.',
  }
}

function changeOf(filter: string | undefined): Change {
  const { equal, ranged } = askedAttributes(filter)
  const forAnalysis = 'What reads all of it for analysis is better off with an export.'
  if (equal.length === 0) return { text: `Query a key of the table or of a global index instead. ${forAnalysis}` }
  const sort = ranged.length === 0 ? '' : ` and the sort key ${ranged.join(', ')}`
  return { text: `Query a global index with the partition key ${equal.join(', ')}${sort} instead. ${forAnalysis}` }
}
