/** What each access pattern has to do with the bill: its share of what its table and the indexes of that cost on demand. */
import type { TableCost } from './table-cost.ts'
import { total } from './table-cost.ts'

/** What was counted of a pattern, over whatever time: shares alone are taken from it. */
export interface PatternUse {
  readonly table: string
  readonly index?: string
  readonly operation: string
  /** Its conditions, filter and projection, for people to read. */
  readonly text: string
  readonly requests: number
  readonly readUnits: number
  readonly writeUnits: number
}

export interface PatternCost extends PatternUse {
  /** A month, on demand, in the class of the table. */
  readonly dollars: number
  /** Of what all patterns of all tables cost, from 0 to 1. */
  readonly share: number
}

/** The dearest first. Patterns of tables that are not among these are left out. */
export function patternCosts(tables: readonly TableCost[], patterns: readonly PatternUse[]): readonly PatternCost[] {
  const byTable = Map.groupBy(patterns, ({ table }) => table)
  const costs = tables.flatMap((table) => {
    const own = byTable.get(table.name) ?? []
    const readUnits = total(own.map((pattern) => pattern.readUnits))
    const writeUnits = total(own.map((pattern) => pattern.writeUnits))
    const reads = total(table.lines.map(({ throughput }) => throughput?.reads ?? 0))
    const writes = total(table.lines.map(({ throughput }) => throughput?.writes ?? 0))
    return own.map((pattern) => {
      const dollars = part(pattern.readUnits, readUnits) * reads + part(pattern.writeUnits, writeUnits) * writes
      return { pattern, dollars }
    })
  })
  const all = total(costs.map(({ dollars }) => dollars))
  return costs
    .sort((a, b) => b.dollars - a.dollars || b.pattern.requests - a.pattern.requests)
    .map(({ pattern, dollars }) => ({ ...pattern, dollars, share: part(dollars, all) }))
}

function part(one: number, all: number): number {
  return all === 0 ? 0 : one / all
}
