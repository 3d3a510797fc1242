/** Of the few values that an index is by, only a seldom one is ever asked for: all other entries are written and kept for nothing. */
import { minuteMs } from '../../base/clock.ts'
import { readCounts } from '../../engine/changes/counts.ts'
import { collectionRange, keyAfter } from '../../engine/keyspace/keys.ts'
import { spaceOf } from '../../engine/schema/partitioned-space.ts'
import type { GlobalIndex, Table } from '../../engine/schema/table.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import type { PartitionKey } from '../../metering/traffic/partition-key.ts'
import { encodeKeyBytes } from '../../values/key-bytes.ts'
import { fewPartitionKeys } from '../distinct-partitions.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { type HeardTraffic, heardTraffic } from '../heard-traffic.ts'
import { partitionKeyText } from '../key-text.ts'
import { countedBudget, sparseIndex, windowMinutes } from '../limits.ts'
import { inText, percentText, savingOf } from '../money.ts'
import { queriedText } from '../queried-key.ts'
import type { Look, Rule } from '../rule.ts'
import { unitsIn } from '../space-units.ts'

interface Queried {
  queries: number
  lastMs: number
  /** Undefined once something was asked that nobody can tell, or too much. */
  values: Set<string> | undefined
}

export const sparseIndexCandidateRule: Rule = {
  id: 'sparse-index-candidate',
  about:
    'A global index of at least 1,000 entries has at most 10 partition keys, and only such are queried as hold 5 % of the entries or less.',
  document: 'G3',
  causes: ['unused-index'],
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    const indexes = new Map<string, Queried>()
    let sinceMs = Number.POSITIVE_INFINITY
    return {
      hear: (call) => {
        heard.hear(call)
        sinceMs = Math.min(sinceMs, call.endedMs)
        noteQuery(indexes, call)
      },
      find: async (look) => {
        // Other values may have been asked for, unheard.
        if (hearing.wasDeafSince(sinceMs)) return []
        const drafts: Draft[] = []
        for (const table of look.engine.catalog.tables()) {
          for (const index of table.indexes) {
            const queried = indexes.get(idOf(table, index))
            const draft = index.kind === 'global' && queried && (await draftOf(look, heard, table, index, queried))
            if (draft) drafts.push(draft)
          }
        }
        return drafts
      },
      forget: () => {
        heard.forget()
        indexes.clear()
        sinceMs = Number.POSITIVE_INFINITY
      },
    }
  },
}

function idOf({ tableId }: Table, { indexId, name }: Pick<GlobalIndex, 'indexId' | 'name'>): string {
  return `${tableId} ${indexId} ${name}`
}

function noteQuery(indexes: Map<string, Queried>, { usage: { table, index }, operation, input, error, atMs }: HeardCall): void {
  if (table === undefined || index === undefined || index.kind !== 'global' || error !== undefined) return
  const id = idOf(table, index)
  const known = indexes.get(id)
  if (known === undefined && indexes.size >= sparseIndex.indexesMax) return
  const queried: Queried = known ?? { queries: 0, lastMs: atMs, values: new Set() }
  indexes.set(id, queried)
  queried.queries += 1
  queried.lastMs = atMs
  const [hash, ...others] = index.key.hash
  const text = operation === 'Query' && hash !== undefined && others.length === 0 ? queriedText(input, hash.name) : undefined
  if (text === undefined || queried.values === undefined || queried.values.size > sparseIndex.valuesMax) queried.values = undefined
  else queried.values.add(text)
}

async function draftOf(
  look: Look,
  heard: HeardTraffic,
  table: Table,
  index: GlobalIndex,
  { queries, lastMs, values }: Queried,
): Promise<Draft | undefined> {
  const { engine, nowMs } = look
  if (values === undefined || queries < sparseIndex.queriesMin || nowMs - lastMs > windowMinutes * minuteMs) return undefined
  const [counts] = await readCounts(engine.store, [spaceOf(table, index)])
  const entries = counts?.itemCount ?? 0
  if (entries < sparseIndex.entriesMin) return undefined
  const keys = await fewPartitionKeys(engine, { table, index, countMax: sparseIndex.valuesMax })
  if (keys === undefined || keys.length < 2) return undefined
  const asked = keys.filter((key) => values.has(partitionKeyText(key)))
  const countMax = Math.min(sparseIndex.countedMax, Math.floor(sparseIndex.shareMax * entries))
  const count = await countOf(engine, table, index, asked, countMax)
  if (count === undefined) return undefined
  const names = [...values].sort().join(' or ')
  const share = count / entries
  const attribute = index.key.hash[0]?.name ?? ''
  const money = await look.moneyOf?.(table)
  const minutes = heard.running.whole()
  const units = await unitsIn(engine, { table, index, access: 'write', minutes })
  const saving =
    money &&
    savingOf({
      units: (1 - share) * units,
      usdPerUnit: money.usdPerWriteUnit,
      minutes,
      what: `write units of entries of ${index.name} that nobody asks for`,
    })
  return {
    severity: 'info',
    ...{ region: engine.region, table: table.name, index: index.name, fromMs: nowMs - windowMinutes * minuteMs, toMs: nowMs },
    evidence: { entries, asked: count, queries, share },
    sentence: `Of ${inText(entries)} entries of ${index.name}, only those with ${attribute}=${names} are asked for (${percentText(share)}); the others are written and kept for nothing.`,
    change: {
      text: 'Let items have the attribute only as long as they are to be found: an index holds nothing of the others.',
      code: 'SET openAt = :now // while it is true; later REMOVE openAt, and query an index on openAt',
    },
    wontHelp: 'A filter.',
    ...(saving !== undefined && { saving }),
  }
}

/** How many entries these keys have; undefined when they are more. */
async function countOf(
  { store }: Pick<MeteredEngine, 'store'>,
  table: Table,
  index: GlobalIndex,
  keys: readonly PartitionKey[],
  countMax: number,
): Promise<number | undefined> {
  return store.view(async (view) => {
    let count = 0
    for (const key of keys) {
      let { start, end } = collectionRange(spaceOf(table, index), encodeKeyBytes(new Uint8Array(0), Object.values(key)))
      for (;;) {
        const { entries, exhausted } = await view.scan({ start, end }, countedBudget)
        count += entries.length
        if (count > countMax) return undefined
        const last = entries.at(-1)
        if (exhausted || last === undefined) break
        start = keyAfter(last.key)
      }
    }
    return count
  })
}
