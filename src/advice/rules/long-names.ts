/** The names of attributes are a large part of what is stored and paid for. */
import { minuteMs } from '../../base/clock.ts'
import { writeUnits } from '../../engine/partitions/capacity-units.ts'
import type { AttributeMap, AttributeValue } from '../../values/attribute-value.ts'
import { itemSizeBytes, utf8SizeBytes } from '../../values/size.ts'
import type { Draft } from '../finding.ts'
import { longNames, windowMinutes } from '../limits.ts'
import { inText, percentText, sizeText } from '../money.ts'
import type { Rule } from '../rule.ts'
import { WindowedTallies } from '../windowed-tallies.ts'

interface Names {
  readonly count: number
  readonly bytes: number
}

export const longNamesRule: Rule = {
  id: 'long-names',
  about: 'Names take 40 % of items of at least 1 KB, in 100 puts or more, and short ones would save a fifth of the write units.',
  document: 'B2',
  open: () => {
    const tallies = new WindowedTallies<
      { readonly tableId: number; readonly tableName: string },
      'puts' | 'bytes' | 'nameBytes' | 'units' | 'saved'
    >({
      counters: ['puts', 'bytes', 'nameBytes', 'units', 'saved'],
      slicesMax: windowMinutes,
      thingsMax: longNames.tablesMax,
      sliceMs: minuteMs,
    })
    return {
      hear: ({ touched, atMs }) => {
        for (const { tableId, tableName, kind, attributes } of touched.writes()) {
          if (kind !== 'put' || attributes === undefined) continue
          const item = attributes as AttributeMap
          const bytes = itemSizeBytes(item)
          const names = namesOf(item)
          const shortBytes = Math.max(1, bytes - names.bytes + Math.min(names.bytes, longNames.nameBytes * names.count))
          const units = writeUnits(bytes)
          const amounts = { puts: 1, bytes, nameBytes: names.bytes, units, saved: units - writeUnits(shortBytes) }
          tallies.note(tableId, { tableId, tableName }, amounts, atMs)
        }
      },
      find: ({ engine, nowMs }) => {
        const { from, to } = tallies.window(nowMs)
        return [...tallies.all()].flatMap((tally): readonly Draft[] => {
          const { tableId, tableName } = tally.about
          const [puts, bytes, nameBytes] = [tally.sum('puts', from, to), tally.sum('bytes', from, to), tally.sum('nameBytes', from, to)]
          const [units, saved] = [tally.sum('units', from, to), tally.sum('saved', from, to)]
          if (engine.catalog.find(tableName)?.tableId !== tableId || puts < longNames.putsMin || bytes < longNames.itemBytesMin * puts)
            return []
          if (nameBytes < longNames.shareMin * bytes || saved < longNames.savedShareMin * units) return []
          return [
            {
              severity: 'info',
              ...{ region: engine.region, table: tableName, fromMs: from * minuteMs, toMs: nowMs },
              evidence: { puts, share: nameBytes / bytes, units, saved },
              sentence: `Names take ${percentText(nameBytes / bytes)} of the ${sizeText(bytes / puts)} that an item of ${tableName} has: with names of ${longNames.nameBytes} letters, ${inText(saved)} of ${inText(units)} write units would have been saved.`,
              change: {
                text: 'Keep two to four letters in the table, and one mapping to long names in the code.',
                code: "const names = { temperature: 't', humidity: 'h' } // long in the code, short in the table",
              },
              wontHelp: 'Nested maps: their names count, too.',
            },
          ]
        })
      },
      forget: () => tallies.forget(),
    }
  },
}

function namesOf(map: AttributeMap): Names {
  return sum([...Object.keys(map).map((name) => ({ count: 1, bytes: utf8SizeBytes(name) })), ...Object.values(map).map(namesIn)])
}

function namesIn(value: AttributeValue): Names {
  if ('M' in value) return namesOf(value.M)
  return 'L' in value ? sum(value.L.map(namesIn)) : { count: 0, bytes: 0 }
}

function sum(all: readonly Names[]): Names {
  return all.reduce((before, names) => ({ count: before.count + names.count, bytes: before.bytes + names.bytes }), { count: 0, bytes: 0 })
}
