/**
 * Query and Scan.
 */

export const readShapes = {
  QueryInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TableName: 'TableArn!',
      Select: 'Select',
      IndexName: 'IndexName',
      AttributesToGet: 'AttributeNameList',
      Limit: 'PositiveIntegerObject',
      ConsistentRead: 'Boolean',
      KeyConditions: 'KeyConditions',
      QueryFilter: 'FilterConditionMap',
      ConditionalOperator: 'ConditionalOperator',
      ScanIndexForward: 'Boolean',
      ExclusiveStartKey: 'Key',
      ProjectionExpression: 'String',
      FilterExpression: 'String',
      KeyConditionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
    },
  },
  Select: { kind: 'string', values: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] },
  KeyConditions: { kind: 'map', from: 'AttributeName', to: 'Condition' },
  Condition: { kind: 'structure', members: { AttributeValueList: 'AttributeValueList', ComparisonOperator: 'ComparisonOperator!' } },
  FilterConditionMap: { kind: 'map', from: 'AttributeName', to: 'Condition' },
  QueryOutput: {
    kind: 'structure',
    members: {
      Items: 'ItemList',
      Count: 'Integer',
      ScannedCount: 'Integer',
      LastEvaluatedKey: 'Key',
      ConsumedCapacity: 'ConsumedCapacity',
    },
  },

  ScanInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      TableName: 'TableArn!',
      Select: 'Select',
      IndexName: 'IndexName',
      AttributesToGet: 'AttributeNameList',
      Limit: 'PositiveIntegerObject',
      ScanFilter: 'FilterConditionMap',
      ConditionalOperator: 'ConditionalOperator',
      ExclusiveStartKey: 'Key',
      TotalSegments: 'ScanTotalSegments',
      Segment: 'ScanSegment',
      ProjectionExpression: 'String',
      FilterExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      ConsistentRead: 'Boolean',
    },
  },
  ScanTotalSegments: { kind: 'integer', min: 1, max: 1000000 },
  ScanSegment: { kind: 'integer', min: 0, max: 999999 },
  ScanOutput: {
    kind: 'structure',
    members: {
      Items: 'ItemList',
      Count: 'Integer',
      ScannedCount: 'Integer',
      LastEvaluatedKey: 'Key',
      ConsumedCapacity: 'ConsumedCapacity',
    },
  },
} as const
