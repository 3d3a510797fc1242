/**
 * The whole product, killed: a server under concurrent writes over HTTP gets SIGKILL after a number of answers, is started
 * again, and has every write it answered, whole, in the table and in its index.
 */
import assert from 'node:assert/strict'
import { groupedTable } from '../harness/grouped-table.ts'
import { crashTest, KilledServer } from './killed-server.ts'

const writers = 16
const rounds = 3
const answersPerRound = 400

/** Writes until the server is killed, which happens at the given number of answers. Resolves with the ids that were answered. */
async function writeUntilKilled(server: KilledServer, firstId: number): Promise<Set<number>> {
  const answered = new Set<number>()
  let nextId = firstId
  let killed: Promise<void> | undefined
  const write = async (): Promise<void> => {
    for (;;) {
      const id = nextId
      nextId += 1
      try {
        await server.call('PutItem', {
          TableName: 'Crash',
          Item: { id: { N: String(id) }, g: { S: `g${id % 7}` }, text: { S: 'x'.repeat(id % 900) } },
        })
      } catch (error) {
        if (!server.isKilled) throw error
        return
      }
      answered.add(id)
      if (answered.size === answersPerRound) killed = server.kill()
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  await killed
  return answered
}

/** The ids of all items of the table or an index, every item checked to be whole. */
async function scanIds(server: KilledServer, indexName?: string): Promise<number[]> {
  const items = (await server.scan('Crash', indexName)) as readonly {
    readonly [name: string]: { readonly N?: string; readonly S?: string }
  }[]
  const ids = items.map(({ id, g, text }) => {
    const number = Number(id?.N)
    assert.equal(g?.S, `g${number % 7}`)
    assert.equal(text?.S?.length, number % 900)
    return number
  })
  return ids.sort((a, b) => a - b)
}

crashTest('a server killed in the middle of a write load has every write it answered', async (t, folder) => {
  let server = await KilledServer.start(t, folder)
  await server.call('CreateTable', groupedTable('Crash'))
  const answered = new Set<number>()
  for (let round = 0; round < rounds; round += 1) {
    for (const id of await writeUntilKilled(server, round * 100_000)) answered.add(id)
    server = await KilledServer.start(t, folder)
    const ids = await scanIds(server)
    const stored = new Set(ids)
    assert.deepEqual(
      [...answered].filter((id) => !stored.has(id)),
      [],
      'answered and lost',
    )
    assert.deepEqual(await scanIds(server, 'by-g'), ids, 'the index is the table')
    const { Table } = (await server.call('DescribeTable', { TableName: 'Crash' })) as { readonly Table: { readonly ItemCount: number } }
    assert.equal(Table.ItemCount, ids.length)
  }
  await server.kill('SIGTERM')
})
