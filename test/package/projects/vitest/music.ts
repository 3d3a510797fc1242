// As applications do it: their own client, with what the environment says.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))

export async function songsOf(artist: string): Promise<readonly string[]> {
  const asked = { KeyConditionExpression: 'artist = :artist', ExpressionAttributeValues: { ':artist': artist } }
  const { Items = [] } = await client.send(new QueryCommand({ TableName: 'Music', ...asked }))
  return Items.map(({ song }) => song as string)
}

export async function addSong(artist: string, song: string): Promise<void> {
  await client.send(
    new PutCommand({ TableName: 'Music', Item: { artist, song, plays: 0 }, ConditionExpression: 'attribute_not_exists(song)' }),
  )
}

export async function play(artist: string, song: string): Promise<number> {
  const asked = { UpdateExpression: 'ADD plays :one', ExpressionAttributeValues: { ':one': 1 }, ReturnValues: 'UPDATED_NEW' as const }
  const { Attributes } = await client.send(new UpdateCommand({ TableName: 'Music', Key: { artist, song }, ...asked }))
  return Attributes?.plays as number
}
