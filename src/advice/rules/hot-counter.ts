/** One item is a counter that everybody adds to: it takes no more writes than one item can. */

import { minuteMs } from '../../base/clock.ts'
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { keyRangeRefusals } from '../key-range-refusals.ts'
import { hotCounter, hotKey, keyRefusalShareMin, keyRefusalsMin, keyWriteUnitsMax, wholeMinutesMin } from '../limits.ts'
import { inText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import type { Minutes } from '../running-minutes.ts'
import { type Tally, WindowedTallies } from '../windowed-tallies.ts'

interface Counter {
  readonly tableId: number
  readonly tableName: string
  readonly keyText: string
  readonly partitionKeyText: string
}

type Counts = Tally<Counter, 'increments' | 'units'>

export const hotCounterRule: Rule = {
  id: 'hot-counter',
  about: 'One item is incremented for at least 100 write units a second in three minutes.',
  document: 'C5',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    const tallies = new WindowedTallies<Counter, 'increments' | 'units'>({
      counters: ['increments', 'units'],
      slicesMax: hotCounter.minutes,
      thingsMax: hotCounter.placesMax,
      sliceMs: minuteMs,
    })
    return {
      hear: (call) => {
        heard.hear(call)
        if (call.operation !== 'UpdateItem') return
        for (const { tableId, tableName, keyHash, keyText, partitionKeyText, computed = [] } of call.touched.writes()) {
          if (computed.length === 0) continue
          const counter = { tableId, tableName, keyText, partitionKeyText }
          tallies.note(`${tableId} ${keyHash}`, counter, { increments: 1, units: call.usage.writeUnits }, call.atMs)
        }
      },
      find: async (look) => {
        const drafts = await Promise.all([...tallies.all()].map((tally) => draftOf(look, tally, heard.running.whole(hotCounter.minutes))))
        return drafts.filter((draft) => draft !== undefined)
      },
      forget: () => {
        heard.forget()
        tallies.forget()
      },
    }
  },
}

async function draftOf(look: Look, tally: Counts, { from, to }: Minutes): Promise<Draft | undefined> {
  const { engine, nowMs } = look
  const { tableId, tableName, keyText, partitionKeyText } = tally.about
  const table = engine.catalog.find(tableName)
  if (table?.tableId !== tableId) return undefined
  const { refused, ofKeys } = await keyRangeRefusals(look, 'write', table)
  const isRefused = refused >= keyRefusalsMin && (ofKeys.get(partitionKeyText) ?? 0) >= keyRefusalShareMin * refused
  const rate = sustained(tally.each('units', from, to))
  const increments = tally.sum('increments', from, to + 1)
  if (increments === 0 || (rate < hotCounter.unitsMin && !(isRefused && increments >= keyRefusalsMin))) return undefined
  const each = Math.max(1, tally.sum('units', from, to + 1) / increments)
  const times = sustained(tally.each('increments', from, to))
  return {
    severity: isRefused || rate >= hotKey.errorUnits ? 'error' : rate >= hotKey.warningUnits ? 'warning' : 'info',
    ...{ region: engine.region, table: tableName, key: partitionKeyText, fromMs: nowMs - hotCounter.minutes * minuteMs, toMs: nowMs },
    evidence: { incrementsPerSecond: times, unitsPerSecond: rate, unitsEach: each },
    sentence: `${keyText} of ${tableName} is incremented ${inText(times)} times/s; each pays ${inText(each)} write units, so at most ${inText(keyWriteUnitsMax / each)}/s fit.`,
    change: {
      text: 'Count in N items, chosen at random, and add them up when the count is read; or add up in whoever reads the stream, and write once a second. A counter in a large item is better off in one of its own.',
      code: [
        `// write: ${table.key.hash[0]?.name ?? ''} = \`\${counter}#\${Math.floor(random() * N)}\``,
        "UpdateExpression: 'ADD n :one'",
        '// read: BatchGetItem of all N (up to 100 in a request), and add up',
      ].join('\n'),
    },
    wontHelp: 'Transactions cost twice the units and collide; optimistic locking pays for each try that fails.',
  }
}

/** What the third of the busiest minutes had in a second. */
function sustained(amounts: readonly number[]): number {
  return (amounts.toSorted((a, b) => b - a)[wholeMinutesMin - 1] ?? 0) / 60
}
