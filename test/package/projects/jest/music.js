const { DynamoDBClient } = require('@aws-sdk/client-dynamodb')
const { DynamoDBDocumentClient, PutCommand, QueryCommand } = require('@aws-sdk/lib-dynamodb')

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))

exports.songsOf = async (artist) => {
  const asked = { KeyConditionExpression: 'artist = :artist', ExpressionAttributeValues: { ':artist': artist } }
  const { Items } = await client.send(new QueryCommand({ TableName: 'Music', ...asked }))
  return Items.map(({ song }) => song)
}

exports.addSong = (artist, song) =>
  client.send(new PutCommand({ TableName: 'Music', Item: { artist, song }, ConditionExpression: 'attribute_not_exists(song)' }))
