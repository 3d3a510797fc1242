/** DescribeExport (backup-export-import.md §5.1). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { exportDescription } from './export-description.ts'
import { transferNamed } from './transfer-named.ts'

export async function describeExport(engine: MeteredEngine, input: InputOf<'DescribeExport'>): Promise<OutputOf<'DescribeExport'>> {
  return { ExportDescription: exportDescription(engine, await transferNamed(engine, 'export', input.ExportArn)) }
}
