/** Items say when they are to expire, and the table does not expire any. */
import { dayMs, minuteMs } from '../../base/clock.ts'
import type { Draft } from '../finding.ts'
import { ttlFault, ttlOff, windowMinutes } from '../limits.ts'
import { inText, percentText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { numberIn } from '../ttl-values.ts'
import { WindowedTallies } from '../windowed-tallies.ts'

const nameForm =
  /^(ttl|time_?to_?live|expires?(_?(at|on|in|after|time|date))?|expiry(_?(at|time|date))?|expiration(_?(at|time|date))?|.+(_ttl|Ttl|TTL))$/i

export const ttlOffRule: Rule = {
  id: 'ttl-off',
  about:
    'At least 80 % of 20 puts or more had an attribute named like ttl or expiresAt with a time in seconds, and the table does not expire items.',
  document: 'T1',
  open: () => {
    const options = { slicesMax: windowMinutes, sliceMs: minuteMs }
    const puts = new WindowedTallies<string, 'items'>({ ...options, counters: ['items'], thingsMax: ttlFault.tablesMax })
    const named = new WindowedTallies<{ readonly tableId: number; readonly attribute: string }, 'items'>({
      ...options,
      counters: ['items'],
      thingsMax: ttlFault.tablesMax * ttlOff.namesMax,
    })
    return {
      hear: ({ usage: { table }, touched, atMs }) => {
        if (table === undefined || table.timeToLive?.enabled === true) return
        for (const { tableId, tableName, kind, attributes } of touched.writes()) {
          if (tableId !== table.tableId || kind !== 'put' || attributes === undefined) continue
          puts.note(tableId, tableName, { items: 1 }, atMs)
          const names = Object.keys(attributes).filter((name) => nameForm.test(name) && isNear(attributes[name], atMs))
          for (const attribute of names.slice(0, ttlOff.namesMax))
            named.note(`${tableId} ${attribute}`, { tableId, attribute }, { items: 1 }, atMs)
        }
      },
      find: ({ engine, nowMs }) => {
        const { from, to } = puts.window(nowMs)
        return [...named.all()].flatMap((tally): readonly Draft[] => {
          const { tableId, attribute } = tally.about
          const ofTable = puts.find(tableId)
          const table = ofTable && engine.catalog.find(ofTable.about)
          const all = ofTable?.sum('items', from, to) ?? 0
          const share = all === 0 ? 0 : tally.sum('items', from, to) / all
          if (table?.tableId !== tableId || table.timeToLive?.enabled === true) return []
          if (all < ttlOff.writesMin || share < ttlOff.shareMin) return []
          return [
            {
              severity: 'info',
              ...{ region: engine.region, table: table.name, fromMs: from * minuteMs, toMs: nowMs },
              evidence: { puts: all, share },
              sentence: `${percentText(share)} of ${inText(all)} items put into ${table.name} have a time in ${attribute}, but the table does not expire items: they stay until they are deleted.`,
              change: {
                text: 'If they are to go by then, let the table expire them; deletions by time to live cost nothing.',
                code: JSON.stringify({ TableName: table.name, TimeToLiveSpecification: { AttributeName: attribute, Enabled: true } }),
              },
            },
          ]
        })
      },
      forget: () => {
        puts.forget()
        named.forget()
      },
    }
  },
}

/** Whether it is a time in seconds, not long ago and not far away. */
function isNear(value: unknown, nowMs: number): boolean {
  const seconds = typeof value === 'object' && value !== null ? numberIn(value) : undefined
  if (seconds === undefined) return false
  return seconds * 1000 > nowMs - ttlOff.pastDays * dayMs && seconds * 1000 < nowMs + ttlOff.aheadDays * dayMs
}
