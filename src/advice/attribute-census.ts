/**
 * What attributes hold in the items that are put: how often a text, how often a text that is a number, and how wide those are. Of a sample
 * of all puts, in bounded room.
 */
import type { HeardCall } from './heard-call.ts'
import { census } from './limits.ts'

export interface AttributeFacts {
  texts: number
  numeric: number
  /** Digits before the point. */
  readonly widths: Set<number>
}

interface TableFacts {
  puts: number
  readonly attributes: Map<string, AttributeFacts>
}

const numericForm = /^[+-]?(\d+)(\.\d+)?$/

export class AttributeCensus {
  readonly #tables = new Map<number, TableFacts>()

  hear({ touched }: HeardCall): void {
    for (const { tableId, kind, attributes } of touched.writes()) {
      if (kind !== 'put' || attributes === undefined) continue
      const facts = this.#tableOf(tableId)
      if (facts === undefined) continue
      facts.puts += 1
      if (facts.puts <= census.wholePuts || facts.puts % census.everyPuts === 0) noteItem(facts, attributes)
    }
  }

  of(tableId: number): ReadonlyMap<string, AttributeFacts> {
    return this.#tables.get(tableId)?.attributes ?? new Map()
  }

  forget(): void {
    this.#tables.clear()
  }

  #tableOf(tableId: number): TableFacts | undefined {
    const known = this.#tables.get(tableId)
    if (known !== undefined || this.#tables.size >= census.tablesMax) return known
    const facts = { puts: 0, attributes: new Map() }
    this.#tables.set(tableId, facts)
    return facts
  }
}

function noteItem({ attributes }: TableFacts, item: { readonly [name: string]: unknown }): void {
  for (const [name, value] of Object.entries(item)) {
    const { S: text } = value as { readonly S?: unknown }
    if (typeof text !== 'string') continue
    const known = attributes.get(name)
    if (known === undefined && attributes.size >= census.namesMax) continue
    const facts = known ?? { texts: 0, numeric: 0, widths: new Set() }
    attributes.set(name, facts)
    facts.texts += 1
    const digits = numericForm.exec(text)?.[1]
    if (digits === undefined) continue
    facts.numeric += 1
    if (facts.widths.size < census.widthsMax) facts.widths.add(digits.length)
  }
}
