/**
 * What a request is told it consumed, and the size of the item collections it changed.
 */

export const capacityShapes = {
  ReturnConsumedCapacity: { kind: 'string', values: ['INDEXES', 'TOTAL', 'NONE'] },
  ConsumedCapacityMultiple: { kind: 'list', of: 'ConsumedCapacity' },
  ConsumedCapacity: {
    kind: 'structure',
    members: {
      TableName: 'String',
      CapacityUnits: 'Double',
      ReadCapacityUnits: 'Double',
      WriteCapacityUnits: 'Double',
      Table: 'Capacity',
      LocalSecondaryIndexes: 'SecondaryIndexesCapacityMap',
      GlobalSecondaryIndexes: 'SecondaryIndexesCapacityMap',
      VectorIndexes: 'VectorIndexesCapacityMap',
    },
  },
  Capacity: { kind: 'structure', members: { ReadCapacityUnits: 'Double', WriteCapacityUnits: 'Double', CapacityUnits: 'Double' } },
  SecondaryIndexesCapacityMap: { kind: 'map', from: 'IndexName', to: 'Capacity' },
  VectorIndexesCapacityMap: { kind: 'map', from: 'IndexName', to: 'VectorCapacity' },
  VectorCapacity: { kind: 'structure', members: { VectorSearchRequestBytes: 'Double', VectorWriteRequestBytes: 'Double' } },
  ReturnItemCollectionMetrics: { kind: 'string', values: ['SIZE', 'NONE'] },
  ItemCollectionMetricsPerTable: { kind: 'map', from: 'String', to: 'ItemCollectionMetricsMultiple' },
  ItemCollectionMetricsMultiple: { kind: 'list', of: 'ItemCollectionMetrics' },
  ItemCollectionMetrics: {
    kind: 'structure',
    members: {
      ItemCollectionKey: 'ItemCollectionKeyAttributeMap',
      SizeEstimateRangeGB: 'ItemCollectionSizeEstimateRange',
    },
  },
  ItemCollectionKeyAttributeMap: { kind: 'map', from: 'AttributeName', to: 'AttributeValue' },
  ItemCollectionSizeEstimateRange: { kind: 'list', of: 'Double' },

  ThrottlingReasonList: { kind: 'list', of: 'ThrottlingReason' },
  ThrottlingReason: { kind: 'structure', members: { reason: 'String', resource: 'String' } },
} as const
