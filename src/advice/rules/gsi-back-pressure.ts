/** Writes to a table are refused because one of its global indexes is full, though the table had room. */
import { minuteMs } from '../../base/clock.ts'
import { spaceNumber } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import { throttlesOfAll } from '../../metering/reports/traffic-of-all.ts'
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { backPressure, refusalsAgeMsMax, wholeMinutesMin, windowMinutes } from '../limits.ts'
import { inText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { Minutes } from '../running-minutes.ts'
import { unitsByMinute } from '../space-units.ts'

export const gsiBackPressureRule: Rule = {
  id: 'gsi-back-pressure',
  about:
    'A write to a table was refused for one of its global indexes, or an index has less than 80 % of the write capacity that the writes to its table need.',
  document: 'G2',
  causes: ['one-valued-index-key'],
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          for (const index of table.indexes) {
            const draft = index.kind === 'global' && (await draftOf(look, table, index, heard.running.whole()))
            if (draft) drafts.push(draft)
          }
        }
        return drafts
      },
      forget: () => heard.forget(),
    }
  },
}

async function draftOf(look: Look, table: Table, index: GlobalIndex, minutes: Minutes): Promise<Draft | undefined> {
  const { refused, observed, ofTable } = await refusalsOf(look, table, index)
  const wanted = await sustainedWrites(look, table, index, minutes)
  const provisioned = index.provisioned?.writeUnits
  // What the table would have refused by itself is no fault of the index.
  const isRefused = refused + observed > 0 && ofTable === 0
  const isShort = provisioned !== undefined && provisioned < backPressure.capacityShareMin * wanted
  if (!isRefused && !isShort) return undefined
  const has =
    provisioned === undefined
      ? ''
      : ` It has ${inText(provisioned)} write units/s, and the writes to the table take ${inText(wanted)} of it.`
  const sentence = isRefused
    ? `${inText(refused + observed)} of the writes to ${table.name} ${refused > 0 ? 'were' : 'would have been'} refused because ${index.name} is full.${has}`
    : `${index.name} holds back the writes to ${table.name}.${has}`
  return {
    severity: isRefused && refused > 0 ? 'error' : 'warning',
    ...{
      region: look.engine.region,
      table: table.name,
      index: index.name,
      fromMs: look.nowMs - windowMinutes * minuteMs,
      toMs: look.nowMs,
    },
    evidence: { refused, observed, unitsPerSecond: wanted, ...(provisioned !== undefined && { provisioned }) },
    sentence,
    change: {
      text: 'Give the index at least the write capacity that the writes to its table take of it, or pay for requests on demand; and a partition key with many values.',
      ...(provisioned !== undefined && { code: codeOf(table, index, Math.max(wanted, provisioned)) }),
    },
    wontHelp: 'More capacity of the table.',
  }
}

function codeOf({ name }: Table, index: GlobalIndex, units: number): string {
  const throughput = {
    ReadCapacityUnits: index.provisioned?.readUnits ?? 1,
    WriteCapacityUnits: Math.ceil(units / backPressure.capacityShareMin),
  }
  return JSON.stringify({
    TableName: name,
    GlobalSecondaryIndexUpdates: [{ Update: { IndexName: index.name, ProvisionedThroughput: throughput } }],
  })
}

interface Refusals {
  readonly refused: number
  readonly observed: number
  /** Writes that the table itself had no room for. */
  readonly ofTable: number
}

/** Of what was let through nothing is said in a test, which does in an instant what takes minutes elsewhere. */
async function refusalsOf({ engine, profile, nowMs }: Look, table: Table, index: GlobalIndex): Promise<Refusals> {
  const counts = (await throttlesOfAll(engine, table.name)).filter(({ lastMs }) => nowMs - lastMs < refusalsAgeMsMax)
  const of = (space: number, reason: string) => counts.filter((count) => count.space === space && count.reason.startsWith(reason))
  const ofIndex = of(spaceNumber(spaceOf(table, index)), 'IndexWrite')
  const ofTable = of(spaceNumber(spaceOf(table)), 'TableWrite')
  return {
    refused: ofIndex.reduce((sum, { refused }) => sum + refused, 0),
    observed: profile === 'test' ? 0 : ofIndex.reduce((sum, { observed }) => sum + observed, 0),
    ofTable: ofTable.reduce((sum, { refused, observed }) => sum + refused + observed, 0),
  }
}

/** Units a second that it had in at least three whole minutes. */
async function sustainedWrites({ engine }: Look, table: Table, index: GlobalIndex, minutes: Minutes): Promise<number> {
  const units = await unitsByMinute(engine, { table, index, access: 'write', minutes })
  return (units.toSorted((a, b) => b - a)[wholeMinutesMin - 1] ?? 0) / 60
}
