/** Writes the list of operations in docs/<service>.md, for every service: `node scripts/service-operations.ts`. A test holds the files to it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '../src/services/services.ts'
import { withOperations } from './service-operations-table.ts'

for (const { name, load } of services) {
  const path = join(import.meta.dirname, '..', 'docs', `${name}.md`)
  writeFileSync(path, withOperations(readFileSync(path, 'utf8'), (await load()).contract.operations))
}
