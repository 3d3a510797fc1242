/** Items are so large that every update of a flag pays for all of them, or that they soon will be refused. */
import { itemSizeBytesMax } from '../../api/limits.ts'
import { minuteMs } from '../../base/clock.ts'
import { writeUnits } from '../../engine/partitions/capacity-units.ts'
import type { Draft } from '../finding.ts'
import { largeItems, windowMinutes } from '../limits.ts'
import { inText, percentText, sizeText } from '../money.ts'
import { putSizeBytes } from '../put-size.ts'
import type { Rule } from '../rule.ts'
import { WindowedTallies } from '../windowed-tallies.ts'

interface LargestItem {
  bytes: number
  keyText: string
  atMs: number
}

interface OfTable {
  readonly tableId: number
  readonly tableName: string
  readonly largest: LargestItem
}

export const largeItemsRule: Rule = {
  id: 'large-items',
  about: 'More than 1 % of at least 100 written items have 100 KB and more, or one has 320 KB of the 400 KB that it may have.',
  document: 'B1',
  open: () => {
    const tallies = new WindowedTallies<OfTable, 'writes' | 'large'>({
      counters: ['writes', 'large'],
      slicesMax: windowMinutes,
      thingsMax: largeItems.tablesMax,
      sliceMs: minuteMs,
    })
    return {
      hear: (call) => {
        const { atMs } = call
        for (const written of call.touched.writes()) {
          const bytes = putSizeBytes(call, written)
          if (bytes === undefined) continue
          const { tableId, tableName, keyText } = written
          const about = { tableId, tableName, largest: { bytes: 0, keyText: '', atMs: 0 } }
          const { largest } = tallies.note(tableId, about, { writes: 1, large: bytes >= largeItems.bytesMin ? 1 : 0 }, atMs).about
          if (bytes >= largest.bytes || atMs - largest.atMs > windowMinutes * minuteMs) Object.assign(largest, { bytes, keyText, atMs })
        }
      },
      find: ({ engine, nowMs }) => {
        const { from, to } = tallies.window(nowMs)
        return [...tallies.all()].flatMap((tally): readonly Draft[] => {
          const { tableId, tableName, largest } = tally.about
          const [writes, large] = [tally.sum('writes', from, to), tally.sum('large', from, to)]
          const isNearLimit = largest.bytes >= largeItems.nearLimitBytes && largest.atMs >= from * minuteMs
          const isMany = writes >= largeItems.writesMin && large > largeItems.shareMin * writes
          if (engine.catalog.find(tableName)?.tableId !== tableId || (!isNearLimit && !isMany)) return []
          const units = writeUnits(largest.bytes)
          const nearLimit = isNearLimit ? ` An item may have ${sizeText(itemSizeBytesMax)}; then writes are refused.` : ''
          const share = isMany ? ` ${percentText(large / writes)} of the written items have ${sizeText(largeItems.bytesMin)} or more.` : ''
          return [
            {
              severity: isNearLimit ? 'warning' : 'info',
              ...{ region: engine.region, table: tableName, ...(isNearLimit && { key: largest.keyText }) },
              ...{ fromMs: from * minuteMs, toMs: nowMs },
              evidence: { bytes: largest.bytes, writeUnits: units, writes, large },
              sentence: `${largest.keyText} of ${tableName} has ${sizeText(largest.bytes)}: each update pays ${inText(units)} write units, even that of a flag.${share}${nearLimit}`,
              change: {
                text: 'Divide it by how it is used: what changes often into an item of its own under the same partition key. Compress what is read as a whole, or keep it in S3 with its address in the item.',
                code: "{ pk, sk: 'META', status } // small, updated often\n{ pk, sk: 'DOCUMENT', body } // large, written once",
              },
              wontHelp: 'A projection or shorter names: an item is paid for as a whole.',
            },
          ]
        })
      },
      forget: () => tallies.forget(),
    }
  },
}
