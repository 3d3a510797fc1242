/** A server that is killed while it tells a data stream of what clients write: every acknowledged change comes, those of a key in order. */
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { KinesisEndpoint, type TakenRecord } from '../harness/kinesis-endpoint.ts'
import { crashTest, KilledServer } from './killed-server.ts'

const keys = ['a', 'b', 'c', 'd', 'e']
const lives = 4
const acknowledgedPerLife = 60
const waitsMax = 200

/** What a key was told of, without what came before again. */
function toldOf(records: readonly TakenRecord[], pk: string): readonly number[] {
  const told: number[] = []
  for (const { data } of records) {
    const { NewImage } = data.dynamodb
    if (NewImage?.['pk']?.['S'] !== pk) continue
    const n = Number(NewImage['n']?.['N'])
    if (!told.includes(n)) told.push(n)
  }
  return told
}

crashTest('A killed server tells its stream of every change that it had acknowledged, and of each key in order', async (t, folder) => {
  const kinesis = await KinesisEndpoint.open({ changes: 'ACTIVE' }, { isSigned: false })
  t.after(() => kinesis.close())
  const flags = ['--kinesis-endpoint', kinesis.url]
  let server = await KilledServer.start(t, folder, flags)
  await server.call('CreateTable', {
    TableName: 'Orders',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  })
  await server.call('EnableKinesisStreamingDestination', {
    TableName: 'Orders',
    StreamArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/changes',
  })
  const acknowledged = new Map<string, number>(keys.map((pk) => [pk, 0]))
  for (let life = 0; life < lives; life += 1) {
    if (life > 0) server = await KilledServer.start(t, folder, flags)
    const current = server
    const write = async (pk: string): Promise<void> => {
      for (let at = 0; at < acknowledgedPerLife; at += 1) {
        const n = (acknowledged.get(pk) ?? 0) + 1
        await current.call('PutItem', { TableName: 'Orders', Item: { pk: { S: pk }, n: { N: String(n) } } })
        acknowledged.set(pk, n)
      }
    }
    // In the middle of what it sends: some of it was taken, and nobody was told.
    kinesis.behaviour = life % 2 === 0 ? { kind: 'hang up' } : { kind: 'take' }
    const writing = Promise.allSettled(keys.map(write))
    const before = kinesis.puts
    for (let waits = 0; kinesis.puts === before && waits < waitsMax; waits += 1) await wait(5)
    await server.kill()
    await writing
  }
  kinesis.behaviour = { kind: 'take' }
  await KilledServer.start(t, folder, flags)
  const isWhole = (): boolean => keys.every((pk) => (toldOf(kinesis.records, pk).at(-1) ?? 0) >= (acknowledged.get(pk) ?? 0))
  for (let waits = 0; !isWhole() && waits < waitsMax; waits += 1) await wait(50)
  for (const pk of keys) {
    const told = toldOf(kinesis.records, pk)
    assert.ok(told.length >= (acknowledged.get(pk) ?? 0), `${pk}: ${told.length} of ${acknowledged.get(pk)}`)
    assert.deepEqual(
      told,
      told.map((_, at) => at + 1),
      'in order, from the first on, and none left out',
    )
  }
  assert.deepEqual(kinesis.faults, [])
})
