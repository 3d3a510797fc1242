/**
 * Architect's sandbox: with an application it starts what it takes for dynalite, and makes its tables. `stator/dynalite/register` puts Stator in that
 * place, as `node --require` would.
 */
require('stator/dynalite/register')
const assert = require('node:assert/strict')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const sandbox = require('@architect/sandbox')
const { DescribeTableCommand, DynamoDBClient, ListTablesCommand, PutItemCommand, QueryCommand } = require('@aws-sdk/client-dynamodb')
const { freePort } = require('./made-port.cjs')

const application = `@app
shop

@tables
music
  artist *String
  song **String

@tables-indexes
music
  genre *String
  name byGenre
`

async function main() {
  const cwd = mkdtempSync(join(tmpdir(), 'stator-architect-'))
  writeFileSync(join(cwd, 'app.arc'), application)
  const port = await freePort()
  process.env.ARC_TABLES_PORT = String(port)
  await sandbox.start({ cwd, quiet: true, needsValidCreds: false })
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-west-2' })
  const { TableNames } = await client.send(new ListTablesCommand({}))
  assert.deepEqual(TableNames, ['shop-production-music', 'shop-staging-music'])
  const TableName = 'shop-staging-music'
  const Item = { artist: { S: 'Can' }, song: { S: 'Vitamin C' }, genre: { S: 'krautrock' } }
  await client.send(new PutItemCommand({ TableName, Item }))
  const byGenre = { IndexName: 'byGenre', KeyConditionExpression: 'genre = :g', ExpressionAttributeValues: { ':g': { S: 'krautrock' } } }
  assert.deepEqual((await client.send(new QueryCommand({ TableName, ...byGenre }))).Items, [Item])
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  assert.equal(Table?.TableStatus, 'ACTIVE')
  assert.match(await (await fetch(`http://127.0.0.1:${port}/_stator/info`)).text(), /"name":"Stator"/)
  await sandbox.end()
  client.destroy()
  rmSync(cwd, { recursive: true, force: true })
  console.log('ok')
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
