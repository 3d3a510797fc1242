/**
 * BatchGetItem and BatchWriteItem. The limits of the maps count tables; how many items a batch may hold is checked elsewhere.
 */

export const batchShapes = {
  BatchGetItemInput: {
    kind: 'structure',
    members: {
      RequestItems: 'BatchGetRequestMap!',
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
    },
  },
  BatchGetRequestMap: { kind: 'map', from: 'StrictTableArn', to: 'KeysAndAttributes', min: 1, max: 100 },
  KeysAndAttributes: {
    kind: 'structure',
    members: {
      Keys: 'KeyList!',
      AttributesToGet: 'AttributeNameList',
      ConsistentRead: 'Boolean',
      ProjectionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
    },
  },
  BatchGetItemOutput: {
    kind: 'structure',
    members: {
      Responses: 'BatchGetResponseMap',
      UnprocessedKeys: 'BatchGetRequestMap',
      ConsumedCapacity: 'ConsumedCapacityMultiple',
    },
  },
  BatchGetResponseMap: { kind: 'map', from: 'String', to: 'ItemList' },

  BatchWriteItemInput: {
    kind: 'structure',
    members: {
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
      ReturnItemCollectionMetrics: 'ReturnItemCollectionMetrics',
      RequestItems: 'BatchWriteItemRequestMap!',
    },
  },
  BatchWriteItemRequestMap: { kind: 'map', from: 'StrictTableArn', to: 'WriteRequests', min: 1, max: 25 },
  WriteRequests: { kind: 'list', of: 'WriteRequest', min: 1, max: 25 },
  WriteRequest: { kind: 'structure', members: { PutRequest: 'PutRequest', DeleteRequest: 'DeleteRequest' } },
  PutRequest: { kind: 'structure', members: { Item: 'PutItemInputAttributeMap!' } },
  DeleteRequest: { kind: 'structure', members: { Key: 'Key!' } },
  BatchWriteItemOutput: {
    kind: 'structure',
    members: {
      UnprocessedItems: 'BatchWriteItemRequestMap',
      ItemCollectionMetrics: 'ItemCollectionMetricsPerTable',
      ConsumedCapacity: 'ConsumedCapacityMultiple',
    },
  },
} as const
