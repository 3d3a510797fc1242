/** The ways of paying for a table beside each other, and what they come to with more or less load. */
import type { TableCost } from '../../../src/services/cost/table-cost.ts'

export interface WayOfPaying {
  readonly name: 'on demand' | 'auto scaled' | 'provisioned' | 'on demand, infrequent access'
  readonly tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS'
  readonly mode: 'onDemand' | 'autoScaled' | 'fixed'
}

export const waysOfPaying: readonly WayOfPaying[] = [
  { name: 'on demand', tableClass: 'STANDARD', mode: 'onDemand' },
  { name: 'auto scaled', tableClass: 'STANDARD', mode: 'autoScaled' },
  { name: 'provisioned', tableClass: 'STANDARD', mode: 'fixed' },
  { name: 'on demand, infrequent access', tableClass: 'STANDARD_INFREQUENT_ACCESS', mode: 'onDemand' },
]

export const modeNames: Readonly<Record<TableCost['billingMode'], string>> = { PAY_PER_REQUEST: 'on demand', PROVISIONED: 'provisioned' }

export interface Amounts {
  readonly asSet: number
  readonly ways: Readonly<Partial<Record<WayOfPaying['name'], number>>>
}

/** Throughput and streams grow with the load; what is stored does not, nor what is provisioned by hand. */
export function scaled(table: TableCost, load: number): Amounts {
  const storage = table.lines.reduce((sum, line) => sum + line.storage, 0)
  const grown = (dollars: number): number => storage + Math.max(0, dollars - storage) * load
  const ways = Object.fromEntries(waysOfPaying.map(({ name, tableClass, mode }) => [name, grown(table.modes[tableClass][mode])]))
  return { asSet: table.billingMode === 'PROVISIONED' ? table.asSet : grown(table.asSet), ways }
}
