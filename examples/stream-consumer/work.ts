/** Opens tickets and works on them: `node work.ts 100`. In the end it says how many are in which state. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { inWords } from './board.ts'

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}))
const TableName = 'Tickets'
const number = Number(process.argv[2] ?? 100)
const batch = process.argv[3] ?? 'first'

for (let i = 0; i < number; i++) {
  const id = `${batch}-${i}`
  await client.send(new PutCommand({ TableName, Item: { id, state: 'open' } }))
  // Every second one is done, and of these every fifth is deleted. To do it twice changes nothing, and makes no record.
  for (const _ of i % 2 === 0 ? ['once', 'twice'] : []) {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression: 'SET #state = :done',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':done': 'done' },
      }),
    )
  }
  if (i % 10 === 0) await client.send(new DeleteCommand({ TableName, Key: { id } }))
}

const states = new Map<string, number>()
for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
  for (const { state } of Items) states.set(String(state), (states.get(String(state)) ?? 0) + 1)
}
console.log(inWords(states))
