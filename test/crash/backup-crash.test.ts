/**
 * Killed in the middle of what copies tables: a backup, a restore and a branch, while their table and the branch are written to. The next process
 * goes on with each, and in the end they hold exactly what they should, with their indexes.
 */
import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { groupedTable } from '../harness/grouped-table.ts'
import { type Body, crashTest, KilledServer } from './killed-server.ts'

const TableName = 'Copied'
const itemCount = 1500
const flags = ['--pitr-lag', '0']

function item(id: number, text: string): Body {
  return { id: { N: String(id) }, g: { S: `g${id % 7}` }, text: { S: text } }
}

async function fill(server: KilledServer): Promise<void> {
  for (let from = 0; from < itemCount; from += 25) {
    const puts = Array.from({ length: 25 }, (_, at) => ({ PutRequest: { Item: item(from + at, 'old') } }))
    await server.call('BatchWriteItem', { RequestItems: { [TableName]: puts } })
  }
}

/** Writes to the table, and to the branch, until the server is gone. Resolves with what was answered of the branch. */
async function writeUntilGone(server: KilledServer, firstId: number): Promise<readonly number[]> {
  const answered: number[] = []
  try {
    for (let id = firstId; ; id += 1) {
      await server.call('PutItem', { TableName, Item: item(id % itemCount, `new ${id}`) })
      await server.call('PutItem', { TableName: 'Branch', Item: item(id, 'mine') })
      answered.push(id)
    }
  } catch (error) {
    if (!server.isKilled) throw error
  }
  return answered
}

async function jobs(server: KilledServer): Promise<readonly { readonly kind: string; readonly share: number }[]> {
  return (await server.control('GET', 'jobs')).jobs as readonly { readonly kind: string; readonly share: number }[]
}

async function texts(server: KilledServer, tableName: string): Promise<ReadonlyMap<number, string>> {
  const items = (await server.scan(tableName)) as readonly { readonly id: { readonly N: string }; readonly text: { readonly S: string } }[]
  assert.equal((await server.scan(tableName, 'by-g')).length, items.length)
  return new Map(items.map(({ id, text }) => [Number(id.N), text.S]))
}

crashTest('a backup, a restore and a branch that are killed in the middle go on, and hold what they should', async (t, folder) => {
  let server = await KilledServer.start(t, folder, flags)
  await server.call('CreateTable', groupedTable(TableName))
  await server.call('UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } })
  await fill(server)
  const { BackupDetails } = await server.call('CreateBackup', { TableName, BackupName: 'killed' })
  const { BackupArn } = BackupDetails as { readonly BackupArn: string }
  const restored = { SourceTableName: TableName, TargetTableName: 'Restored', UseLatestRestorableTime: true }
  await server.call('RestoreTableToPointInTime', restored)
  await server.control('POST', `tables/${TableName}/branches`, { as: 'Branch' })
  const mine = new Set<number>()
  const shares: number[] = []
  let nextId = 10_000
  for (const lifeMs of [100, 250, 400]) {
    const writing = writeUntilGone(server, nextId)
    await wait(lifeMs)
    await server.kill()
    for (const id of await writing) mine.add(id)
    nextId += 10_000
    server = await KilledServer.start(t, folder, flags)
    shares.push(Math.min(1, ...(await jobs(server)).map(({ share }) => share)))
  }
  assert.ok(
    shares.every((share, at) => share >= (shares[at - 1] ?? 0)),
    `${shares}`,
  )
  while ((await jobs(server)).length > 0) await wait(50)
  await server.call('RestoreTableFromBackup', { BackupArn, TargetTableName: 'FromBackup' })
  while ((await jobs(server)).length > 0) await wait(50)
  for (const name of ['Restored', 'FromBackup']) {
    const found = await texts(server, name)
    assert.equal(found.size, itemCount, name)
    assert.ok(
      [...found.values()].every((text) => text === 'old'),
      name,
    )
  }
  const branch = await texts(server, 'Branch')
  for (let id = 0; id < itemCount; id += 1) assert.equal(branch.get(id), 'old')
  for (const id of mine) assert.equal(branch.get(id), 'mine', `${id} was answered`)
  await server.kill('SIGTERM')
})
