/**
 * Strings and numbers that many shapes share: the plain ones, names, ARNs and limits.
 *
 * `TableArn` is what the model calls it: the name of a table or its ARN. The data plane takes names from one character on;
 * the control plane and the keys of a batch from three (`StrictTableArn`). Neither number is the model's (models/README.md).
 */

export const scalarShapes = {
  String: { kind: 'string' },
  Boolean: { kind: 'boolean' },
  Integer: { kind: 'integer' },
  Long: { kind: 'long' },
  Double: { kind: 'double' },
  Timestamp: { kind: 'timestamp' },
  Blob: { kind: 'blob' },
  TableName: { kind: 'string', min: 3, max: 255, pattern: '[a-zA-Z0-9_.-]+' },
  TableArn: { kind: 'string', min: 1, max: 255, pattern: '[a-zA-Z0-9_.-]+', orArn: true },
  StrictTableArn: { kind: 'string', min: 3, max: 255, pattern: '[a-zA-Z0-9_.-]+', orArn: true },
  IndexName: { kind: 'string', min: 3, max: 255, pattern: '[a-zA-Z0-9_.-]+' },
  PositiveIntegerObject: { kind: 'integer', min: 1 },
  PositiveLongObject: { kind: 'long', min: 1 },
  StreamArn: { kind: 'string', min: 37, max: 1024 },
  ResourceArnString: { kind: 'string', min: 1, max: 1283 },
} as const
