/**
 * The AWS CLI version 2 against a running server: what a person types on the first day. What the README lets them type is in
 * readme.test.ts.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { clientEnvironment } from './dummy-credentials.ts'
import { findAwsCli, skipWithout } from './installed-clients.ts'
import { type RunningServer, startServer } from './running-server.ts'

const run = promisify(execFile)
const aws = findAwsCli()

describe('AWS CLI', { skip: skipWithout(aws, 'AWS CLI') }, () => {
  let server: RunningServer

  before(async () => {
    assert.ok(aws !== undefined, 'AWS CLI is not installed')
    server = await startServer()
  })

  after(async () => {
    assert.equal(await server?.close(), 0)
  })

  /** What `aws dynamodb …` prints, without the line end. Debian's 2.9 does not read AWS_ENDPOINT_URL_DYNAMODB yet. */
  async function dynamodb(...words: readonly string[]): Promise<string> {
    const command = ['dynamodb', '--endpoint-url', server.endpoint, ...words]
    const { stdout } = await run(aws ?? 'aws', command, { env: clientEnvironment(server.endpoint), timeout: 60_000 })
    return stdout.trimEnd()
  }

  test('create-table and wait table-exists make a table', async () => {
    const definitions = ['AttributeName=artist,AttributeType=S', 'AttributeName=song,AttributeType=S']
    const schema = ['AttributeName=artist,KeyType=HASH', 'AttributeName=song,KeyType=RANGE']
    const created = await dynamodb(
      ...['create-table', '--table-name', 'Music', '--attribute-definitions', ...definitions],
      ...['--key-schema', ...schema, '--billing-mode', 'PAY_PER_REQUEST', '--query', 'TableDescription.TableName', '--output', 'text'],
    )
    assert.equal(created, 'Music')
    await dynamodb('wait', 'table-exists', '--table-name', 'Music')
    const status = await dynamodb('describe-table', '--table-name', 'Music', '--query', 'Table.TableStatus', '--output', 'text')
    assert.equal(status, 'ACTIVE')
  })

  test('put-item and get-item bring an item back as JSON', async () => {
    const item = { artist: { S: 'Nina Simone' }, song: { S: 'Sinnerman' }, plays: { N: '10' }, cover: { B: 'AP8=' } }
    await dynamodb('put-item', '--table-name', 'Music', '--item', JSON.stringify(item))
    const key = JSON.stringify({ artist: item.artist, song: item.song })
    const got = await dynamodb('get-item', '--table-name', 'Music', '--key', key, '--consistent-read')
    assert.deepEqual(JSON.parse(got), { Item: item })
  })

  test('update-item returns new values, and a failed condition ends with code 254 and its exception', async () => {
    const key = JSON.stringify({ artist: { S: 'Nina Simone' }, song: { S: 'Sinnerman' } })
    const update = (expected: number): Promise<string> =>
      dynamodb(
        ...['update-item', '--table-name', 'Music', '--key', key, '--update-expression', 'SET plays = plays + :one'],
        ...[
          '--condition-expression',
          'plays = :expected',
          '--return-values',
          'ALL_NEW',
          '--query',
          'Attributes.plays.N',
          '--output',
          'text',
        ],
        ...['--expression-attribute-values', JSON.stringify({ ':one': { N: '1' }, ':expected': { N: String(expected) } })],
      )
    assert.equal(await update(10), '11')
    await assert.rejects(update(10), (error: { code: number; stderr: string }) => {
      assert.equal(error.code, 254)
      assert.match(
        error.stderr,
        /\(ConditionalCheckFailedException\) when calling the UpdateItem operation.*: The conditional request failed/,
      )
      return true
    })
  })

  test('batch-write-item and query work together', async () => {
    const songs = ['Feeling Good', 'Four Women', 'My Baby', 'Wild Is the Wind']
    const puts = songs.map((song) => ({ PutRequest: { Item: { artist: { S: 'Nina Simone' }, song: { S: song } } } }))
    await dynamodb('batch-write-item', '--request-items', JSON.stringify({ Music: puts }))
    const query = (condition: string, values: { [name: string]: { S: string } }): Promise<string> =>
      dynamodb(
        ...['query', '--table-name', 'Music', '--key-condition-expression', `artist = :artist AND ${condition}`],
        ...['--expression-attribute-values', JSON.stringify({ ':artist': { S: 'Nina Simone' }, ...values })],
        ...['--query', 'Items[].song.S', '--output', 'json', '--page-size', '1'],
      )
    assert.deepEqual(JSON.parse(await query('begins_with(song, :f)', { ':f': { S: 'F' } })), ['Feeling Good', 'Four Women'])
    const between = await query('song BETWEEN :from AND :to', { ':from': { S: 'G' }, ':to': { S: 'T' } })
    assert.deepEqual(JSON.parse(between), ['My Baby', 'Sinnerman'])
  })

  test('scan with max-items hands out a token that continues', async () => {
    const songs: string[] = []
    let token: string[] = []
    do {
      const page = await dynamodb('scan', '--table-name', 'Music', '--max-items', '3', ...token)
      const { Items, NextToken } = JSON.parse(page) as { Items: { song: { S: string } }[]; NextToken?: string }
      songs.push(...Items.map(({ song }) => song.S))
      token = NextToken === undefined ? [] : ['--starting-token', NextToken]
    } while (token.length > 0 && songs.length < 10)
    assert.deepEqual(songs.sort(), ['Feeling Good', 'Four Women', 'My Baby', 'Sinnerman', 'Wild Is the Wind'])
  })

  test('delete-item, delete-table and list-tables clean up', async () => {
    const key = JSON.stringify({ artist: { S: 'Nina Simone' }, song: { S: 'My Baby' } })
    await dynamodb('delete-item', '--table-name', 'Music', '--key', key)
    assert.equal(await dynamodb('scan', '--table-name', 'Music', '--select', 'COUNT', '--query', 'Count', '--output', 'text'), '4')
    assert.equal(await dynamodb('list-tables', '--query', 'TableNames', '--output', 'text'), 'Music')
    await dynamodb('delete-table', '--table-name', 'Music', '--query', 'TableDescription.TableStatus', '--output', 'text')
    await dynamodb('wait', 'table-not-exists', '--table-name', 'Music')
    assert.deepEqual(JSON.parse(await dynamodb('list-tables')), { TableNames: [] })
  })
})
