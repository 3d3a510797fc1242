/** An index has hardly more than one partition key: one partition takes all of its writes, and the table's writes wait for it. */
import { minuteMs } from '../../base/clock.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import { fewPartitionKeys } from '../distinct-partitions.ts'
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { heatedSpace } from '../heated-keys.ts'
import { keyRangeRefusals } from '../key-range-refusals.ts'
import { namedKeyText } from '../key-text.ts'
import { keyWriteUnitsMax, oneValuedIndex, windowMinutes } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { Minutes } from '../running-minutes.ts'

export const oneValuedIndexKeyRule: Rule = {
  id: 'one-valued-index-key',
  about: 'A global index of at least 1,000 entries has one or two partition keys, or one of them takes 90 % of its writes.',
  document: 'G6',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    return {
      hear: (call) => heard.hear(call),
      find: async (look) => {
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          for (const index of table.indexes) {
            const draft = index.kind === 'global' && index.status === 'ACTIVE' && (await draftOf(look, table, index, heard.running.whole()))
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
  const { engine, nowMs } = look
  const [counts] = await readCounts(engine.store, [spaceOf(table, index)])
  const entries = counts?.itemCount ?? 0
  if (entries < oneValuedIndex.entriesMin) return undefined
  const writes = await heatedSpace(engine, { table, index, access: 'write', minutes })
  const few = await fewPartitionKeys(engine, { table, index, countMax: oneValuedIndex.valuesMax })
  const [hottest] = writes.units < oneValuedIndex.unitsMin ? [] : writes.keys.filter(({ share }) => share >= oneValuedIndex.shareMin)
  if (few === undefined && hottest === undefined) return undefined
  const { refused } = await keyRangeRefusals(look, 'write', table, index)
  const names = few?.map(namedKeyText).join(' or ') ?? hottest?.text ?? ''
  const what =
    few === undefined
      ? `${percentText(hottest?.share ?? 0)} of the writes of ${index.name} have ${names}`
      : `All ${inText(entries)} entries of ${index.name} have ${names}`
  const attribute = index.key.hash[0]?.name ?? ''
  return {
    severity: refused > 0 ? 'error' : writes.sustained >= oneValuedIndex.warningUnits ? 'warning' : 'info',
    ...{ region: engine.region, table: table.name, index: index.name, fromMs: nowMs - windowMinutes * minuteMs, toMs: nowMs },
    evidence: { entries, ...(few !== undefined && { values: few.length }), unitsPerSecond: writes.sustained, refused },
    sentence: `${what}: one partition takes its writes, at most ${inText(keyWriteUnitsMax)} units/s for each value, and writes to ${table.name} are refused beyond.`,
    change: {
      text: `Add a bucket to the partition key, such as hash(id) mod N, and query the N of them at once; or let only those items have ${attribute} that are looked for.`,
      code: `KeySchema: [{ AttributeName: '${attribute}', KeyType: 'HASH' }, { AttributeName: 'bucket', KeyType: 'HASH' }]`,
    },
    wontHelp: 'More capacity of the index.',
  }
}
