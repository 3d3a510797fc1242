/**
 * What an error that a program was answered with means for whoever wrote it, in one sentence: for logs and the console, never in an
 * answer. A hint repeats nothing of what was sent, so it may stand where a message may not.
 */
import type { ServiceError } from '../../api/errors.ts'

interface Hint {
  /** What the message says, where the exception alone means many things. */
  readonly said?: RegExp
  readonly hint: string
}

const hints: { readonly [exception: string]: readonly Hint[] } = {
  ResourceNotFoundException: [
    { said: /index/i, hint: 'The table has no index of this name: DescribeTable lists them.' },
    { hint: 'No table of this name is in this region and account: see ListTables, and the region that the client signs for.' },
  ],
  ResourceInUseException: [
    {
      said: /already exists/i,
      hint: 'A table of this name is there: tests that make tables delete them first, or give each its own server.',
    },
    { hint: 'The table is being made, changed or deleted: wait until DescribeTable says ACTIVE (waitUntilTableExists).' },
  ],
  ConditionalCheckFailedException: [
    { hint: 'The item is not as the condition asks: ReturnValuesOnConditionCheckFailure ALL_OLD answers with what it is.' },
  ],
  TransactionCanceledException: [{ hint: 'Nothing was done. CancellationReasons has one entry for each item, in their order.' }],
  TransactionConflictException: [{ hint: 'A transaction holds the item at this moment: try again a little later.' }],
  TransactionInProgressException: [{ hint: 'The same ClientRequestToken is still at work: ask again with it, not with a new one.' }],
  IdempotentParameterMismatchException: [
    { hint: 'The ClientRequestToken was used for something else within ten minutes: make a new one.' },
  ],
  ItemCollectionSizeLimitExceededException: [
    { hint: 'Items of one partition key with their local indexes are 10 GB at most: add to the key, or use a global index.' },
  ],
  ExpiredIteratorException: [{ hint: 'Shard iterators live for 15 minutes: get a new one AFTER_SEQUENCE_NUMBER of the last record.' }],
  TrimmedDataAccessException: [
    { hint: 'Records of a stream live for 24 hours: begin at TRIM_HORIZON, and read what was missed from the table.' },
  ],
  AccessDeniedException: [{ hint: 'No policy allows it, or one denies it: stator explain-access says which.' }],
  UnrecognizedClientException: [{ hint: 'The server does not know the access key: see --users (docs/security.md).' }],
  InvalidSignatureException: [{ hint: 'The secret key is not the one of this access key, or the clock of the client is wrong.' }],
  IncompleteSignatureException: [{ hint: 'The signature lacks a part: something between client and server may have changed headers.' }],
  MissingAuthenticationTokenException: [{ hint: 'The request is not signed: give the client credentials, any will do without --auth.' }],
  SerializationException: [{ hint: 'The body is not what the operation takes: a value of another JSON type, or no JSON.' }],
  UnknownOperationException: [{ hint: 'There is no such operation here: see docs/compatibility.md.' }],
  ValidationException: [
    { said: /reserved keyword/i, hint: 'The name is a reserved word: write #name, and say what it is in ExpressionAttributeNames.' },
    {
      said: /key element does not match|Missing the key|Type mismatch for key/i,
      hint: 'Key has exactly the key attributes of the table, each of its type.',
    },
    {
      said: /Query condition missed key schema|Query key condition not supported/i,
      hint: 'A Query needs "=" on the partition key, and one condition on the sort key at most.',
    },
    { said: /filter ?expression can only contain non-primary/i, hint: 'Conditions on keys go into KeyConditionExpression.' },
    { said: /unused in expressions|not used in/i, hint: 'What no expression names must not be in ExpressionAttributeNames or -Values.' },
    { said: /used in .* is not defined/i, hint: 'An expression uses :value or #name that is not given.' },
    {
      said: /consistent reads? (is|are) not supported on global/i,
      hint: 'Global indexes follow later: read the table by its key, or without ConsistentRead.',
    },
    {
      said: /Type mismatch for Index Key|IndexName:/i,
      hint: 'An attribute that is key of an index has the type of the index, or is left out.',
    },
    { said: /item size/i, hint: 'An item is 400 KB at most: divide it, or keep large values elsewhere.' },
    { said: /overlap|conflict with each other/i, hint: 'Two clauses change the same path: write one.' },
    { said: /document path.*invalid/i, hint: 'A path leads into a map or list that is not there: make it first, or use if_not_exists.' },
  ],
}

const throttleHints: readonly (readonly [cause: RegExp, hint: string])[] = [
  [/KeyRange/, 'One partition key is asked for more than a partition has: spread the key; more capacity does not help.'],
  [/MaxOnDemand/, 'The maximum that was set for the table on demand is used up: raise it.'],
  [/Provisioned/, 'The provisioned capacity is used up: raise it, use auto scaling or on demand, and back off when trying again.'],
  [/AccountLimit|ControlPlane/, 'The account asks for too much at once: spread it over time.'],
]

/** Undefined when there is nothing to say. */
export function hintFor({ exception, message, members }: Pick<ServiceError, 'exception' | 'message' | 'members'>): string | undefined {
  const reasons = members.ThrottlingReasons ?? members.throttlingReasons
  const throttled = reasons === undefined ? undefined : throttleHints.find(([cause]) => cause.test(JSON.stringify(reasons)))?.[1]
  return throttled ?? hints[exception]?.find(({ said }) => said === undefined || said.test(message))?.hint
}
