/**
 * What tables and indexes of every kind are described with: keys, projections and throughput.
 */

export const keyShapes = {
  AttributeDefinitions: { kind: 'list', of: 'AttributeDefinition' },
  AttributeDefinition: { kind: 'structure', members: { AttributeName: 'KeySchemaAttributeName!', AttributeType: 'ScalarAttributeType!' } },
  KeySchemaAttributeName: { kind: 'string', min: 1, max: 255 },
  ScalarAttributeType: { kind: 'string', values: ['B', 'N', 'S'] },
  KeySchema: { kind: 'list', of: 'KeySchemaElement', min: 1 },
  KeySchemaElement: { kind: 'structure', members: { AttributeName: 'KeySchemaAttributeName!', KeyType: 'KeyType!' } },
  KeyType: { kind: 'string', values: ['HASH', 'RANGE'] },
  TableKeySchema: { kind: 'list', of: 'KeySchemaElement', min: 1, max: 2 },
  Projection: { kind: 'structure', members: { ProjectionType: 'ProjectionType', NonKeyAttributes: 'NonKeyAttributeNameList' } },
  ProjectionType: { kind: 'string', values: ['ALL', 'INCLUDE', 'KEYS_ONLY'] },
  NonKeyAttributeNameList: { kind: 'list', of: 'NonKeyAttributeName', min: 1, max: 20 },
  NonKeyAttributeName: { kind: 'string', min: 1, max: 255 },
  // In the order in which they are told to be wrong (api-quirks DDB-TABLE-038).
  ProvisionedThroughput: {
    kind: 'structure',
    members: {
      WriteCapacityUnits: 'PositiveLongObject!',
      ReadCapacityUnits: 'PositiveLongObject!',
    },
  },
  OnDemandThroughput: { kind: 'structure', members: { MaxReadRequestUnits: 'Long', MaxWriteRequestUnits: 'Long' } },
  WarmThroughput: { kind: 'structure', members: { ReadUnitsPerSecond: 'Long', WriteUnitsPerSecond: 'Long' } },
  BillingMode: { kind: 'string', values: ['PROVISIONED', 'PAY_PER_REQUEST'] },
  TableClass: { kind: 'string', values: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'], open: true },
  ProvisionedThroughputDescription: {
    kind: 'structure',
    members: {
      LastIncreaseDateTime: 'Timestamp',
      LastDecreaseDateTime: 'Timestamp',
      NumberOfDecreasesToday: 'PositiveLongObject',
      ReadCapacityUnits: 'Long',
      WriteCapacityUnits: 'Long',
    },
  },
} as const
