/** Writes docs/compatibility.md from the table of operations: `node scripts/compatibility.ts`. A test holds the file to it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compatibilityTable } from './compatibility-table.ts'

writeFileSync(join(import.meta.dirname, '..', 'docs', 'compatibility.md'), compatibilityTable())
