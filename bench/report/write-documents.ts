/** Publishes runs: their records, the page and the chart made of them, in `docs/`. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../machine/machine.ts'
import { benchmarksPage } from './benchmarks-page.ts'
import { cpuChart } from './chart.ts'
import { readRecords } from './records.ts'

const folder = join(root, 'docs')

/** The runs of all the files together: one of them may have compared servers, another one nodes. */
export function writeDocuments(files: readonly string[]): void {
  const records = files.flatMap(readRecords)
  const chart = cpuChart(records)
  const chartFile = join(folder, 'benchmarks.svg')
  writeFileSync(join(folder, 'benchmarks.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  writeFileSync(join(folder, 'benchmarks.md'), benchmarksPage(records))
  if (chart !== undefined) writeFileSync(chartFile, chart)
  else if (existsSync(chartFile)) rmSync(chartFile)
}
