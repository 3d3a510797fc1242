import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))

export async function songsOf(artist) {
  const asked = { KeyConditionExpression: 'artist = :artist', ExpressionAttributeValues: { ':artist': artist } }
  const { Items } = await client.send(new QueryCommand({ TableName: 'Music', ...asked }))
  return Items.map(({ song }) => song)
}

export async function addSong(artist, song) {
  await client.send(new PutCommand({ TableName: 'Music', Item: { artist, song } }))
}
