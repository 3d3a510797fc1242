/**
 * serverless-dynamodb: with `serverless offline` it starts what it takes for DynamoDB Local, makes the tables of the stack and puts what they begin
 * with. The `java` on the path is Stator's. What the framework tells a plugin is told here: the framework itself is not installed.
 */
const assert = require('node:assert/strict')
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { DynamoDBClient, ListTablesCommand, QueryCommand } = require('@aws-sdk/client-dynamodb')
const imported = require('serverless-dynamodb')
const { freePort } = require('./made-port.cjs')

const Plugin = imported.default ?? imported
const text = (AttributeName) => ({ AttributeName, AttributeType: 'S' })

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'stator-serverless-'))
  const port = await freePort()
  // It downloads the jar where there is none.
  mkdirSync(join(folder, '.dynamodb'))
  writeFileSync(join(folder, '.dynamodb', 'DynamoDBLocal.jar'), '')
  process.chdir(folder)
  writeFileSync('music.json', JSON.stringify([{ artist: 'Can', song: 'Vitamin C', genre: 'krautrock', plays: 3 }]))
  const Music = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'Music',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['artist', 'song', 'genre'].map(text),
      KeySchema: [
        { AttributeName: 'artist', KeyType: 'HASH' },
        { AttributeName: 'song', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: 'byGenre', KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
      ],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    },
  }
  const service = {
    provider: { name: 'aws', stage: 'dev', region: 'eu-west-1' },
    resources: { Resources: { Music } },
    custom: {
      'serverless-dynamodb': {
        stages: ['dev'],
        start: { port, inMemory: true, migrate: true, seed: true },
        seed: { dev: { sources: [{ table: 'Music', sources: ['./music.json'] }] } },
      },
    },
  }
  const log = () => {}
  const plugin = new Plugin(
    { service, config: { servicePath: folder }, cli: { log } },
    {},
    { log: { notice: log, warning: log, error: log } },
  )
  await plugin.hooks['before:offline:start:init']()
  const credentials = { accessKeyId: 'MockAccessKeyId', secretAccessKey: 'MockSecretAccessKey' }
  const client = new DynamoDBClient({ endpoint: `http://localhost:${port}`, region: 'localhost', credentials })
  assert.deepEqual((await client.send(new ListTablesCommand({}))).TableNames, ['Music'])
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'Music',
      IndexName: 'byGenre',
      KeyConditionExpression: 'genre = :g',
      ExpressionAttributeValues: { ':g': { S: 'krautrock' } },
    }),
  )
  assert.deepEqual(Items[0].plays, { N: '3' })
  await plugin.hooks['before:offline:start:end']()
  rmSync(folder, { recursive: true })
  console.log('ok')
}

main()
