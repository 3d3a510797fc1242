/** The shipped prices are those of capacity.md §9; a file that is wrong is answered with one sentence that names the place. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPriceTable, PriceTableError, pricesOf, shippedPrices } from './price-table.ts'

interface Tree {
  [name: string]: Tree | string | number | null
}

/** The shipped table with one thing changed; `undefined` removes it. */
function changed(path: readonly string[], value: Tree | string | number | null | undefined): unknown {
  const copy = structuredClone(shippedPrices) as unknown as Tree
  let place = copy
  for (const name of path.slice(0, -1)) place = place[name] as Tree
  const last = path.at(-1) ?? ''
  if (value === undefined) delete place[last]
  else place[last] = value
  return copy
}

function fault(table: unknown): string {
  let message = ''
  assert.throws(
    () => checkPriceTable(table),
    (error: Error) => {
      message = error.message
      return error instanceof PriceTableError
    },
  )
  return message
}

test('The shipped prices of us-east-1 are those of the specification', () => {
  const { prices } = pricesOf(shippedPrices, 'us-east-1')
  const { STANDARD: standard, STANDARD_INFREQUENT_ACCESS: infrequent, features } = prices
  assert.deepEqual([standard.onDemandWritesPerMillion, standard.onDemandReadsPerMillion], [0.625, 0.125])
  assert.deepEqual([infrequent.onDemandWritesPerMillion, infrequent.onDemandReadsPerMillion], [0.78, 0.155])
  assert.deepEqual([standard.writeUnitHour, standard.readUnitHour], [0.00065, 0.00013])
  assert.deepEqual([infrequent.writeUnitHour, infrequent.readUnitHour], [0.00081, 0.00016])
  assert.deepEqual([standard.storageGbMonth, standard.storageGbFree], [0.25, 25])
  assert.deepEqual([infrequent.storageGbMonth, infrequent.storageGbFree], [0.1, 0])
  assert.deepEqual([standard.replicatedWritesPerMillion, infrequent.replicatedWriteUnitHour], [0.625, 0.00081])
  assert.deepEqual([features.streamReadsPer100000, features.streamReadsFree, features.kinesisUnitsPerMillion], [0.02, 2_500_000, 0.1])
  assert.deepEqual([features.pointInTimeRecoveryGbMonth, features.backupGbMonth, features.coldBackupGbMonth], [0.2, 0.1, 0.03])
  assert.deepEqual([features.restoreGb, features.exportGb, features.importGb], [0.15, 0.1, 0.15])
})

test('A region that the table has not is answered with its first one', () => {
  assert.equal(pricesOf(shippedPrices, 'eu-west-1').region, 'us-east-1')
  assert.equal(pricesOf(shippedPrices, '__proto__').region, 'us-east-1')
  const two = checkPriceTable(changed(['regions', 'eu-west-1'], structuredClone(shippedPrices.regions['us-east-1']) as unknown as Tree))
  assert.equal(pricesOf(two, 'eu-west-1').region, 'eu-west-1')
})

test('A price table that is wrong is answered with the place where it is', () => {
  const us = ['regions', 'us-east-1']
  assert.equal(fault([]), 'The price table is not right: it must be a JSON object.')
  assert.equal(fault({ source: 's', date: 'd' }), 'The price table is not right: it has no regions.')
  assert.equal(fault(changed(['date'], '')), 'The price table is not right: date must be a text that is not empty.')
  assert.equal(fault(changed(['region'], {})), 'The price table is not right: it has "region", which is none of source, date, regions.')
  assert.equal(fault(changed(['regions'], {})), 'The price table is not right: regions must have the prices of at least one region.')
  assert.equal(
    fault(changed(['regions', 'Ireland'], {})),
    'The price table is not right: "Ireland" in regions is not the name of a region such as us-east-1.',
  )
  assert.equal(fault(changed([...us, 'features'], undefined)), 'The price table is not right: regions.us-east-1 has no features.')
  assert.equal(
    fault(changed([...us, 'STANDARD', 'writeUnitHour'], undefined)),
    'The price table is not right: regions.us-east-1.STANDARD has no writeUnitHour.',
  )
  assert.equal(
    fault(changed([...us, 'STANDARD', 'writeUnitHour'], '0.00065')),
    'The price table is not right: regions.us-east-1.STANDARD.writeUnitHour must be a number, 0 or above (a provisioned write unit for an hour).',
  )
  assert.equal(
    fault(changed([...us, 'features', 'restoreGb'], -1)),
    'The price table is not right: regions.us-east-1.features.restoreGb must be a number, 0 or above (a GB restored).',
  )
})
