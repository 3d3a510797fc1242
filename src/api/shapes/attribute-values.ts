/**
 * Attribute values and what is made of them, as they are on the wire, unchecked: the values floor has the checked types.
 */

export const attributeValueShapes = {
  AttributeValue: {
    kind: 'structure',
    members: {
      S: 'String',
      N: 'String',
      B: 'Blob',
      SS: 'StringSetAttributeValue',
      NS: 'NumberSetAttributeValue',
      BS: 'BinarySetAttributeValue',
      M: 'MapAttributeValue',
      L: 'ListAttributeValue',
      NULL: 'Boolean',
      BOOL: 'Boolean',
    },
  },
  StringSetAttributeValue: { kind: 'list', of: 'String' },
  NumberSetAttributeValue: { kind: 'list', of: 'String' },
  BinarySetAttributeValue: { kind: 'list', of: 'Blob' },
  MapAttributeValue: { kind: 'map', from: 'AttributeName', to: 'AttributeValue' },
  AttributeName: { kind: 'string' },
  ListAttributeValue: { kind: 'list', of: 'AttributeValue' },
  AttributeMap: { kind: 'map', from: 'AttributeName', to: 'AttributeValue' },
  Key: { kind: 'map', from: 'AttributeName', to: 'AttributeValue' },
  KeyList: { kind: 'list', of: 'Key', min: 1, max: 100 },
  ItemList: { kind: 'list', of: 'AttributeMap' },
  AttributeNameList: { kind: 'list', of: 'AttributeName', min: 1 },
  AttributeValueList: { kind: 'list', of: 'AttributeValue' },
  ExpressionAttributeNameMap: { kind: 'map', from: 'String', to: 'AttributeName' },
  ExpressionAttributeValueMap: { kind: 'map', from: 'String', to: 'AttributeValue' },
  ReturnValuesOnConditionCheckFailure: { kind: 'string', values: ['ALL_OLD', 'NONE'] },
} as const
