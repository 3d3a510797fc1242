/** Writes the list of rules in docs/advice.md: `node scripts/advice.ts`. A test holds the file to it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withRules } from './advice-table.ts'

const path = join(import.meta.dirname, '..', 'docs', 'advice.md')
writeFileSync(path, withRules(readFileSync(path, 'utf8')))
