/** Where the SDK's types and `src/api` differ, and are to differ, because the service itself is not what its model says. */

export interface KnownDifference {
  /** What `differencesOf` says of it. */
  readonly text: RegExp
  readonly why: string
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    text: /^extra {6}\w+ throws (AccessDenied|Serialization|Throttling|Validation)Exception:/,
    why: 'every operation can answer with them: the model leaves them out, or has them at the operations that touch items',
  },
  {
    text: /^extra {6}\w+ throws InternalServerError:/,
    why: 'any server can fail, whatever the operation',
  },
  {
    text: /^extra {6}BatchExecuteStatement throws ProvisionedThroughputExceededException:/,
    why: 'a batch none of whose statements has capacity is refused as any other batch (capacity.md §8)',
  },
  {
    text: /^extra {6}exception (AccessDenied|ExpiredToken|IncompleteSignature|InvalidSignature|MissingAuthenticationToken|Serialization|UnknownOperation|UnrecognizedClient|Validation)Exception:/,
    why: 'exceptions of all AWS services, of which the model of one service does not speak',
  },
  {
    text: /^extra {6}exception InternalFailure:/,
    why: 'a fault of the service itself, seen where a change of a table says nothing (api-quirks DDB-TABLE-448)',
  },
  { text: /^extra {6}exception ServiceUnavailable:/, why: 'what a service that cannot answer says (errors.md §1)' },
  {
    text: /^missing {4}(\w+ throws|exception) InvalidEndpointException:/,
    why: 'for the discovery of endpoints by SDKs alone: the service never answers with it (models/README.md)',
  },
  {
    text: /^different {2}\w+ (input|output)\.Tags\[\]\.(Key|Value): string, required, but here string$/,
    why: 'a tag without a key or value is refused in words of its own, not as a constraint',
  },
]
