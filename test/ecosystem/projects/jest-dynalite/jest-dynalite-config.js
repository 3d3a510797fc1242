module.exports = {
  tables: [
    {
      TableName: 'Music',
      AttributeDefinitions: [
        { AttributeName: 'artist', AttributeType: 'S' },
        { AttributeName: 'song', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'artist', KeyType: 'HASH' },
        { AttributeName: 'song', KeyType: 'RANGE' },
      ],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      data: [{ artist: 'Can', song: 'Vitamin C', plays: 3 }],
    },
  ],
  basePort: Number(process.env.BASE_PORT),
}
