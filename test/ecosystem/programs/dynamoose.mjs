/** dynamoose: it makes its own table, with an index, conditions, counters and a transaction. */
import assert from 'node:assert/strict'
import dynamoose from 'dynamoose'

const schema = new dynamoose.Schema(
  {
    artist: { type: String, hashKey: true },
    song: { type: String, rangeKey: true },
    genre: { type: String, index: { name: 'byGenre', type: 'global', rangeKey: 'song' } },
    plays: Number,
    tags: { type: Set, schema: [String] },
    released: Date,
  },
  { timestamps: true },
)
const Song = dynamoose.model('DynamooseSongs', schema, { create: false, waitForActive: false })
const table = new dynamoose.Table('DynamooseSongs', [Song], { throughput: 'ON_DEMAND', initialize: false })
await table.initialize()

await Song.create({ artist: 'Nina Simone', song: 'Sinnerman', genre: 'soul', plays: 3, tags: new Set(['live']), released: new Date(0) })
await assert.rejects(Song.create({ artist: 'Nina Simone', song: 'Sinnerman', genre: 'soul' }), { name: 'ConditionalCheckFailedException' })
await Song.batchPut([
  { artist: 'Nina Simone', song: 'Feeling Good', genre: 'jazz', plays: 9 },
  { artist: 'Can', song: 'Vitamin C', genre: 'krautrock', plays: 7 },
])

const found = await Song.get({ artist: 'Nina Simone', song: 'Sinnerman' })
assert.deepEqual([found.plays, [...found.tags], found.released.getTime()], [3, ['live'], 0])
const popular = await Song.query('artist').eq('Nina Simone').filter('plays').gt(5).exec()
assert.deepEqual(
  popular.map(({ song }) => song),
  ['Feeling Good'],
)
const byGenre = await Song.query('genre').eq('krautrock').using('byGenre').exec()
assert.equal(byGenre[0].song, 'Vitamin C')
assert.equal((await Song.query('artist').eq('Nina Simone').sort('descending').limit(1).exec())[0].song, 'Sinnerman')
assert.equal((await Song.scan().count().exec()).count, 3)

const updated = await Song.update({ artist: 'Can', song: 'Vitamin C' }, { $ADD: { plays: 2 }, $SET: { genre: 'rock' } })
assert.deepEqual([updated.plays, updated.genre], [9, 'rock'])
const isRock = new dynamoose.Condition().where('genre').eq('jazz')
await assert.rejects(Song.update({ artist: 'Can', song: 'Vitamin C' }, { plays: 0 }, { condition: isRock }), {
  name: 'ConditionalCheckFailedException',
})

await dynamoose.transaction([
  Song.transaction.update({ artist: 'Can', song: 'Vitamin C' }, { $ADD: { plays: 1 } }),
  Song.transaction.delete({ artist: 'Nina Simone', song: 'Feeling Good' }),
  Song.transaction.create({ artist: 'Can', song: 'Halleluhwah', genre: 'rock', plays: 1 }),
])
assert.equal((await Song.get({ artist: 'Can', song: 'Vitamin C' })).plays, 10)
assert.deepEqual(
  (
    await Song.batchGet([
      { artist: 'Can', song: 'Halleluhwah' },
      { artist: 'Nina Simone', song: 'Feeling Good' },
    ])
  ).length,
  1,
)
console.log('ok')
