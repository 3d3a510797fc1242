/** An item collection of a table with local indexes comes near the size at which writes to it are refused. */
import { afterHash, collectionSizesId, keyAfter, spaceRange } from '../../engine/keyspace/keys.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { partitionKeyOf } from '../../metering/traffic/partition-key.ts'
import type { Draft } from '../finding.ts'
import { partitionKeyText } from '../key-text.ts'
import { countedBudget, nearLimit } from '../limits.ts'
import { percentText, sizeText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'

export const collectionNearLimitRule: Rule = {
  id: 'collection-near-limit',
  about: 'An item collection of a table with local indexes has at least 80 % of the size that it may have.',
  document: 'L1',
  open: () => ({
    find: async (look) => {
      const drafts: Draft[] = []
      for (const table of look.engine.catalog.tables()) {
        if (!table.indexes.some(({ kind }) => kind === 'local')) continue
        const largest = await largestCollection(look.engine, table)
        if (largest !== undefined) drafts.push(...draftOf(look, table, largest))
      }
      return drafts
    },
  }),
}

interface Collection {
  readonly text: string
  readonly bytes: number
}

/** Among the first ones, as many as may be looked at. */
async function largestCollection(
  { store }: Pick<MeteredEngine, 'store'>,
  { tableId, key: { hash } }: Table,
): Promise<Collection | undefined> {
  let { start, end } = spaceRange({ tableId, indexId: collectionSizesId })
  let largest: Collection | undefined
  for (let count = 0; count < nearLimit.collectionsMax; count += countedBudget.entries) {
    const { entries, exhausted } = await store.view(async (view) => view.scan({ start, end }, countedBudget))
    for (const { key, value } of entries) {
      const bytes = Number(value)
      if (bytes > (largest?.bytes ?? 0) && afterHash(key).length > 0) largest = { text: partitionKeyText(partitionKeyOf(key, hash)), bytes }
    }
    const last = entries.at(-1)
    if (exhausted || last === undefined) break
    start = keyAfter(last.key)
  }
  return largest
}

function draftOf({ engine, nowMs }: Look, table: Table, { text, bytes }: Collection): readonly Draft[] {
  const bytesMax = engine.settings.itemCollectionSizeBytesMax
  const share = bytes / bytesMax
  if (share < nearLimit.warningShare) return []
  const attribute = table.key.hash[0]?.name ?? ''
  return [
    {
      severity: share >= nearLimit.errorShare ? 'error' : 'warning',
      ...{ region: engine.region, table: table.name, key: text, fromMs: nowMs, toMs: nowMs },
      evidence: { bytes, bytesMax, share },
      sentence: `${text} of ${table.name} holds ${sizeText(bytes)} of ${sizeText(bytesMax)} (${percentText(share)}); when it is full, its writes are refused.`,
      change: {
        text: 'Add a bucket to the partition key, or take global indexes instead of the local ones: then there is no such limit. Both need a new table.',
        code: `${attribute}: \`\${${attribute}}#\${bucket}\``,
      },
      wontHelp: 'Waiting for a split: a table with local indexes keeps a collection together.',
    },
  ]
}
