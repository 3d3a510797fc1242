/** Sort keys hold numbers or dates in a form whose order is not theirs, and are asked for in order. */
import type { SecondaryIndex, Table } from '../../engine/schema/table.ts'
import { comparedForOrder } from '../asked-attributes.ts'
import type { Draft } from '../finding.ts'
import type { HeardCall } from '../heard-call.ts'
import { heardTraffic } from '../heard-traffic.ts'
import { patternsHeardMax, unsortableKey } from '../limits.ts'
import { percentText } from '../money.ts'
import type { Look, Rule } from '../rule.ts'
import { orderOf, type SortedTexts } from '../text-order.ts'

export const unsortableSortKeyRule: Rule = {
  id: 'unsortable-sort-key',
  about:
    'Sort keys of at least 20 samples are digits of different width, or dates whose letters do not sort by time, and a Query asks for a range, an order or a Limit.',
  document: 'B3',
  open: (hearing) => {
    const heard = heardTraffic(hearing)
    /** By table and attribute; of each the first ones, and those met last. */
    const samples = new Map<string, string[]>()
    /** Patterns that rely on the order. */
    const ordered = new Set<number>()
    return {
      hear: (call) => {
        heard.hear(call)
        noteKeys(samples, call)
        const { pattern } = call.usage
        if (pattern === undefined || !usesOrder(call)) return
        if (ordered.size >= patternsHeardMax) ordered.clear()
        ordered.add(pattern.id)
      },
      find: (look) => {
        const { engine, nowMs } = look
        const drafts = new Map<string, Draft>()
        for (const { pattern, text } of heard.uses(engine, nowMs)) {
          const table = ordered.has(pattern.id) ? engine.catalog.find(pattern.name.table) : undefined
          const index = table?.indexes.find(({ name }) => name === pattern.name.index)
          const attribute = (index ?? table)?.key.range[0]?.name
          if (table === undefined || attribute === undefined) continue
          const id = `${table.tableId} ${attribute}`
          const order = orderOf(samples.get(id) ?? [])
          if (order !== undefined) drafts.set(id, draftOf(look, heard.fromMs(nowMs), { table, index, attribute, text }, order))
        }
        return [...drafts.values()]
      },
      forget: () => {
        heard.forget()
        samples.clear()
        ordered.clear()
      },
    }
  },
}

function noteKeys(samples: Map<string, string[]>, { usage: { table }, touched }: HeardCall): void {
  if (table === undefined) return
  const names = new Set([table, ...table.indexes].flatMap(({ key: { range } }) => (range[0]?.type === 'S' ? [range[0].name] : [])))
  if (names.size === 0) return
  for (const { tableId, kind, attributes } of touched.writes()) {
    if (tableId !== table.tableId || kind !== 'put' || attributes === undefined) continue
    for (const name of names) {
      const { S: text } = (attributes[name] ?? {}) as { readonly S?: unknown }
      if (typeof text !== 'string') continue
      const id = `${tableId} ${name}`
      const known = samples.get(id)
      if (known === undefined && samples.size >= unsortableKey.tablesMax) continue
      const ofKey = known ?? []
      samples.set(id, ofKey)
      if (ofKey.includes(text)) continue
      ofKey.push(text)
      // Numbers that only grow differ in width from the first ones more than from each other.
      if (ofKey.length > unsortableKey.samplesMax) ofKey.splice(unsortableKey.firstSamples, 1)
    }
  }
}

function usesOrder({ operation, usage: { table, index, pattern }, input }: HeardCall): boolean {
  const sort = (index ?? table)?.key.range[0]?.name
  if (operation !== 'Query' || sort === undefined) return false
  const { Limit: limit, ScanIndexForward: forward } = input as { readonly Limit?: unknown; readonly ScanIndexForward?: unknown }
  return limit !== undefined || forward !== undefined || comparedForOrder(pattern?.name.clauses.keyCondition).includes(sort)
}

interface AskedOrder {
  readonly table: Table
  readonly index: SecondaryIndex | undefined
  readonly attribute: string
  readonly text: string
}

function draftOf(
  { engine, nowMs }: Look,
  fromMs: number,
  { table, index, attribute, text }: AskedOrder,
  { before, after, outOfOrder, width }: SortedTexts,
): Draft {
  return {
    severity: 'warning',
    ...{ region: engine.region, table: table.name, ...(index !== undefined && { index: index.name }) },
    ...{ patterns: [text], fromMs, toMs: nowMs },
    evidence: { outOfOrder },
    sentence: `${before} sorts before ${after} in ${attribute} of ${index?.name ?? table.name}: ${percentText(outOfOrder)} of neighbouring samples are out of order, and ${text} goes by it.`,
    change:
      width === undefined
        ? {
            text: 'Write times as ISO 8601 in UTC with the same number of digits everywhere, or begin with a ULID.',
            code: `${attribute}: new Date(timeMs).toISOString()`,
          }
        : {
            text: `Pad the number with zeros to one width, at least ${width + 2} digits, or make it a number.`,
            code: `${attribute}: String(n).padStart(${width + 2}, '0')`,
          },
    wontHelp: 'ScanIndexForward: it turns the wrong order around.',
  }
}
