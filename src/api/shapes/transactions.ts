/**
 * TransactGetItems and TransactWriteItems.
 */

export const transactionShapes = {
  TransactGetItemsInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TransactItems: 'TransactGetItemList!',
    },
  },
  TransactGetItemList: { kind: 'list', of: 'TransactGetItem', min: 1, max: 100 },
  TransactGetItem: { kind: 'structure', members: { Get: 'Get!' } },
  Get: {
    kind: 'structure',
    members: {
      Key: 'Key!',
      TableName: 'TableArn!',
      ProjectionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
    },
  },
  TransactGetItemsOutput: { kind: 'structure', members: { ConsumedCapacity: 'ConsumedCapacityMultiple', Responses: 'ItemResponseList' } },
  ItemResponseList: { kind: 'list', of: 'ItemResponse', min: 1, max: 100 },
  ItemResponse: { kind: 'structure', members: { Item: 'AttributeMap' } },

  TransactWriteItemsInput: {
    kind: 'structure',
    members: {
      ClientRequestToken: 'ClientRequestToken',
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      ReturnItemCollectionMetrics: 'ReturnItemCollectionMetrics',
      TransactItems: 'TransactWriteItemList!',
    },
  },
  TransactWriteItemList: { kind: 'list', of: 'TransactWriteItem', min: 1, max: 100 },
  TransactWriteItem: { kind: 'structure', members: { ConditionCheck: 'ConditionCheck', Put: 'Put', Delete: 'Delete', Update: 'Update' } },
  ConditionCheck: {
    kind: 'structure',
    members: {
      Key: 'Key!',
      TableName: 'TableArn!',
      ConditionExpression: 'String!',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  Put: {
    kind: 'structure',
    members: {
      Item: 'PutItemInputAttributeMap!',
      TableName: 'TableArn!',
      ConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  Delete: {
    kind: 'structure',
    members: {
      Key: 'Key!',
      TableName: 'TableArn!',
      ConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  Update: {
    kind: 'structure',
    members: {
      Key: 'Key!',
      UpdateExpression: 'String!',
      TableName: 'TableArn!',
      ConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
    },
  },
  ClientRequestToken: { kind: 'string', min: 1, max: 36 },
  TransactWriteItemsOutput: {
    kind: 'structure',
    members: {
      ConsumedCapacity: 'ConsumedCapacityMultiple',
      ItemCollectionMetrics: 'ItemCollectionMetricsPerTable',
    },
  },

  CancellationReasonList: { kind: 'list', of: 'CancellationReason' },
  CancellationReason: { kind: 'structure', members: { Item: 'AttributeMap', Code: 'String', Message: 'String' } },
} as const
