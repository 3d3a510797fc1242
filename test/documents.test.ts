/** Documents that are derived from the code say what the code says. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { benchmarksPage } from '../bench/report/benchmarks-page.ts'
import { cpuChart } from '../bench/report/chart.ts'
import { readRecords } from '../bench/report/records.ts'
import { compatibilityTable } from '../scripts/compatibility-table.ts'
import { withControlRoutes } from '../scripts/control-routes.ts'
import { withMetrics } from '../scripts/metrics-table.ts'
import { withOperations } from '../scripts/service-operations-table.ts'
import { helpText } from '../src/cli/options.ts'
import { checkPriceTable } from '../src/services/cost/price-table.ts'
import { services } from '../src/services/services.ts'

const root = join(import.meta.dirname, '..')

test('docs/compatibility.md is what scripts/compatibility.ts writes', () => {
  assert.equal(readFileSync(join(root, 'docs/compatibility.md'), 'utf8'), compatibilityTable())
})

test('docs/control.md lists the routes that there are', () => {
  const document = readFileSync(join(root, 'docs/control.md'), 'utf8')
  assert.equal(document, withControlRoutes(document))
})

test('docs/metrics.md lists the metrics that there are', () => {
  const document = readFileSync(join(root, 'docs/metrics.md'), 'utf8')
  assert.equal(document, withMetrics(document))
})

for (const { name, load } of services) {
  test(`docs/${name}.md lists the operations that there are`, async () => {
    const document = readFileSync(join(root, `docs/${name}.md`), 'utf8')
    assert.equal(document, withOperations(document, (await load()).contract.operations))
  })
}

test('README.md shows the help of the command', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const shown = /<!-- flags[^>]*-->\n```\n([\s\S]*?)```\n<!-- \/flags -->/.exec(readme)?.[1]
  assert.equal(shown, helpText())
})

test('docs/cost.md shows a table of prices that is taken', () => {
  const shown = /```json\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/cost.md'), 'utf8'))?.[1]
  assert.deepEqual(Object.keys(checkPriceTable(JSON.parse(shown ?? '')).regions), ['eu-west-1'])
})

test('docs/benchmarks.md and its chart say what docs/benchmarks.jsonl holds', () => {
  const records = readRecords(join(root, 'docs/benchmarks.jsonl'))
  assert.equal(readFileSync(join(root, 'docs/benchmarks.md'), 'utf8'), benchmarksPage(records))
  assert.equal(readFileSync(join(root, 'docs/benchmarks.svg'), 'utf8'), cpuChart(records))
})
