/**
 * ExecuteStatement, BatchExecuteStatement and ExecuteTransaction.
 */

export const partiqlShapes = {
  ExecuteStatementInput: {
    kind: 'structure',
    members: {
      Statement: 'PartiQLStatement!',
      Parameters: 'PreparedStatementParameters',
      ConsistentRead: 'Boolean',
      NextToken: 'PartiQLNextToken',
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      Limit: 'PositiveIntegerObject',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  PartiQLStatement: { kind: 'string', min: 1, max: 8192 },
  PreparedStatementParameters: { kind: 'list', of: 'AttributeValue', min: 1 },
  PartiQLNextToken: { kind: 'string', min: 1, max: 32768 },
  ExecuteStatementOutput: {
    kind: 'structure',
    members: {
      Items: 'ItemList',
      NextToken: 'PartiQLNextToken',
      ConsumedCapacity: 'ConsumedCapacity',
      LastEvaluatedKey: 'Key',
    },
  },

  BatchExecuteStatementInput: {
    kind: 'structure',
    members: {
      Statements: 'PartiQLBatchRequest!',
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
    },
  },
  PartiQLBatchRequest: { kind: 'list', of: 'BatchStatementRequest', min: 1, max: 25 },
  BatchStatementRequest: {
    kind: 'structure',
    members: {
      Statement: 'PartiQLStatement!',
      Parameters: 'PreparedStatementParameters',
      ConsistentRead: 'Boolean',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  BatchExecuteStatementOutput: {
    kind: 'structure',
    members: {
      Responses: 'PartiQLBatchResponse',
      ConsumedCapacity: 'ConsumedCapacityMultiple',
    },
  },
  PartiQLBatchResponse: { kind: 'list', of: 'BatchStatementResponse' },
  BatchStatementResponse: { kind: 'structure', members: { Error: 'BatchStatementError', TableName: 'TableName', Item: 'AttributeMap' } },
  BatchStatementError: { kind: 'structure', members: { Code: 'BatchStatementErrorCodeEnum', Message: 'String', Item: 'AttributeMap' } },
  BatchStatementErrorCodeEnum: {
    kind: 'string',
    values: [
      'ConditionalCheckFailed',
      'ItemCollectionSizeLimitExceeded',
      'RequestLimitExceeded',
      'ValidationError',
      'ProvisionedThroughputExceeded',
      'TransactionConflict',
      'ThrottlingError',
      'InternalServerError',
      'ResourceNotFound',
      'AccessDenied',
      'DuplicateItem',
    ],
  },

  ExecuteTransactionInput: {
    kind: 'structure',
    members: {
      TransactStatements: 'ParameterizedStatements!',
      ClientRequestToken: 'ClientRequestToken',
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
    },
  },
  ParameterizedStatements: { kind: 'list', of: 'ParameterizedStatement', min: 1, max: 100 },
  ParameterizedStatement: {
    kind: 'structure',
    members: {
      Statement: 'PartiQLStatement!',
      Parameters: 'PreparedStatementParameters',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  ExecuteTransactionOutput: { kind: 'structure', members: { Responses: 'ItemResponseList', ConsumedCapacity: 'ConsumedCapacityMultiple' } },
} as const
