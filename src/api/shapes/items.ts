/**
 * GetItem, PutItem, UpdateItem and DeleteItem, with the legacy conditions they share with the reads.
 */

export const itemShapes = {
  GetItemInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TableName: 'TableArn!',
      AttributesToGet: 'AttributeNameList',
      ConsistentRead: 'Boolean',
      ProjectionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      Key: 'Key!',
    },
  },
  GetItemOutput: { kind: 'structure', members: { Item: 'AttributeMap', ConsumedCapacity: 'ConsumedCapacity' } },

  PutItemInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TableName: 'TableArn!',
      ReturnValues: 'ReturnValue',
      ReturnItemCollectionMetrics: 'ReturnItemCollectionMetrics',
      ConditionalOperator: 'ConditionalOperator',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
      Expected: 'ExpectedAttributeMap',
      ConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      Item: 'PutItemInputAttributeMap!',
    },
  },
  PutItemInputAttributeMap: { kind: 'map', from: 'AttributeName', to: 'AttributeValue' },
  ExpectedAttributeMap: { kind: 'map', from: 'AttributeName', to: 'ExpectedAttributeValue' },
  ExpectedAttributeValue: {
    kind: 'structure',
    members: {
      Value: 'AttributeValue',
      Exists: 'Boolean',
      ComparisonOperator: 'ComparisonOperator',
      AttributeValueList: 'AttributeValueList',
    },
  },
  ComparisonOperator: {
    kind: 'string',
    values: ['IN', 'NULL', 'BETWEEN', 'LT', 'NOT_CONTAINS', 'EQ', 'GT', 'NOT_NULL', 'NE', 'LE', 'BEGINS_WITH', 'GE', 'CONTAINS'],
  },
  ReturnValue: { kind: 'string', values: ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'] },
  ConditionalOperator: { kind: 'string', values: ['OR', 'AND'] },
  PutItemOutput: {
    kind: 'structure',
    members: {
      Attributes: 'AttributeMap',
      ConsumedCapacity: 'ConsumedCapacity',
      ItemCollectionMetrics: 'ItemCollectionMetrics',
    },
  },

  UpdateItemInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TableName: 'TableArn!',
      ReturnValues: 'ReturnValue',
      ReturnItemCollectionMetrics: 'ReturnItemCollectionMetrics',
      ConditionalOperator: 'ConditionalOperator',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
      AttributeUpdates: 'AttributeUpdates',
      Expected: 'ExpectedAttributeMap',
      UpdateExpression: 'String',
      ConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      Key: 'Key!',
    },
  },
  AttributeUpdates: { kind: 'map', from: 'AttributeName', to: 'AttributeValueUpdate' },
  AttributeValueUpdate: { kind: 'structure', members: { Value: 'AttributeValue', Action: 'AttributeAction' } },
  AttributeAction: { kind: 'string', values: ['ADD', 'PUT', 'DELETE'] },
  UpdateItemOutput: {
    kind: 'structure',
    members: {
      Attributes: 'AttributeMap',
      ConsumedCapacity: 'ConsumedCapacity',
      ItemCollectionMetrics: 'ItemCollectionMetrics',
    },
  },

  DeleteItemInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TableName: 'TableArn!',
      ReturnValues: 'ReturnValue',
      ReturnItemCollectionMetrics: 'ReturnItemCollectionMetrics',
      ConditionalOperator: 'ConditionalOperator',
      ReturnValuesOnConditionCheckFailure: 'ReturnValuesOnConditionCheckFailure',
      Expected: 'ExpectedAttributeMap',
      ConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      Key: 'Key!',
    },
  },
  DeleteItemOutput: {
    kind: 'structure',
    members: {
      Attributes: 'AttributeMap',
      ConsumedCapacity: 'ConsumedCapacity',
      ItemCollectionMetrics: 'ItemCollectionMetrics',
    },
  },
} as const
