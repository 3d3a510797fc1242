/** Amounts and tables as the terminal shows them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dollars, gigabytes, quantity, textTable } from './columns.ts'

test('Dollars have as many digits as matter', () => {
  const amounts = [0, 0.00004, 0.0001, 0.012, 0.99949, 0.9996, 1, 12.345, 999.99, 999.996, 1234.56, 1_234_567.8, -2.5]
  assert.deepEqual(amounts.map(dollars), [
    '$0',
    '<$0.0001',
    '$0.0001',
    '$0.0120',
    '$0.9995',
    '$1.00',
    '$1.00',
    '$12.35',
    '$999.99',
    '$1,000',
    '$1,235',
    '$1,234,568',
    '-$2.50',
  ])
})

test('Quantities and sizes have a fraction where it is all there is', () => {
  assert.deepEqual([0, 0.5, 9.999, 10.4, 1_234_567].map(quantity), ['0', '0.5', '10', '10', '1,234,567'])
  assert.deepEqual([0, 0.0004, 0.001, 12.3456, 1234].map(gigabytes), ['0', '<0.001', '0.001', '12.346', '1,234'])
})

test('A table has its first column to the left and no blanks at the ends of lines', () => {
  assert.equal(
    textTable(
      ['name', 'n'],
      [
        ['a', '10'],
        ['longer', ''],
      ],
    ),
    '  name     n\n  ------  --\n  a       10\n  longer\n',
  )
})
