/** Answers hold items whose time is over: AWS deletes them within days, and until then they are read like any others. */
import { expiryAgeSecondsMax } from '../../api/limits.ts'
import { minuteMs } from '../../base/clock.ts'
import type { AccessPattern } from '../../metering/traffic/access-pattern.ts'
import { patternText } from '../../metering/traffic/describe-pattern.ts'
import { namesAttribute } from '../asked-attributes.ts'
import { nowCall } from '../code-to-copy.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { expiredRead, windowMinutes } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { numberIn } from '../ttl-values.ts'
import { WindowedTallies } from '../windowed-tallies.ts'

interface Expiring {
  readonly pattern: AccessPattern
  readonly attribute: string
}

export const expiredItemsReadRule: Rule = {
  id: 'expired-items-read',
  about:
    'At least 10 answers, and 1 % of those of an access pattern, held items that had expired, and nothing in the request keeps them out.',
  document: 'T2',
  open: () => {
    const tallies = new WindowedTallies<Expiring, 'calls' | 'expired'>({
      counters: ['calls', 'expired'],
      slicesMax: windowMinutes,
      thingsMax: expiredRead.patternsMax,
      sliceMs: minuteMs,
    })
    return {
      hear: (call) => {
        const { table, pattern } = call.usage
        const attribute = table?.timeToLive?.enabled === true ? table.timeToLive.attributeName : undefined
        if (attribute === undefined || pattern === undefined || call.error !== undefined || isKeptOut(pattern, attribute)) return
        if (call.usage.readUnits === 0) return
        tallies.note(pattern.id, { pattern, attribute }, { calls: 1, expired: hasExpired(call, attribute) ? 1 : 0 }, call.atMs)
      },
      find: ({ engine, nowMs }) => {
        const { from, to } = tallies.window(nowMs)
        return [...tallies.all()].flatMap((tally): readonly Draft[] => {
          const { pattern, attribute } = tally.about
          const table = engine.catalog.find(pattern.name.table)
          const [calls, expired] = [tally.sum('calls', from, to), tally.sum('expired', from, to)]
          if (table?.tableId !== pattern.name.tableIds[0] || expired < expiredRead.callsMin || expired < expiredRead.shareMin * calls)
            return []
          const text = patternText(pattern.name)
          return [
            {
              severity: 'warning',
              ...{ region: engine.region, table: pattern.name.table, patterns: [text], fromMs: from * minuteMs, toMs: nowMs },
              evidence: { calls, expired },
              sentence: `${inText(expired)} of ${inText(calls)} answers (${percentText(expired / calls)}) held items whose ${attribute} had passed: ${text}. AWS may keep such items for days.`,
              change: changeOf(pattern.name.operation, attribute),
              wontHelp: 'Deleting expired items sooner here: AWS does not.',
            },
          ]
        })
      },
      forget: () => tallies.forget(),
    }
  },
}

function isKeptOut({ name: { clauses } }: AccessPattern, attribute: string): boolean {
  return [clauses.filter, clauses.condition, clauses.keyCondition, clauses.statement].some((text) => namesAttribute(text, attribute))
}

function hasExpired({ touched, atMs, usage }: HeardCall, attribute: string): boolean {
  return touched.reads().some(({ tableId, isThere, attributes }) => {
    const value = attributes?.[attribute]
    if (!isThere || tableId !== usage.table?.tableId || typeof value !== 'object' || value === null) return false
    const seconds = numberIn(value)
    const nowSeconds = Math.floor(atMs / 1000)
    // What is older never expires.
    return seconds !== undefined && seconds < nowSeconds && seconds >= nowSeconds - expiryAgeSecondsMax
  })
}

function changeOf(operation: string, attribute: string): Draft['change'] {
  if (operation === 'Query' || operation === 'Scan') {
    return {
      text: 'Keep them out by a filter.',
      code: `FilterExpression: 'attribute_not_exists(#ttl) OR #ttl > :now', // #ttl: '${attribute}', :now: Math.floor(${nowCall} / 1000)`,
    }
  }
  return {
    text: 'Look at the time once the item is there.',
    code: `if (item?.${attribute} !== undefined && item.${attribute} <= ${nowCall} / 1000) item = undefined`,
  }
}
