/** A leaderboard: a player's best result counts. The index that orders players is spread over several keys, which are asked together. */
import { createHash } from 'node:crypto'
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Scores'
const IndexName = 'ByScore'
const boards = Array.from({ length: 8 }, (_, number) => number)

export interface Result {
  readonly player: string
  readonly score: number
}

/** A player is always on the same board, so that a better result takes the place of the old one. */
function boardOf(game: string, player: string): string {
  const number = createHash('sha256').update(player).digest().readUInt32BE(0) % boards.length
  return `${game}#${number}`
}

/** Whether it is the player's best until now. Two results at the same time do not undo each other: the condition is checked where the item is. */
export async function submit(game: string, { player, score }: Result): Promise<boolean> {
  const update = new UpdateCommand({
    TableName,
    Key: { player, game },
    UpdateExpression: 'SET score = :score, board = :board',
    ConditionExpression: 'attribute_not_exists(score) OR score < :score',
    ExpressionAttributeValues: { ':score': score, ':board': boardOf(game, player) },
  })
  try {
    await client.send(update)
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** The best players of a game, the first of them first: the best of each board are enough, as nobody else can be among them. */
export async function top(game: string, count: number): Promise<readonly Result[]> {
  const asked = boards.map((number) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: 'board = :board',
        ExpressionAttributeValues: { ':board': `${game}#${number}` },
        ScanIndexForward: false,
        Limit: count,
      }),
    ),
  )
  const results = (await Promise.all(asked)).flatMap(({ Items = [] }) => Items as Result[])
  return results
    .map(({ player, score }) => ({ player, score }))
    .sort((a, b) => b.score - a.score || (a.player < b.player ? -1 : 1))
    .slice(0, count)
}

/** Which place a result has: one more than there are better ones. It is counted by DynamoDB, which reads all of them: what thousands ask for is better kept. */
export async function rankOf(game: string, score: number): Promise<number> {
  const better = await Promise.all(boards.map((number) => countBetter(`${game}#${number}`, score)))
  return better.reduce((sum, count) => sum + count, 1)
}

async function countBetter(board: string, score: number): Promise<number> {
  let count = 0
  let ExclusiveStartKey: Record<string, unknown> | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName,
        KeyConditionExpression: 'board = :board AND score > :score',
        ExpressionAttributeValues: { ':board': board, ':score': score },
        Select: 'COUNT',
        ExclusiveStartKey,
      }),
    )
    count += page.Count ?? 0
    ExclusiveStartKey = page.LastEvaluatedKey
  } while (ExclusiveStartKey !== undefined)
  return count
}
