const { ConditionalCheckFailedException } = require('@aws-sdk/client-dynamodb')
const { GetCommand, PutCommand } = require('@aws-sdk/lib-dynamodb')
const { useStator } = require('stator/jest')
const { addSong, songsOf } = require('./music.js')

const stator = useStator()
const client = stator.documentClient()
const miles = { artist: 'Miles', song: 'So What' }

test('what the configuration says is there', async () => {
  expect(await songsOf('Nina')).toEqual(['Feeling Good', 'Sinnerman'])
})

test('what its function put is there', async () => {
  expect(await songsOf('Miles')).toEqual(['So What'])
})

test.each([1, 2, 3])('each test begins as all do (%i)', async () => {
  await addSong('Nina', 'Four Women')
  expect(await songsOf('Nina')).toHaveLength(3)
})

test('a client without a port sees the same', async () => {
  await addSong('Bob', 'Hurricane')
  expect((await client.send(new GetCommand({ TableName: 'Music', Key: miles }))).Item.plays).toBe(1)
  await client.send(new PutCommand({ TableName: 'Music', Item: { ...miles, bytes: new Uint8Array([1]), tags: new Set(['x']) } }))
  const { Item } = await client.send(new GetCommand({ TableName: 'Music', Key: miles }))
  expect([...Item.tags, ...Item.bytes]).toEqual(['x', 1])
})

test('errors are those that the SDK knows', async () => {
  await expect(addSong('Nina', 'Sinnerman')).rejects.toThrow(ConditionalCheckFailedException)
  const twice = new PutCommand({ TableName: 'Music', Item: miles, ConditionExpression: 'attribute_not_exists(song)' })
  const error = await client.send(twice).catch((thrown) => thrown)
  expect(error instanceof ConditionalCheckFailedException).toBe(true)
})

test('a fork is on its own', async () => {
  const fork = stator.fork()
  await fork.documentClient().send(new PutCommand({ TableName: 'Music', Item: { artist: 'Nina', song: 'Elsewhere' } }))
  await fork.close()
  expect(await songsOf('Nina')).toHaveLength(2)
})

test('time is moved', async () => {
  await stator.control.setClock({ now: '2030-01-01T00:00:00Z', frozen: true })
  expect((await stator.control.clock()).now).toBe('2030-01-01T00:00:00.000Z')
})

test('and is back', async () => {
  expect((await stator.control.clock()).frozen).toBe(false)
})
