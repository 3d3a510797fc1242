/** CancelBulkOperation (backup-export-import.md §8): what was put stays. One that is over stays what it is [I]. */
import type { InputOf, OutputOf } from '../../api/operations.ts'
import { changeTables } from '../../engine/catalog/change-tables.ts'
import { transferKey } from '../../engine/keyspace/transfer-keys.ts'
import { type BulkPut, decodeTransfer, encodeTransfer, nameOfTransfer } from '../../engine/schema/transfer.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { bulkNotFound, transferNamed } from './transfer-named.ts'

export async function cancelBulkOperation(
  engine: MeteredEngine,
  input: InputOf<'CancelBulkOperation'>,
): Promise<OutputOf<'CancelBulkOperation'>> {
  const { BulkOperationArn } = input
  const key = transferKey(nameOfTransfer(engine.catalog.region, await transferNamed(engine, 'bulk', BulkOperationArn)))
  const status = await changeTables(
    engine,
    [],
    (tables): BulkPut['status'] => {
      const record = tables.get(key)
      if (record === undefined) throw bulkNotFound(BulkOperationArn)
      const bulk = decodeTransfer(record) as BulkPut
      if (bulk.status !== 'IN_PROGRESS') return bulk.status
      tables.put(key, encodeTransfer({ ...bulk, status: 'CANCELLING' }))
      return 'CANCELLING'
    },
    [key],
  )
  return { BulkOperationArn, BulkOperationStatus: status }
}
