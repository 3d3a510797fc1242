/** What to do about an error, in a sentence; it never goes on the wire. */
import type { RequestReport } from '../../../src/server/requests/answered-request.ts'

const hints: { readonly [exception: string]: string } = {
  ConditionalCheckFailedException:
    'The condition did not hold. If that is expected, catch it; with ReturnValuesOnConditionCheckFailure the item comes along.',
  ProvisionedThroughputExceededException: 'A partition or the table had no capacity left. See Throttles for the reason and the key.',
  ThrottlingException: 'Too much at once. See Throttles for the reason and the key.',
  RequestLimitExceeded: 'Too much at once for the account. See Throttles.',
  TransactionCanceledException: 'The reasons stand in the order of the items: a condition, a conflict, or no capacity.',
  TransactionConflictException: 'Another transaction had the item. Try again, or touch it from one place.',
  ResourceNotFoundException: 'No table, index or stream of that name here: check name and region, or make it.',
  ResourceInUseException: 'It is being made, changed or deleted: wait until it is ACTIVE.',
  ValidationException: 'The request itself is wrong: its message says where. --trace full keeps messages about items.',
  UnrecognizedClientException: 'The server does not know the access key (docs/security.md).',
  InvalidSignatureException: 'The secret key does not fit, or the clock of the client is wrong.',
  AccessDeniedException: 'No policy allows it: stator explain-access says why (docs/security.md).',
  ExpiredIteratorException: 'An iterator of a shard lives for 15 minutes: ask for a new one behind the last record.',
  TrimmedDataAccessException: 'Records are kept for 24 hours: begin at TRIM_HORIZON.',
}

export function hintFor({ error, faults }: RequestReport): string | undefined {
  if (faults !== undefined && faults.length > 0) return `A fault struck it on purpose: ${faults.join(', ')}.`
  return error === undefined ? undefined : hints[error.exception]
}
