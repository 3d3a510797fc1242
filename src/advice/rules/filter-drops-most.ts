/** A filter lets little through of what is read and paid for: a key would read no more than that. */
import { readCounts } from '../../engine/changes/counts.ts'
import { writeUnits } from '../../engine/partitions/capacity-units.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { Table } from '../../engine/schema/table.ts'
import { type AskedAttributes, askedAttributes } from '../asked-attributes.ts'
import type { Change, Draft, Saving } from '../finding.ts'
import { type HeardTraffic, heardTraffic, type PatternUse } from '../heard-traffic.ts'
import { filterDropsMost, proposedAttributesMax } from '../limits.ts'
import { inText, percentText, savingOf, severityBySaving } from '../money.ts'
import type { Look, Rule } from '../rule.ts'

export const filterDropsMostRule: Rule = {
  id: 'filter-drops-most',
  about: 'At least 10 requests evaluated 1,000 items, and their filter let less than a tenth of these through.',
  document: 'Q1',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const uses = heard.uses(look.engine, look.nowMs)
        return Promise.all(uses.filter(dropsMost).map((use) => draftOf(look, heard, use)))
      },
      forget: () => heard.forget(),
    }
  },
}

function dropsMost({ pattern, requests, evaluated, returned, readUnits }: PatternUse): boolean {
  return (
    pattern.name.clauses.filter !== undefined &&
    requests >= filterDropsMost.requestsMin &&
    evaluated >= filterDropsMost.evaluatedMin &&
    returned < filterDropsMost.shareMax * evaluated &&
    readUnits >= filterDropsMost.unitsMin * requests
  )
}

async function draftOf(look: Look, heard: HeardTraffic, use: PatternUse): Promise<Draft> {
  const { engine, nowMs } = look
  const { evaluated, returned, requests, readUnits } = use
  const { name } = use.pattern
  const share = returned / evaluated
  const table = engine.catalog.find(name.table)
  const money = table && (await look.moneyOf?.(table))
  const saving = table && money && (await savingBy(look, heard, use, table, { read: money.usdPerReadUnit, write: money.usdPerWriteUnit }))
  return {
    severity: share < filterDropsMost.warningShareMax ? 'warning' : severityBySaving(look, saving, money),
    region: engine.region,
    table: name.table,
    ...(name.index !== undefined && { index: name.index }),
    patterns: [use.text],
    fromMs: heard.fromMs(nowMs),
    toMs: nowMs,
    evidence: { requests, evaluated, returned, readUnits, share },
    sentence: `Of ${inText(evaluated)} items read and paid for, ${inText(returned)} came through the filter (${percentText(share)}): ${use.text}.`,
    change: table === undefined ? { text: 'Query a key that holds just these items.' } : changeOf(table, use),
    wontHelp: 'A projection or a Limit: the items are read, and paid for, before the filter sees them.',
    ...(saving !== undefined && { saving }),
  }
}

/** What would not be read, less what the entries of the index would cost. */
async function savingBy(
  { engine }: Look,
  heard: HeardTraffic,
  { pattern, text }: PatternUse,
  table: Table,
  usdPerUnit: { readonly read: number; readonly write: number },
): Promise<Saving | undefined> {
  const minutes = heard.running.whole()
  const uses = heard.uses(engine, engine.clock.now(), minutes)
  const use = uses.find((each) => each.pattern === pattern && each.text === text)
  if (use === undefined) return undefined
  const [counts] = await readCounts(engine.store, [spaceOf(table)])
  const meanBytes = counts === undefined || counts.itemCount === 0 ? 0 : counts.sizeBytes / counts.itemCount
  const writes = uses
    .filter((each) => each.pattern.name.tableIds[0] === table.tableId && each.writeUnits > 0)
    .reduce((sum, each) => sum + each.requests, 0)
  const share = Math.max(use.returned / Math.max(1, use.evaluated), use.requests / Math.max(1, use.readUnits))
  return savingOf({
    units: use.readUnits * (1 - Math.min(1, share)),
    usdPerUnit: usdPerUnit.read,
    lessUsd: writes * writeUnits(meanBytes) * usdPerUnit.write,
    minutes,
    what: 'read units of what the filter drops',
  })
}

function changeOf({ name, key }: Table, { pattern }: PatternUse): Change {
  const { filter, keyCondition } = pattern.name.clauses
  const asked = askedAttributes(filter)
  const held = askedAttributes(keyCondition)
  const hash = [...held.equal.filter((each) => key.hash.some((attribute) => attribute.name === each)), ...asked.equal].slice(
    0,
    proposedAttributesMax,
  )
  const range = asked.ranged.slice(0, proposedAttributesMax)
  if (asked.equal.length + asked.ranged.length === 0 || hash.length === 0) {
    return {
      text: 'Give the items that are wanted an attribute of their own, and query a global index on it; it holds only items that have the attribute.',
    }
  }
  return {
    text: `Query a global index with ${namesOf({ equal: hash, ranged: range })}. It reads what the filter lets through; every write of an item then writes an entry, too.`,
    code: indexCode(name, hash, range),
  }
}

function namesOf({ equal, ranged }: AskedAttributes): string {
  const sort = ranged.length === 0 ? '' : ` and the sort key ${ranged.join(', ')}`
  return `the partition key ${equal.join(', ')}${sort}`
}

function indexCode(table: string, hash: readonly string[], range: readonly string[]): string {
  const schema = [
    ...hash.map((AttributeName) => ({ AttributeName, KeyType: 'HASH' })),
    ...range.map((AttributeName) => ({ AttributeName, KeyType: 'RANGE' })),
  ]
  const index = { IndexName: `by-${[...hash, ...range].join('-')}`, KeySchema: schema, Projection: { ProjectionType: 'ALL' } }
  return JSON.stringify({ TableName: table, GlobalSecondaryIndexUpdates: [{ Create: index }] }, null, 2)
}
