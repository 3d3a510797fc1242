/** All writes of the moment go to one key, and the next hour's or day's to another: what was split for one is of no use to the next. */
import { dayMs, hourMs } from '../../base/clock.ts'
import type { Table } from '../../engine/schema/table.ts'
import type { Draft, Severity } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { heatedSpace } from '../heated-keys.ts'
import { keyRangeRefusals } from '../key-range-refusals.ts'
import { keyRefusalShareMin, keyRefusalsMin, keyWriteUnitsMax, movingHotKey } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { Minutes } from '../running-minutes.ts'
import { type TopCount, TopCounts } from '../top-counts.ts'
import { shardCount } from '../write-sharding.ts'

interface HotHour {
  readonly hour: number
  readonly keys: TopCounts
}

interface HotHours {
  readonly tableName: string
  hours: HotHour[]
}

export const movingHotKeyRule: Rule = {
  id: 'moving-hot-key',
  about:
    'In at least three of the last six hours half of the writes went to one partition key, which was a new and greater one each time, or is the date.',
  document: 'K2',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    const tables = new Map<number, HotHours>()
    return {
      hear: (call) => {
        heard.hear(call)
        for (const { tableId, tableName, partitionKeyText } of call.touched.writes())
          noteWrite(tables, { tableId, tableName, partitionKeyText }, call.atMs)
      },
      find: async (look) => {
        const drafts: Draft[] = []
        for (const [tableId, { tableName, hours }] of tables) {
          const table = look.engine.catalog.find(tableName)
          const moves = hotKeysOfHours(hours, Math.floor(look.nowMs / hourMs))
          const last = moves.at(-1)
          if (table?.tableId !== tableId || last === undefined || moves.length < movingHotKey.hotHoursMin) continue
          drafts.push(await draftOf(look, table, moves, heard.running.whole()))
        }
        return drafts
      },
      forget: () => {
        heard.forget()
        tables.clear()
      },
    }
  },
}

interface Written {
  readonly tableId: number
  readonly tableName: string
  readonly partitionKeyText: string
}

function noteWrite(tables: Map<number, HotHours>, { tableId, tableName, partitionKeyText }: Written, atMs: number): void {
  const known = tables.get(tableId)
  if (known === undefined && tables.size >= movingHotKey.tablesMax) return
  const ofTable = known ?? { tableName, hours: [] }
  tables.set(tableId, ofTable)
  const hour = Math.floor(atMs / hourMs)
  let last = ofTable.hours.at(-1)
  if (last?.hour !== hour) {
    ofTable.hours = ofTable.hours.filter((each) => each.hour < hour && each.hour > hour - movingHotKey.hours)
    last = { hour, keys: new TopCounts(movingHotKey.keysMax) }
    ofTable.hours.push(last)
  }
  last.keys.add(partitionKeyText)
}

interface HotKeyOfHour {
  readonly hour: number
  readonly text: string
  readonly share: number
}

/** Of the hours looked at, those in which the hottest key had moved on, or is the time itself. */
function hotKeysOfHours(hours: readonly HotHour[], nowHour: number): readonly HotKeyOfHour[] {
  const tops = hours.flatMap(({ hour, keys }): readonly HotKeyOfHour[] => {
    const top: TopCount | undefined = keys.total < movingHotKey.writesMin ? undefined : keys.top
    const share = top === undefined ? 0 : top.countMin / keys.total
    return top === undefined || share < movingHotKey.shareMin ? [] : [{ hour, text: top.text, share }]
  })
  return tops.filter(({ hour, text }, at) => {
    if (hour <= nowHour - movingHotKey.lookedHours) return false
    const before = tops.slice(0, at)
    const last = before.at(-1)
    if (isTimeOf(text, hour * hourMs)) return true
    return last !== undefined && before.every((each) => each.text !== text) && isGreater(text, last.text)
  })
}

/** Whether a key is greater than another by its number, or else by its letters. */
function isGreater(text: string, before: string): boolean {
  const [number, numberBefore] = [numberIn(text), numberIn(before)]
  return number !== undefined && numberBefore !== undefined ? number > numberBefore : text > before
}

function numberIn(text: string): number | undefined {
  const digits = /^-?\d+(?:\.\d+)?$/.exec(text)?.[0]
  return digits === undefined ? undefined : Number(digits)
}

/** Whether the key names the day of that time, by whatever zone, and nothing longer than it. */
function isTimeOf(text: string, timeMs: number): boolean {
  return [-dayMs, 0, dayMs].some((byMs) => {
    const day = new Date(timeMs + byMs).toISOString().slice(0, 'YYYY-MM-DD'.length)
    return text.includes(day) || text.includes(day.replaceAll('-', ''))
  })
}

async function draftOf(look: Look, table: Table, moves: readonly HotKeyOfHour[], minutes: Minutes): Promise<Draft> {
  const { engine, nowMs } = look
  const [first, last] = [moves[0], moves.at(-1)]
  const { keys } = await heatedSpace(engine, { table, access: 'write', minutes })
  const hottest = keys.find(({ text }) => text === last?.text) ?? keys[0]
  const { refused, ofKeys } = await keyRangeRefusals(look, 'write', table)
  const isRefused = refused >= keyRefusalsMin && (ofKeys.get(last?.text ?? '') ?? 0) >= keyRefusalShareMin * refused
  const rate = hottest?.sustained ?? 0
  const severity: Severity = isRefused ? 'error' : rate >= movingHotKey.warningUnits ? 'warning' : 'info'
  const attribute = table.key.hash[0]?.name ?? ''
  const before = first === undefined || first.text === last?.text ? '' : ` Before, it was ${first.text}, which is idle now.`
  return {
    severity,
    ...{ region: engine.region, table: table.name, ...(last !== undefined && { key: last.text }) },
    ...{ fromMs: (first?.hour ?? 0) * hourMs, toMs: nowMs },
    evidence: { hours: moves.length, share: last?.share ?? 0, unitsPerSecond: rate },
    sentence: `${percentText(last?.share ?? 0)} of the writes to ${table.name} go to ${last?.text}, and ${inText(moves.length)} of the last ${movingHotKey.lookedHours} hours were like that.${before} One key has at most ${inText(keyWriteUnitsMax)} write units/s.`,
    change: {
      text: 'Append a shard to the time, and read the N of a day at once; or take an id for the partition key, and the day for that of a global index, sharded in the same way.',
      code: [
        "import { crc32 } from 'node:zlib'",
        `const N = ${shardCount(hottest?.peak ?? 0)}`,
        `${attribute}: \`\${day}#\${crc32(id) % N}\``,
      ].join('\n'),
    },
    wontHelp: 'Warm throughput or waiting for a split: the next key begins cold.',
  }
}
