/** electrodb: two entities in one table, a collection of both, conditions, a transaction, an upsert. */
import assert from 'node:assert/strict'
import { Entity, Service } from 'electrodb'
import { client, makeTable } from './made-table.mjs'

const table = 'Electro'
await makeTable(table, { sk: 'sk', gsi: { name: 'gsi1pk-gsi1sk-index', pk: 'gsi1pk', sk: 'gsi1sk' } })

const Artist = new Entity(
  {
    model: { entity: 'artist', version: '1', service: 'music' },
    attributes: {
      artistId: { type: 'string', required: true },
      name: { type: 'string', required: true },
      country: { type: 'string', required: true },
      awards: { type: 'set', items: 'string' },
    },
    indexes: {
      artist: { collection: 'catalogue', pk: { field: 'pk', composite: ['artistId'] }, sk: { field: 'sk', composite: [] } },
      byCountry: {
        index: 'gsi1pk-gsi1sk-index',
        pk: { field: 'gsi1pk', composite: ['country'] },
        sk: { field: 'gsi1sk', composite: ['name'] },
      },
    },
  },
  { table, client },
)
const Song = new Entity(
  {
    model: { entity: 'song', version: '1', service: 'music' },
    attributes: {
      artistId: { type: 'string', required: true },
      title: { type: 'string', required: true },
      plays: { type: 'number', default: 0 },
      credits: { type: 'list', items: { type: 'string' } },
    },
    indexes: {
      song: { collection: 'catalogue', pk: { field: 'pk', composite: ['artistId'] }, sk: { field: 'sk', composite: ['title'] } },
    },
  },
  { table, client },
)
const music = new Service({ artist: Artist, song: Song })

await Artist.create({ artistId: 'can', name: 'Can', country: 'DE', awards: ['x'] }).go()
await assert.rejects(Artist.create({ artistId: 'can', name: 'Can', country: 'DE' }).go(), /conditional request failed/)
await Song.put([...'abcdefghijklmnopqrstuvwxyz0123456789'].map((title, plays) => ({ artistId: 'can', title, plays }))).go()

const { data } = await music.collections.catalogue({ artistId: 'can' }).go({ pages: 'all' })
assert.deepEqual([data.artist.length, data.song.length], [1, 36])
const { data: inGermany } = await Artist.query.byCountry({ country: 'DE' }).begins({ name: 'C' }).go()
assert.deepEqual(inGermany[0].awards, ['x'])
const some = await Song.query
  .song({ artistId: 'can' })
  .between({ title: 'c' }, { title: 'f' })
  .where(({ plays }, { gt }) => gt(plays, 3))
  .go()
assert.deepEqual(
  some.data.map(({ title }) => title),
  ['e', 'f'],
)
const first = await Song.query.song({ artistId: 'can' }).go({ limit: 10 })
const second = await Song.query.song({ artistId: 'can' }).go({ limit: 10, cursor: first.cursor })
assert.notEqual(second.data[0].title, first.data[0].title)

const { data: played } = await Song.patch({ artistId: 'can', title: 'a' })
  .add({ plays: 5 })
  .set({ credits: ['Holger'] })
  .go({ response: 'all_new' })
assert.deepEqual([played.plays, played.credits], [5, ['Holger']])
const { data: upserted } = await Song.upsert({ artistId: 'can', title: 'new' }).add({ plays: 2 }).go({ response: 'all_new' })
assert.equal(upserted.plays, 2)

const canceled = await music.transaction
  .write(({ artist, song }) => [
    song.delete({ artistId: 'can', title: 'a' }).commit(),
    artist
      .patch({ artistId: 'can' })
      .set({ country: 'US' })
      .where(({ country }, { eq }) => eq(country, 'FR'))
      .commit({ response: 'all_old' }),
  ])
  .go()
assert.equal(canceled.canceled, true)
assert.deepEqual(
  canceled.data.map(({ code }) => code),
  ['None', 'ConditionalCheckFailed'],
)
assert.equal(canceled.data[1].item.country, 'DE')
const { data: both } = await music.transaction
  .get(({ artist, song }) => [artist.get({ artistId: 'can' }).commit(), song.get({ artistId: 'can', title: 'a' }).commit()])
  .go()
assert.deepEqual([both[0].item.name, both[1].item.plays], ['Can', 5])
console.log('ok')
