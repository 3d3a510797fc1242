/** A server that keeps views is killed again and again while it is written to: after the last start they are what a Scan says. */
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { crashTest, KilledServer } from './killed-server.ts'

const rounds = 3
const answersPerRound = 200
const writers = 8

const definition = {
  name: 'by-group',
  from: 'source',
  groupBy: { group: 'group' },
  compute: { items: 'count', total: { sum: 'amount' }, least: { min: 'amount' }, most: { max: 'amount' } },
}

interface Row {
  readonly group: { readonly S: string }
  readonly amount: { readonly N: string }
}

async function writeUntil(server: KilledServer, count: number): Promise<void> {
  let answers = 0
  const write = async (seed: number): Promise<void> => {
    for (let at = seed; answers < count; at += 7) {
      const Key = { id: { S: `i${at % 97}` } }
      if (at % 5 === 0) await server.call('DeleteItem', { TableName: 'source', Key })
      else
        await server.call('PutItem', { TableName: 'source', Item: { ...Key, group: { S: `g${at % 3}` }, amount: { N: String(at % 11) } } })
      answers += 1
    }
  }
  await Promise.all(
    Array.from({ length: writers }, (_, seed) => write(seed).catch((error: unknown) => assert.ok(server.isKilled, String(error)))),
  )
}

crashTest(
  'a view is right after its server was killed in the middle of writes, while it was filled and while it followed',
  async (t, folder) => {
    let server = await KilledServer.start(t, folder)
    await server.call('CreateTable', {
      TableName: 'source',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
    await writeUntil(server, answersPerRound)
    await server.control('POST', 'views', { definition })
    for (let round = 0; round < rounds; round += 1) {
      const writing = writeUntil(server, Number.POSITIVE_INFINITY)
      await wait(300)
      await server.kill()
      await writing
      server = await KilledServer.start(t, folder)
    }
    await writeUntil(server, answersPerRound)
    await server.control('POST', 'jobs/run')
    const expected = new Map<string, number[]>()
    for (const { group, amount } of (await server.scan('source')) as unknown as readonly Row[]) {
      expected.set(group.S, [...(expected.get(group.S) ?? []), Number(amount.N)])
    }
    const rows = [...expected].map(([group, amounts]) => ({
      group: { S: group },
      items: { N: String(amounts.length) },
      total: { N: String(amounts.reduce((sum, amount) => sum + amount, 0)) },
      least: { N: String(Math.min(...amounts)) },
      most: { N: String(Math.max(...amounts)) },
    }))
    const byGroup = (one: { group: { S: string } }, other: { group: { S: string } }): number => (one.group.S < other.group.S ? -1 : 1)
    const found = [...((await server.scan('by-group')) as unknown as typeof rows)].sort(byGroup)
    assert.deepEqual(found, rows.sort(byGroup))
  },
)
