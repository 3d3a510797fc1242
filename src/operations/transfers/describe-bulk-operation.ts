/** DescribeBulkOperation (backup-export-import.md §8). */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { bulkDescription } from './bulk-description.ts'
import { transferNamed } from './transfer-named.ts'

export async function describeBulkOperation(
  engine: MeteredEngine,
  input: InputOf<'DescribeBulkOperation'>,
): Promise<OutputOf<'DescribeBulkOperation'>> {
  return { BulkOperationDescription: bulkDescription(engine, await transferNamed(engine, 'bulk', input.BulkOperationArn)) }
}
