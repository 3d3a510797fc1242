/** DescribeExport (backup-export-import.md §5.1). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { exportDescription, exportNamed } from './export-description.ts'

export async function describeExport(engine: MeteredEngine, input: InputOf<'DescribeExport'>): Promise<OutputOf<'DescribeExport'>> {
  return { ExportDescription: exportDescription(engine, await exportNamed(engine, input.ExportArn)) }
}
