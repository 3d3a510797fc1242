import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { useStator } from 'stator/node-test'
import { addSong, songsOf } from './music.js'

const stator = useStator()
const client = stator.documentClient()

test('what the configuration says is there', async () => {
  assert.deepEqual(await songsOf('Nina'), ['Feeling Good', 'Sinnerman'])
})

for (const round of [1, 2, 3, 4]) {
  test(`each test begins as all do (${round})`, async () => {
    await addSong('Nina', 'Four Women')
    assert.equal((await songsOf('Nina')).length, 3)
  })
}

test('the steps of a test are one test', async (t) => {
  await t.test('a step writes', () => addSong('Bob', 'Hurricane'))
  await t.test('the next reads', async () => assert.deepEqual(await songsOf('Bob'), ['Hurricane']))
})

describe('with an artist of its own', () => {
  before(() => addSong('Ella', 'Summertime'))
  for (const round of [1, 2]) {
    test(`what was there before the tests is there in test ${round}`, async () => {
      assert.deepEqual(await songsOf('Ella'), ['Summertime'])
      await addSong('Ella', 'Misty')
    })
  }
})

test('a client without a port sees the same', async () => {
  const { Item } = await client.send(new GetCommand({ TableName: 'Music', Key: { artist: 'Miles', song: 'So What' } }))
  assert.equal(Item.plays, 1)
})

test('time is moved', async () => {
  await stator.control.setClock({ now: '2030-01-01T00:00:00Z', frozen: true })
  assert.equal((await stator.control.clock()).now, '2030-01-01T00:00:00.000Z')
})
