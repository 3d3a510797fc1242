/** A list or set inside of one item grows with every write: each append pays for the whole item, and one day it is full. */
import { itemSizeBytesMax } from '../../api/limits.ts'
import { dayMs, minuteMs } from '../../base/clock.ts'
import { writeUnits } from '../../engine/partitions/capacity-units.ts'
import type { Item } from '../../values/attribute-value.ts'
import { itemSizeBytes } from '../../values/size.ts'
import type { Draft } from '../finding.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { growingCollection, wholeMinutesMin, windowMinutes } from '../limits.ts'
import { inText, sizeText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { countOf } from '../running-minutes.ts'
import type { TouchedItem } from '../touched.ts'

interface Growth {
  length: number
  growths: number
  /** When it began to grow, and how large the item was then. */
  sinceMs: number
  sinceBytes: number
}

interface GrowingItem {
  readonly tableId: number
  readonly tableName: string
  readonly keyText: string
  readonly lists: Map<string, Growth>
  bytes: number
  lastMs: number
}

export const growingCollectionRule: Rule = {
  id: 'growing-collection',
  about: 'A list or set of one item became longer in 20 successive writes, and has at least 100 elements.',
  document: 'B1',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    const items = new Map<string, GrowingItem>()
    return {
      hear: (call) => {
        heard.hear(call)
        for (const item of call.touched.writes()) noteItem(items, item, call.atMs)
      },
      find: (look) => {
        const minutes = countOf(heard.running.whole())
        return [...items.values()].flatMap((item) =>
          [...item.lists].flatMap(([attribute, growth]) => draftOf(look, item, attribute, growth, minutes)),
        )
      },
      forget: () => {
        heard.forget()
        items.clear()
      },
    }
  },
}

function noteItem(
  items: Map<string, GrowingItem>,
  { tableId, tableName, keyHash, keyText, kind, attributes }: TouchedItem,
  atMs: number,
): void {
  // Of an update there is only what it sets.
  if (kind !== 'put' || attributes === undefined) return
  const lengths = Object.entries(attributes).flatMap(([name, value]) => {
    const length = lengthOf(value)
    return length === undefined ? [] : [[name, length] as const]
  })
  const id = `${tableId} ${keyHash}`
  const known = items.get(id)
  items.delete(id)
  if (lengths.length === 0) return
  const bytes = itemSizeBytes(attributes as Item)
  const item = known ?? { tableId, tableName, keyText, lists: new Map<string, Growth>(), bytes, lastMs: atMs }
  item.bytes = bytes
  item.lastMs = atMs
  for (const [name, length] of lengths.slice(0, growingCollection.attributesMax)) {
    const before = item.lists.get(name)
    const grows = before !== undefined && length > before.length
    const since = grows ? before : { growths: 0, sinceMs: atMs, sinceBytes: bytes }
    item.lists.set(name, { length, growths: grows ? since.growths + 1 : 0, sinceMs: since.sinceMs, sinceBytes: since.sinceBytes })
  }
  if (items.size >= growingCollection.itemsMax) forgetOldest(items)
  items.set(id, item)
}

function forgetOldest(items: Map<string, GrowingItem>): void {
  const [oldest] = items.keys()
  if (oldest !== undefined) items.delete(oldest)
}

function lengthOf(value: unknown): number | undefined {
  const { L, SS, NS, BS } = value as { readonly [Type in 'L' | 'SS' | 'NS' | 'BS']?: readonly unknown[] }
  return (L ?? SS ?? NS ?? BS)?.length
}

function draftOf(
  { engine, profile, nowMs }: Look,
  { tableId, tableName, keyText, bytes, lastMs }: GrowingItem,
  attribute: string,
  { length, growths, sinceMs, sinceBytes }: Growth,
  wholeMinutes: number,
): readonly Draft[] {
  if (growths < growingCollection.growthsMin || length < growingCollection.elementsMin) return []
  if (nowMs - lastMs > windowMinutes * minuteMs) return []
  if (engine.catalog.find(tableName)?.tableId !== tableId) return []
  const bytesPerDay = lastMs > sinceMs && wholeMinutes >= wholeMinutesMin ? ((bytes - sinceBytes) / (lastMs - sinceMs)) * dayMs : 0
  const days = profile === 'prod' && bytesPerDay > 0 ? (itemSizeBytesMax - bytes) / bytesPerDay : undefined
  const forecast = days === undefined ? '' : `; at the pace of these writes the item is full in ${inText(days)} days`
  const units = writeUnits(bytes)
  return [
    {
      severity: days !== undefined && days < growingCollection.warningDays ? 'warning' : 'info',
      ...{ region: engine.region, table: tableName, key: keyText, fromMs: sinceMs, toMs: nowMs },
      evidence: { elements: length, growths, bytes, writeUnits: units, ...(days !== undefined && { days }) },
      sentence: `${attribute} of ${keyText} in ${tableName} has ${inText(length)} elements and grew in ${inText(growths)} writes in a row: each pays ${inText(units)} write units for ${sizeText(bytes)}${forecast}.`,
      change: {
        text: 'Write an item for each element under the same partition key, and read them with a Query.',
        code: `{ pk, sk: \`${attribute}#\${createdAt}\`, … }`,
      },
      wontHelp: 'list_append: the request is small, the units are the same.',
    },
  ]
}
