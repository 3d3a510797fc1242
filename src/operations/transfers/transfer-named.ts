/** From an ARN to the export, import or bulk operation, and what is said when there is none. [I] The words, but for those of exports and imports that are not there. */
import { invalid, ServiceError } from '../../api/errors.ts'
import type { TransferKind } from '../../engine/keyspace/transfer-keys.ts'
import { transferPath } from '../../engine/schema/transfer.ts'
import { parseTransferArn, transferArn } from '../../engine/transfers/transfer-arn.ts'
import { readTransfer, type TransferOf } from '../../engine/transfers/transfers.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { isTold } from './list-page.ts'

interface Refusals {
  /** Of a text that is no ARN of one. */
  readonly noArn: (arn: string) => ServiceError
  readonly missing: (arn: string) => ServiceError
}

const refusals: { readonly [Kind in TransferKind]: Refusals } = {
  export: {
    noArn: () => invalid('Invalid Export ARN'),
    missing: (arn) => new ServiceError('ExportNotFoundException', `Export not found: ${arn}`),
  },
  import: {
    noArn: () => invalid('Invalid Import ARN'),
    missing: (arn) => new ServiceError('ImportNotFoundException', `Import not found: ${arn}`),
  },
  bulk: { noArn: bulkNotFound, missing: bulkNotFound },
}

export function bulkNotFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Bulk operation not found: ${arn}`)
}

/** Rejects with the refusal of its kind, also for one whose time is over. */
export async function transferNamed<Kind extends TransferKind>(engine: MeteredEngine, kind: Kind, arn: string): Promise<TransferOf<Kind>> {
  const { noArn, missing } = refusals[kind]
  const named = parseTransferArn(kind, arn)
  if (named === undefined) throw noArn(arn)
  const found = await readTransfer(engine.store, { region: engine.catalog.region, kind, path: transferPath(named) })
  if (found === undefined || !isTold(found, engine.clock.now()) || transferArn(engine, found) !== arn) throw missing(arn)
  return found
}
