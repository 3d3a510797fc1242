/** Documents that are derived from the code say what the code says. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { benchmarksPage } from '../bench/report/benchmarks-page.ts'
import { cpuChart } from '../bench/report/chart.ts'
import { readRecords } from '../bench/report/records.ts'
import { withRules } from '../scripts/advice-table.ts'
import { withHelp } from '../scripts/command-line-page.ts'
import { compatibilityTable } from '../scripts/compatibility-table.ts'
import { withControlRoutes } from '../scripts/control-routes.ts'
import { decisionsPage } from '../scripts/decisions-page.ts'
import { withMetrics } from '../scripts/metrics-table.ts'
import { withOperations } from '../scripts/service-operations-table.ts'
import { sectionsOf, slugOf } from '../site/.vitepress/pages.ts'
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

test('docs/advice.md lists the rules that there are', () => {
  const document = readFileSync(join(root, 'docs/advice.md'), 'utf8')
  assert.equal(document, withRules(document))
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

test('docs/command-line.md shows the help of the command', () => {
  const document = readFileSync(join(root, 'docs/command-line.md'), 'utf8')
  assert.equal(document, withHelp(document))
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

test('docs/decisions/README.md is what scripts/decisions.ts writes', () => {
  assert.equal(readFileSync(join(root, 'docs/decisions/README.md'), 'utf8'), decisionsPage())
})

test('docs/README.md names every page once, by one of the four things that pages are for', () => {
  const sections = sectionsOf(readFileSync(join(root, 'docs/README.md'), 'utf8'))
  assert.deepEqual(
    sections.map(({ text }) => text),
    ['Tutorials', 'How to', 'Reference', 'Explanation'],
  )
  const named = sections.flatMap(({ items }) => items.map(({ page }) => `${page}.md`))
  const pages = globSync('*.md', { cwd: join(root, 'docs') }).filter((name) => name !== 'README.md')
  assert.deepEqual(named.sort(), [...pages, 'decisions/README.md'].sort())
})

test('README.md is a screen or two', () => {
  assert.ok(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length <= 120)
})

/** Without what stands in code. */
const proseOf = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '')
const anchorsOf = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slugOf(heading))

/** Links of a document that lead nowhere: to a file that is not there, or a heading that a document has not. */
function deadLinks(path: string, text: string): readonly string[] {
  return [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => {
      if (/^https?:/.test(link)) return false
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : normalize(join(dirname(path), file))
      if (target !== path && !existsSync(join(root, target))) return true
      return anchor !== undefined && !anchorsOf(target === path ? text : readFileSync(join(root, target), 'utf8')).includes(anchor)
    })
    .map((link) => `${path}: ${link}`)
}

test('no link of a document leads nowhere', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root, exclude: ['**/node_modules/**'] })
  assert.ok(documents.length > 60)
  assert.deepEqual(
    documents.flatMap((path) => deadLinks(path, readFileSync(join(root, path), 'utf8'))),
    [],
  )
  const sample = '# A `b`: c\n[x](style.md) [x](none.md) [x](style.md#tools) [x](style.md#none) [x](#a-b-c) [x](#c) `[x](none.md)`'
  assert.deepEqual(deadLinks('docs/sample.md', sample), ['docs/sample.md: none.md', 'docs/sample.md: style.md#none', 'docs/sample.md: #c'])
})
