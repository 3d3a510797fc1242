/** Writes the help of the command into docs/command-line.md: `node scripts/command-line.ts`. A test holds the file to it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withHelp } from './command-line-page.ts'

const path = join(import.meta.dirname, '..', 'docs', 'command-line.md')
writeFileSync(path, withHelp(readFileSync(path, 'utf8')))
