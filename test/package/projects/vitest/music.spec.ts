import { ConditionalCheckFailedException, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { useStator } from 'stator/vitest'
import { beforeAll, describe, expect, test } from 'vitest'
import { addSong, play, songsOf } from './music.ts'

const stator = useStator()
const client = stator.documentClient()

test('what the configuration says is there', async () => {
  expect(await songsOf('Nina')).toEqual(['Feeling Good', 'Sinnerman'])
  const { Item } = await client.send(new GetCommand({ TableName: 'Music', Key: { artist: 'Nina', song: 'Sinnerman' } }))
  expect(Item).toMatchObject({ plays: 3, tags: new Set(['jazz']), cover: new Uint8Array([1, 2]) })
})

test('one test writes', async () => {
  await addSong('Nina', 'Four Women')
  expect(await songsOf('Nina')).toHaveLength(3)
})

test('and the next sees nothing of it', async () => {
  expect(await songsOf('Nina')).toHaveLength(2)
  await addSong('Nina', 'Four Women')
})

test('errors are those that the SDK knows', async () => {
  await expect(addSong('Nina', 'Sinnerman')).rejects.toThrow(ConditionalCheckFailedException)
})

test('counters count', async () => {
  await play('Nina', 'Sinnerman')
  expect(await play('Nina', 'Sinnerman')).toBe(5)
})

test('and begin anew', async () => {
  expect(await play('Nina', 'Sinnerman')).toBe(4)
})

test('items expire when time is moved', async () => {
  await client.send(
    new PutCommand({ TableName: 'Music', Item: { artist: 'Bob', song: 'Gone', expires: Math.floor(Date.now() / 1000) + 60 } }),
  )
  await stator.control.advanceClock({ byMs: 3 * 24 * 3_600_000 })
  await stator.control.runJobs()
  expect(await songsOf('Bob')).toEqual([])
})

test('time is as it was', async () => {
  const { now } = await stator.control.clock()
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000)
})

test('settings of the table are there', async () => {
  const { TimeToLiveDescription } = await stator.client().send(new DescribeTimeToLiveCommand({ TableName: 'Music' }))
  expect(TimeToLiveDescription?.AttributeName).toBe('expires')
  expect(process.env.AWS_ENDPOINT_URL_DYNAMODB).toBe(stator.endpoint)
  expect([stator.region, process.env.AWS_REGION]).toEqual(['eu-west-1', 'eu-west-1'])
})

test('a throttle is met and tried again', async () => {
  await stator.control.addFault({ match: { operation: 'PutItem' }, times: 2, do: { throttle: 'TableWriteKeyRangeThroughputExceeded' } })
  await addSong('Nina', 'Four Women')
  expect((await stator.control.faults()).faults[0]?.struck).toBe(2)
})

test('and is gone with its test', async () => {
  expect((await stator.control.faults()).faults).toEqual([])
})

describe('with an artist of its own', () => {
  beforeAll(() => addSong('Miles', 'So What'))

  for (const round of [1, 2]) {
    test(`what was there before the tests is there in test ${round}`, async () => {
      expect(await songsOf('Miles')).toEqual(['So What'])
      await addSong('Miles', 'Blue in Green')
    })
  }
})
