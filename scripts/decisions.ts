/** Writes docs/decisions/README.md of the decisions beside it: `node scripts/decisions.ts`. A test holds the file to them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decisionsPage } from './decisions-page.ts'

writeFileSync(join(import.meta.dirname, '..', 'docs', 'decisions', 'README.md'), decisionsPage())
