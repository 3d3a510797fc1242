/** DescribeImport (backup-export-import.md §6). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { importDescription } from './import-description.ts'
import { transferNamed } from './transfer-named.ts'

export async function describeImport(engine: MeteredEngine, input: InputOf<'DescribeImport'>): Promise<OutputOf<'DescribeImport'>> {
  return { ImportTableDescription: importDescription(engine, await transferNamed(engine, 'import', input.ImportArn)) }
}
