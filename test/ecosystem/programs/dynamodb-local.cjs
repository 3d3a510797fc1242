/** dynamodb-local: it starts what it takes for DynamoDB Local, in memory and over a folder, and stops it. The `java` on the path is Stator's. */
const assert = require('node:assert/strict')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { DynamoDBClient, ListTablesCommand, waitUntilTableExists } = require('@aws-sdk/client-dynamodb')
const dynamodbLocal = require('dynamodb-local')
const { freePort } = require('./made-port.cjs')

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'stator-dynamodb-local-'))
  // It downloads the jar where there is none.
  writeFileSync(join(folder, 'DynamoDBLocal.jar'), '')
  dynamodbLocal.configureInstaller({ installPath: folder })
  const port = await freePort()
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://localhost:${port}`
  const { makeTable } = await import('./made-table.mjs')
  const names = async () => (await new DynamoDBClient({ maxAttempts: 20 }).send(new ListTablesCommand({}))).TableNames

  for (const [dbPath, kept] of [
    [null, []],
    [folder, ['Music']],
  ]) {
    const child = await dynamodbLocal.launch(port, dbPath, ['-sharedDb'])
    assert.deepEqual(await names(), [])
    await makeTable('Music')
    await waitUntilTableExists({ client: new DynamoDBClient({}), maxWaitTime: 30, minDelay: 1 }, { TableName: 'Music' })
    dynamodbLocal.stop(port)
    await new Promise((resolve) => child.once('close', resolve))

    const again = await dynamodbLocal.launch(port, dbPath, ['-sharedDb'])
    assert.deepEqual(await names(), kept)
    const ended = new Promise((resolve) => again.once('close', resolve))
    dynamodbLocal.stopChild(again)
    await ended
    dynamodbLocal.stop(port)
  }
  rmSync(folder, { recursive: true })
  console.log('ok')
}

main()
