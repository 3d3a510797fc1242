/**
 * The settings of a table beside keys, indexes and throughput: stream, encryption, table class (points 14 to 16 of the check
 * order in errors.md §5 "CreateTable"), and resource policy (after them and the tags [I]; operations.md §5.7).
 */
import { invalid } from '../../../api/errors.ts'
import type { TableClass } from '../../../engine/schema/table.ts'
import type { EncryptionRequest, StreamRequest } from './request.ts'

/** Point 14. */
export function checkStream({ StreamEnabled, StreamViewType }: StreamRequest): void {
  if (!StreamEnabled && StreamViewType !== undefined) {
    throw invalid(
      'One or more parameter values were invalid: Table is being created with a stream disabled, UpdateViewType should not be specified',
    )
  }
  if (StreamEnabled && StreamViewType === undefined) {
    throw invalid('One or more parameter values were invalid: Table is being created with a stream enabled, UpdateViewType is required')
  }
}

/** Point 15. What is switched off is said before what is missing, or the third message could never be given [I]. */
export function checkEncryption({ Enabled, SSEType, KMSMasterKeyId }: EncryptionRequest): void {
  if (Enabled === false && SSEType !== undefined) {
    throw invalid('One or more parameter values were invalid: SSEType can not be specified if Enabled is false')
  }
  if (Enabled === false && KMSMasterKeyId !== undefined) {
    throw invalid('One or more parameter values were invalid: KMSMasterKeyId can not be specified if Enabled is false')
  }
  if (KMSMasterKeyId !== undefined && SSEType === undefined) {
    throw invalid('One or more parameter values were invalid: SSEType KMS is required if KMSMasterKeyId is specified')
  }
  if (SSEType === 'AES256') throw invalid('One or more parameter values were invalid: SSEType AES256 is not supported')
}

/** Point 16. The framework does not check this one. */
export function checkTableClass(tableClass: string): TableClass {
  if (tableClass === 'STANDARD' || tableClass === 'STANDARD_INFREQUENT_ACCESS') return tableClass
  throw invalid(
    'Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].',
  )
}
