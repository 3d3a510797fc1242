/**
 * serverless-offline-dynamodb-streams with Lambda of serverless-offline: a function is called with the changes of a table. What the framework tells
 * a plugin is told here: the framework itself is not installed.
 */
const assert = require('node:assert/strict')
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb')
const Plugin = require('serverless-offline-dynamodb-streams')

const folder = mkdtempSync(join(tmpdir(), 'stator-streams-'))
const seen = join(folder, 'seen.jsonl')
const handler = `exports.changed = async ({ Records }) => {
  for (const { eventName, dynamodb } of Records) require('node:fs').appendFileSync(process.env.SEEN, JSON.stringify([eventName, dynamodb.Keys.pk.S, dynamodb.NewImage?.plays?.N]) + '\\n')
}`
const lines = () =>
  readFileSync(seen, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

async function main() {
  const client = new DynamoDBClient({})
  await client.send(
    new CreateTableCommand({
      TableName: 'Streamed',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  )
  const put = (pk, plays) => client.send(new PutItemCommand({ TableName: 'Streamed', Item: { pk: { S: pk }, plays: { N: plays } } }))
  await put('a', '1')
  await put('b', '2')

  writeFileSync(join(folder, 'handler.js'), handler)
  writeFileSync(seen, '')
  const events = [{ stream: { type: 'dynamodb', tableName: 'Streamed', batchSize: 10, startingPosition: 'TRIM_HORIZON' } }]
  const definition = { name: 'changed', handler: 'handler.changed', events, environment: { SEEN: seen } }
  const service = {
    service: 'music',
    provider: { name: 'aws', stage: 'dev', region: process.env.AWS_REGION, runtime: 'nodejs22.x' },
    custom: {
      'serverless-offline': { location: folder },
      'serverless-offline-dynamodb-streams': {
        endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
        readInterval: 50,
        checkpointFile: join(folder, 'checkpoint.json'),
      },
    },
    functions: { changed: definition },
    getAllFunctions: () => ['changed'],
    getFunction: () => definition,
    getAllEventsInFunction: () => events,
  }
  const plugin = new Plugin({ service, config: { serviceDir: folder, servicePath: folder } }, {})
  await plugin.hooks['offline:start:init']()
  await put('a', '3')
  await client.send(new DeleteItemCommand({ TableName: 'Streamed', Key: { pk: { S: 'b' } } }))
  while (lines().length < 4) await new Promise((resolve) => setTimeout(resolve, 20))
  const of = (pk) => lines().filter(([, key]) => key === pk)
  assert.deepEqual(of('a'), [
    ['INSERT', 'a', '1'],
    ['MODIFY', 'a', '3'],
  ])
  assert.deepEqual(of('b'), [
    ['INSERT', 'b', '2'],
    ['REMOVE', 'b', null],
  ])
  await plugin.end(true)
  rmSync(folder, { recursive: true })
  console.log('ok')
  process.exit()
}

main()
