/**
 * Metrics and kill -9: what was measured in minutes that are over is in the store as soon as the jobs of the next minute ran, and a
 * process that dies loses the minute that is going on, all of it, and nothing else.
 */

import assert from 'node:assert/strict'
import { minuteMs } from '../../src/base/clock.ts'
import { type Body, crashTest, KilledServer } from './killed-server.ts'

const startMs = Date.UTC(2026, 10, 22, 10)

async function read(server: KilledServer, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => server.call('GetItem', { TableName: 'Crash', Key: { id: { S: 'a' } } })))
}

/** How many reads each minute counts, minutes counted from `startMs`. */
async function countedReads(server: KilledServer): Promise<readonly (readonly [minute: number, reads: number])[]> {
  const { Datapoints } = await server.call(
    'GetMetricStatistics',
    {
      Namespace: 'AWS/DynamoDB',
      MetricName: 'SuccessfulRequestLatency',
      Dimensions: [
        { Name: 'TableName', Value: 'Crash' },
        { Name: 'Operation', Value: 'GetItem' },
      ],
      StartTime: startMs / 1000,
      EndTime: (startMs + 20 * minuteMs) / 1000,
      Period: 60,
      Statistics: ['SampleCount'],
    },
    'GraniteServiceVersion20100801',
  )
  return (Datapoints as readonly Body[]).map(({ Timestamp, SampleCount }) => [
    (Number(Timestamp) * 1000 - startMs) / minuteMs,
    Number(SampleCount),
  ])
}

crashTest('a server that is killed loses of its metrics the minute that is going on, and no other', async (t, folder) => {
  let server = await KilledServer.start(t, folder)
  await server.control('PUT', 'clock', { now: new Date(startMs).toISOString(), frozen: true })
  await server.call('CreateTable', {
    TableName: 'Crash',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  const kept: [number, number][] = []
  for (let life = 0; life < 3; life += 1) {
    const minute = 2 * life
    await server.control('PUT', 'clock', { now: new Date(startMs + minute * minuteMs).toISOString(), frozen: true })
    await read(server, 20 + life)
    kept.push([minute, 20 + life])
    await server.control('POST', 'clock/advance', { byMs: minuteMs })
    await read(server, 5)
    assert.deepEqual(await countedReads(server), [...kept, [minute + 1, 5]])
    await server.kill()
    server = await KilledServer.start(t, folder)
    assert.deepEqual(await countedReads(server), kept)
  }
  await server.control('PUT', 'clock', { now: new Date(startMs + 10 * minuteMs).toISOString(), frozen: true })
  await read(server, 3)
  await server.kill('SIGTERM')
  server = await KilledServer.start(t, folder)
  assert.deepEqual(await countedReads(server), [...kept, [10, 3]], 'a server that is asked to end loses nothing')
  await server.kill('SIGTERM')
})
