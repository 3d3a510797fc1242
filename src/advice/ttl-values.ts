/** Values of the attribute that a table expires by, as they are written: for rules about values that AWS ignores. */
import { minuteMs } from '../base/clock.ts'
import type { Table } from '../engine/schema/table.ts'
import type { Draft } from './finding.ts'
import type { HeardCall } from './heard-call.ts'
import { ttlFault, windowMinutes } from './limits.ts'
import type { OpenRule } from './rule.ts'
import { WindowedTallies } from './windowed-tallies.ts'

export interface TtlFault {
  /** Whether a value, as DynamoDB JSON has it, is wrong in this way. */
  readonly isWrong: (value: object, nowSeconds: number) => boolean
  readonly sentence: (attribute: string, times: number, table: string) => string
  readonly change: (attribute: string) => Draft['change']
}

export function ttlFaultRule({ isWrong, sentence, change }: TtlFault): OpenRule {
  const tallies = new WindowedTallies<Table, 'wrong'>({
    counters: ['wrong'],
    slicesMax: windowMinutes,
    thingsMax: ttlFault.tablesMax,
    sliceMs: minuteMs,
  })
  return {
    hear: (call) => {
      for (const { table, value } of writtenTtl(call)) {
        if (isWrong(value, call.atMs / 1000))
          tallies.note(`${table.tableId} ${table.timeToLive?.attributeName}`, table, { wrong: 1 }, call.atMs)
      }
    },
    find: ({ engine, nowMs }) => {
      const { from, to } = tallies.window(nowMs)
      return [...tallies.all()].flatMap((tally): readonly Draft[] => {
        const wrong = tally.sum('wrong', from, to)
        const { name, tableId, timeToLive } = tally.about
        const latest = engine.catalog.find(name)
        const attribute = latest?.timeToLive?.attributeName
        if (wrong < ttlFault.timesMin || latest?.tableId !== tableId || attribute === undefined || attribute !== timeToLive?.attributeName)
          return []
        return [
          {
            severity: 'error',
            region: engine.region,
            table: name,
            fromMs: from * minuteMs,
            toMs: nowMs,
            evidence: { writes: wrong },
            sentence: sentence(attribute, wrong, name),
            change: change(attribute),
          },
        ]
      })
    },
    forget: () => tallies.forget(),
  }
}

interface WrittenTtl {
  readonly table: Table
  readonly value: object
}

/** Of the items that a call wrote into tables that expire them, where they have the attribute. */
function writtenTtl({ usage: { table, otherTables = [] }, touched }: HeardCall): readonly WrittenTtl[] {
  const expiring = (table === undefined ? [] : [table, ...otherTables]).filter(({ timeToLive }) => timeToLive?.enabled === true)
  if (expiring.length === 0) return []
  return touched.writes().flatMap(({ tableId, attributes }) => {
    const found = expiring.find((each) => each.tableId === tableId)
    const value = attributes?.[found?.timeToLive?.attributeName ?? '']
    return found === undefined || typeof value !== 'object' || value === null ? [] : [{ table: found, value }]
  })
}

/** Undefined for anything but a number. */
export function numberIn(value: object): number | undefined {
  const { N: text } = value as { readonly N?: unknown }
  return typeof text === 'string' ? Number(text) : undefined
}
