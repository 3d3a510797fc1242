/** Writes the list of metrics in docs/metrics.md: `node scripts/metrics.ts`. A test holds the file to it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withMetrics } from './metrics-table.ts'

const path = join(import.meta.dirname, '..', 'docs', 'metrics.md')
writeFileSync(path, withMetrics(readFileSync(path, 'utf8')))
