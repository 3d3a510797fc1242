/**
 * SearchVectors and vector indexes (August 2026). They come from the public reference; members, values and what is required are those of
 * the AWS SDK as well.
 */

export const vectorShapes = {
  SearchVectorsInput: {
    kind: 'structure',
    members: {
      TableName: 'TableArn!',
      IndexName: 'IndexName!',
      SearchVector: 'SearchVector!',
      TopK: 'TopK!',
      SearchConditionExpression: 'String',
      ProjectionExpression: 'String',
      ExpressionAttributeNames: 'ExpressionAttributeNameMap',
      ExpressionAttributeValues: 'ExpressionAttributeValueMap',
      ReturnConsumedCapacity: 'ReturnConsumedCapacity',
    },
  },
  SearchVector: { kind: 'list', of: 'AttributeValue' },
  TopK: { kind: 'integer', min: 1 },
  SearchVectorsOutput: { kind: 'structure', members: { ConsumedCapacity: 'VectorCapacity', SearchResults: 'SearchResultItemList' } },
  SearchResultItemList: { kind: 'list', of: 'SearchResultItem' },
  SearchResultItem: { kind: 'structure', members: { Item: 'AttributeMap', Score: 'Double' } },
  VectorIndexList: { kind: 'list', of: 'VectorIndex' },
  VectorIndex: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      SearchSchema: 'SearchSchema',
      Projection: 'Projection!',
      VectorAttribute: 'VectorAttributeDefinition!',
      Dimensions: 'VectorDimensions!',
      DistanceFunction: 'VectorDistanceFunction!',
    },
  },
  SearchSchema: { kind: 'list', of: 'SearchSchemaElement', min: 1 },
  SearchSchemaElement: {
    kind: 'structure',
    members: {
      AttributeName: 'KeySchemaAttributeName!',
      SearchSchemaElementType: 'SearchSchemaElementType!',
    },
  },
  SearchSchemaElementType: { kind: 'string', values: ['HASH', 'INLINE_FILTER'] },
  VectorAttributeDefinition: { kind: 'structure', members: { AttributeName: 'AttributeName!' } },
  VectorDimensions: { kind: 'long', min: 1 },
  VectorDistanceFunction: { kind: 'string', values: ['COSINE', 'EUCLIDEAN', 'DOT_PRODUCT'] },
  VectorIndexUpdateList: { kind: 'list', of: 'VectorIndexUpdate' },
  VectorIndexUpdate: { kind: 'structure', members: { Create: 'CreateVectorIndexAction', Delete: 'DeleteVectorIndexAction' } },
  CreateVectorIndexAction: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName!',
      SearchSchema: 'SearchSchema',
      Projection: 'Projection!',
      VectorAttribute: 'VectorAttributeDefinition!',
      Dimensions: 'VectorDimensions!',
      DistanceFunction: 'VectorDistanceFunction!',
    },
  },
  DeleteVectorIndexAction: { kind: 'structure', members: { IndexName: 'IndexName!' } },
  VectorIndexDescriptionList: { kind: 'list', of: 'VectorIndexDescription' },
  VectorIndexDescription: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      SearchSchema: 'SearchSchema',
      Projection: 'Projection',
      VectorAttribute: 'VectorAttributeDefinition',
      Dimensions: 'VectorDimensions',
      DistanceFunction: 'VectorDistanceFunction',
      IndexStatus: 'IndexStatus',
      Backfilling: 'Boolean',
      IndexSizeBytes: 'Long',
      ItemCount: 'Long',
      IndexArn: 'String',
    },
  },
  IndexStatus: { kind: 'string', values: ['CREATING', 'UPDATING', 'DELETING', 'ACTIVE'] },
  VectorIndexInfoList: { kind: 'list', of: 'VectorIndexInfo' },
  VectorIndexInfo: {
    kind: 'structure',
    members: {
      IndexName: 'IndexName',
      SearchSchema: 'SearchSchema',
      Projection: 'Projection',
      VectorAttribute: 'VectorAttributeDefinition',
      Dimensions: 'VectorDimensions',
      DistanceFunction: 'VectorDistanceFunction',
    },
  },
} as const
