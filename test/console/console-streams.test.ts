/** Who reads a stream, as the console shows it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orders } from '../harness/console-orders.ts'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }
const minuteMs = 60_000
const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }

test('Who reads a stream is shown with lag, iterator age and last read, of each shard, too', options, async (t) => {
  const { page, open, ask, clock, checkAccess } = await openConsole(t, { streamShards: 2 })
  const { TableDescription } = await ask('CreateTable', { ...orders, StreamSpecification })
  const { LatestStreamArn: StreamArn } = TableDescription as { LatestStreamArn: string }
  for (const pk of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await ask('PutItem', { TableName: 'Orders', Item: { pk: { S: pk }, sk: { S: '1' } } })
    clock.advance(minuteMs)
  }
  await open('/tables/Orders/stream')
  await page.getByText('Who reads it: nobody').waitFor()
  await page.getByText('Programs show here once they ask for records').waitFor()
  const { StreamDescription } = await ask('DescribeStream', { StreamArn })
  const { Shards } = StreamDescription as { Shards: readonly { ShardId: string }[] }
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await ask('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
    await ask('GetRecords', { ShardIterator, Limit: 1 })
  }
  clock.advance(90 * minuteMs)
  await page.reload()
  const region = page.getByRole('region', { name: 'Consumers of the stream' })
  const row = region.getByRole('row').nth(1)
  await row.waitFor()
  const [, behind, age, last, shards] = await row.getByRole('cell').allTextContents()
  assert.match(String(behind), /^[45]$/)
  assert.match(String(age), /^1 h 3\d min$/)
  assert.equal(last, '1 h 30 min ago')
  assert.equal(shards, '2 of 2 open shards')
  await region.getByRole('button', { name: '2 of 2 open shards' }).press('Enter')
  await region.getByRole('row', { name: new RegExp(`${Shards[0]?.ShardId}.*next 1000`) }).waitFor()
  await checkAccess()
})
