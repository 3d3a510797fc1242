/** The board: how many tickets are in which state, and how far each shard was read. Both change in one transaction, so that no change counts twice. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, paginateScan, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Board'

/** How far a shard was read. */
export interface Checkpoint {
  /** The last record that was counted; undefined when there was none yet. */
  readonly sequence: string | undefined
  /** Whether it has ended and was read to its end. */
  readonly isDone: boolean
}

export interface Board {
  readonly states: ReadonlyMap<string, number>
  readonly checkpoints: ReadonlyMap<string, Checkpoint>
}

export async function readBoard(): Promise<Board> {
  const states = new Map<string, number>()
  const checkpoints = new Map<string, Checkpoint>()
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const { id, count, sequence, isDone } of Items) {
      const [kind, name] = String(id).split(/#(.*)/) as [string, string]
      if (kind === 'STATE') states.set(name, Number(count))
      else checkpoints.set(name, { sequence: sequence as string | undefined, isDone: isDone === true })
    }
  }
  return { states, checkpoints }
}

/** `changes`: by how much each state has more tickets or fewer. Refused when another consumer has read the shard further meanwhile. */
export async function count(shard: string, changes: ReadonlyMap<string, number>, from: Checkpoint, to: Checkpoint): Promise<void> {
  const counts = [...changes]
    .filter(([, by]) => by !== 0)
    .map(([state, by]) => ({
      Update: {
        TableName,
        Key: { id: `STATE#${state}` },
        UpdateExpression: 'ADD #count :by',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':by': by },
      },
    }))
  const checkpoint = {
    Put: {
      TableName,
      Item: { id: `SHARD#${shard}`, ...(to.sequence !== undefined && { sequence: to.sequence }), isDone: to.isDone },
      ...(from.sequence === undefined
        ? { ConditionExpression: 'attribute_not_exists(#sequence)' }
        : { ConditionExpression: '#sequence = :from', ExpressionAttributeValues: { ':from': from.sequence } }),
      ExpressionAttributeNames: { '#sequence': 'sequence' },
    },
  }
  await client.send(new TransactWriteCommand({ TransactItems: [...counts, checkpoint] }))
}

export function inWords(states: ReadonlyMap<string, number>): string {
  return [...states]
    .filter(([, number]) => number > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, number]) => `${number} ${state}`)
    .join(', ')
}
