/** Writes the list of routes in docs/control.md: `node scripts/control.ts`. A test holds the file to it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withControlRoutes } from './control-routes.ts'

const path = join(import.meta.dirname, '..', 'docs', 'control.md')
writeFileSync(path, withControlRoutes(readFileSync(path, 'utf8')))
