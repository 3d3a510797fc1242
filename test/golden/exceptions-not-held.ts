/**
 * The exceptions of the catalogue that no conversation of a golden file ends with, by name and with the reason. A test holds both
 * lists to the code: what can be raised has to be shown in a conversation or in the file named here, and nothing else may be listed.
 */
import type { ExceptionName } from '../../src/api/errors.ts'

const throttlingTest = 'test/golden/throttling.test.ts'

/** Raised, but nothing that a conversation could ask for: the test file that shows it. */
export const shownElsewhere: { readonly [Name in ExceptionName]?: string } = {
  ExpiredTokenException: 'test/server/keys.test.ts',
  IncompleteSignatureException: 'test/server/auth.test.ts',
  InvalidSignatureException: 'test/server/auth.test.ts',
  ItemCollectionSizeLimitExceededException: 'test/golden/item-collections.test.ts',
  MissingAuthenticationTokenException: 'test/server/auth.test.ts',
  ProvisionedThroughputExceededException: throttlingTest,
  ReplicatedWriteConflictException: 'test/server/strong-replicas.test.ts',
  RequestLimitExceeded: throttlingTest,
  ServiceUnavailable: 'test/server/audit.test.ts',
  TransactionConflictException: 'test/golden/transaction-faults.test.ts',
  TransactionInProgressException: 'test/golden/transaction-faults.test.ts',
  UnrecognizedClientException: 'test/server/keys.test.ts',
}

const legacyGlobalTables = 'global tables of version 2017.11.29 can be neither made nor changed'

/** Not raised by anything yet, and what would raise it. */
export const notRaisedYet: { readonly [Name in ExceptionName]?: string } = {
  GlobalTableAlreadyExistsException: legacyGlobalTables,
  IndexNotFoundException: legacyGlobalTables,
  ReplicaAlreadyExistsException: legacyGlobalTables,
  ReplicaNotFoundException: legacyGlobalTables,
}
