/** @aws/dynamodb-data-mapper on the AWS SDK v2: it makes and deletes its table; versions, conditions, an index, pages, a parallel scan. */
const assert = require('node:assert/strict')
const { DataMapper, DynamoDbSchema, DynamoDbTable } = require('@aws/dynamodb-data-mapper')
const DynamoDB = require('aws-sdk/clients/dynamodb')

class Song {}
Object.defineProperties(Song.prototype, {
  [DynamoDbTable]: { value: 'Mapped' },
  [DynamoDbSchema]: {
    value: {
      artist: { type: 'String', keyType: 'HASH' },
      title: { type: 'String', keyType: 'RANGE' },
      genre: { type: 'String', indexKeyConfigurations: { byGenre: 'HASH' } },
      plays: { type: 'Number', defaultProvider: () => 0 },
      tags: { type: 'Set', memberType: 'String' },
      at: { type: 'Date' },
      version: { type: 'Number', versionAttribute: true },
    },
  },
})
const song = (members) => Object.assign(new Song(), members)
const collected = async (pages) => {
  const all = []
  for await (const each of pages) all.push(each)
  return all
}

async function main() {
  const client = new DynamoDB({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB, region: process.env.AWS_REGION })
  const mapper = new DataMapper({ client })
  await mapper.ensureTableExists(Song, {
    readCapacityUnits: 5,
    writeCapacityUnits: 5,
    indexOptions: { byGenre: { type: 'global', projection: 'all', readCapacityUnits: 5, writeCapacityUnits: 5 } },
  })
  const saved = await mapper.put(song({ artist: 'Can', title: 'Vitamin C', genre: 'rock', tags: new Set(['a']), at: new Date(1000) }))
  assert.deepEqual([saved.version, saved.plays], [0, 0])
  const again = await mapper.put(Object.assign(saved, { plays: 4 }))
  assert.equal(again.version, 1)
  await assert.rejects(mapper.put(song({ artist: 'Can', title: 'Vitamin C', version: 0 })), { code: 'ConditionalCheckFailedException' })
  const found = await mapper.get(song({ artist: 'Can', title: 'Vitamin C' }))
  assert.deepEqual([found.plays, found.at.getTime(), [...found.tags]], [4, 1000, ['a']])

  const many = Array.from({ length: 60 }, (_, at) => song({ artist: 'Many', title: String(at).padStart(2, '0'), genre: 'pop', plays: at }))
  await collected(mapper.batchPut(many))
  const late = await collected(
    mapper.query(Song, { artist: 'Many' }, { filter: { type: 'GreaterThanOrEqualTo', subject: 'plays', object: 50 }, pageSize: 7 }),
  )
  assert.equal(late.length, 10)
  assert.equal((await collected(mapper.query(Song, { genre: 'rock' }, { indexName: 'byGenre' }))).length, 1)
  assert.equal((await collected(mapper.parallelScan(Song, 3))).length, 61)
  await collected(mapper.batchDelete(many))
  await mapper.delete(again)
  assert.equal((await collected(mapper.scan(Song))).length, 0)
  await mapper.ensureTableNotExists(Song)
  console.log('ok')
}

main()
