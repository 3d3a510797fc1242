/**
 * What AWS asks for, by region and table class (capacity.md §9): the table that is shipped, `prices.json`, and the check of one that
 * somebody else wrote. Apart from the arithmetic, so that prices change without it.
 *
 *     { source, date, regions: { <region>: { STANDARD: class, STANDARD_INFREQUENT_ACCESS: class, features } } }
 *
 * All prices are US dollars and all quantities a month's. GB are 2^30 bytes.
 */
import { isRegionName } from '../../api/region-name.ts'
import { assert } from '../../base/assert.ts'
import type { TableClass } from '../../engine/schema/table.ts'
import shipped from './prices.json' with { type: 'json' }

const classMembers = {
  onDemandWritesPerMillion: 'write request units',
  onDemandReadsPerMillion: 'read request units',
  writeUnitHour: 'a provisioned write unit for an hour',
  readUnitHour: 'a provisioned read unit for an hour',
  replicatedWritesPerMillion: 'write request units in each further region of a global table',
  replicatedWriteUnitHour: 'a provisioned write unit for an hour, there',
  storageGbMonth: 'a GB kept for a month',
  storageGbFree: 'GB that cost nothing, once for the account',
} as const

const featureMembers = {
  streamReadsPer100000: 'GetRecords requests',
  streamReadsFree: 'those that cost nothing, once for the account',
  kinesisUnitsPerMillion: 'KB of changes sent to Kinesis',
  pointInTimeRecoveryGbMonth: 'a GB of table and local indexes',
  backupGbMonth: 'a GB backed up',
  coldBackupGbMonth: 'a GB backed up in cold storage',
  restoreGb: 'a GB restored',
  exportGb: 'a GB exported',
  importGb: 'a GB imported',
  warmWriteUnit: 'a write unit per second of warm throughput, once',
  warmReadUnit: 'a read unit per second of warm throughput, once',
} as const

export type ClassPrices = { readonly [Name in keyof typeof classMembers]: number }
export type FeaturePrices = { readonly [Name in keyof typeof featureMembers]: number }
export type RegionPrices = { readonly [Class in TableClass]: ClassPrices } & { readonly features: FeaturePrices }

export interface PriceTable {
  /** Where the prices were found: a piece of a sentence. */
  readonly source: string
  /** When, as the one who wrote them down says it. */
  readonly date: string
  /** At least one. The first stands in for regions that are missing. */
  readonly regions: { readonly [region: string]: RegionPrices }
}

/** Something wrong in a table of prices. Its message is one clear sentence that names the place. */
export class PriceTableError extends Error {
  constructor(fault: string) {
    super(`The price table is not right: ${fault}.`)
    this.name = 'PriceTableError'
  }
}

/** Throws PriceTableError. */
export function checkPriceTable(value: unknown): PriceTable {
  const table = members(value, 'it', ['source', 'date', 'regions'])
  for (const name of ['source', 'date']) {
    if (typeof table[name] !== 'string' || table[name] === '') throw new PriceTableError(`${name} must be a text that is not empty`)
  }
  const regions = Object.entries(objectAt(table['regions'], 'regions'))
  if (regions.length === 0) throw new PriceTableError('regions must have the prices of at least one region')
  for (const [name, prices] of regions) {
    if (!isRegionName(name)) throw new PriceTableError(`${JSON.stringify(name)} in regions is not the name of a region such as us-east-1`)
    const place = `regions.${name}`
    const region = members(prices, place, ['STANDARD', 'STANDARD_INFREQUENT_ACCESS', 'features'])
    checkPrices(region['STANDARD'], `${place}.STANDARD`, classMembers)
    checkPrices(region['STANDARD_INFREQUENT_ACCESS'], `${place}.STANDARD_INFREQUENT_ACCESS`, classMembers)
    checkPrices(region['features'], `${place}.features`, featureMembers)
  }
  return value as PriceTable
}

export const shippedPrices: PriceTable = checkPriceTable(shipped)

/** The prices of this region, or else of the table's first; `region` says whose they are. */
export function pricesOf({ regions }: PriceTable, wanted: string): { readonly region: string; readonly prices: RegionPrices } {
  const [region, prices] = Object.entries(regions).find(([name]) => name === wanted) ?? Object.entries(regions)[0] ?? []
  assert(region !== undefined && prices !== undefined, 'a price table has at least one region')
  return { region, prices }
}

interface Members {
  readonly [name: string]: unknown
}

function objectAt(value: unknown, place: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PriceTableError(`${place} must be a JSON object`)
  return value as Members
}

/** An object with these members and no other, so that a misspelt price is not taken for one left out. */
function members(value: unknown, place: string, names: readonly string[]): Members {
  const object = objectAt(value, place)
  for (const name of names) {
    if (!Object.hasOwn(object, name)) throw new PriceTableError(`${place} has no ${name}`)
  }
  const unknown = Object.keys(object).find((name) => !names.includes(name))
  if (unknown !== undefined) throw new PriceTableError(`${place} has ${JSON.stringify(unknown)}, which is none of ${names.join(', ')}`)
  return object
}

function checkPrices(value: unknown, place: string, described: { readonly [name: string]: string }): void {
  for (const [name, price] of Object.entries(members(value, place, Object.keys(described)))) {
    if (typeof price === 'number' && Number.isFinite(price) && price >= 0) continue
    throw new PriceTableError(`${place}.${name} must be a number, 0 or above (${described[name]})`)
  }
}
